/** Copies of traces that are kept beneath the present ones, for one selection. */
import { MOST_OVERLAYS } from "./bar.js";

/** @typedef {import("./model.js").Lines} Lines */

export class LineOverlays {
  /** @type {{label: string, lines: Lines}[]} the newest first */
  held = [];
  #key = "";

  /** @param {import("../values/types.js").Schema} schema what is held belongs to one like it */
  keepFor({ array, select, field, part, order, dtype }) {
    const key = JSON.stringify([array, select, field, part, order, dtype]);
    if (key !== this.#key) this.held = [];
    this.#key = key;
  }

  /**
   * @param {string} label
   * @param {Lines} lines
   */
  hold(label, lines) {
    this.held = [{ label, lines }, ...this.held].slice(0, MOST_OVERLAYS);
  }

  clear() {
    this.held = [];
  }

  /** For a plot. */
  get drawings() {
    return this.held.map(({ lines }) => ({ x: lines.x, curves: lines.traces }));
  }
}
