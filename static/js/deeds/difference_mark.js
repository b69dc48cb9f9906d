/** The mark above the screen while a difference is shown: of what, how much, and where it lies. */

import { part, setText } from "../page/element.js";
import { describeComparison, describeDifference } from "./compare_model.js";

/** @typedef {import("../values/types.js").Copy} Copy */

export class DifferenceMark {
  /** @type {import("../values/types.js").Difference | null} */
  #difference = null;

  /**
   * @param {HTMLElement} root the panel
   * @param {(index: number[]) => void} onGo to an element, by its index in the array
   */
  constructor(root, onGo) {
    this.root = root;
    this.mark = part(root, "difference");
    for (const which of /** @type {const} */ (["at", "first"])) {
      part(root, `difference-${which}`).addEventListener("click", () => {
        const index = this.#difference?.[which];
        if (index) onGo(index);
      });
    }
  }

  /**
   * @param {import("../values/screen.js").Shown | null} shown
   * @param {Copy[]} copies
   * @param {boolean} paused
   */
  show(shown, copies, paused) {
    const against = shown?.schema.against ?? null;
    this.mark.hidden = against === null;
    if (!shown || !against) return;
    const { schema, frame } = shown;
    const frozen_unix_s = paused ? frame.taken_unix_s : null;
    setText(part(this.root, "difference-of"), describeComparison(against, copies, frozen_unix_s));
    this.#difference = frame.difference ?? null;
    const said = this.#difference
      ? describeDifference(this.#difference, schema, frame.coverage ?? 1)
      : "";
    setText(part(this.root, "difference-where"), said);
    part(this.root, "difference-at").hidden = !this.#difference?.at;
    part(this.root, "difference-first").hidden = !this.#difference?.first;
  }
}
