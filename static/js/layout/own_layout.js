/**
 * Which layout is an array's own. Rows come twice a second; after a layout was kept or forgotten,
 * rows from before are still on their way, and must not bring the old one back.
 *
 * @typedef {import("../page/types.js").Row} Row
 */
import { layoutKey } from "../overview/provenance.js";

/** As long after a change, rows that were made before it may still come in. */
export const SETTLING_MS = 2000;

export class OwnLayout {
  #key = "";
  /** @type {string | null} */
  #outdated = null;
  #until_ms = 0;

  /**
   * @param {Row} row
   * @param {number} now_ms
   * @returns {boolean} whether its layout is another than before
   */
  take(row, now_ms) {
    const key = layoutKey(row);
    if (key === this.#key || (key === this.#outdated && now_ms < this.#until_ms)) return false;
    this.#outdated = null;
    this.#key = key;
    return true;
  }

  /**
   * Take a row that answers a change made here.
   *
   * @param {Row} row
   * @param {number} now_ms
   */
  change(row, now_ms) {
    const before = this.#key;
    const changed = this.take(row, now_ms);
    if (changed) [this.#outdated, this.#until_ms] = [before, now_ms + SETTLING_MS];
    return changed;
  }
}
