/** What stands above a plot: which rows are drawn, what is held beneath them, the scale. */
import { h, setText } from "../page/element.js";
import { RangeInputs } from "../values/range_inputs.js";

/** Copies that can still be told from the present. */
export const MOST_OVERLAYS = 3;

/**
 * @typedef {object} LineDeeds
 * @property {(first: number) => void} rows from which place on
 * @property {() => void} all
 * @property {() => void} overlay
 * @property {() => void} clear
 * @property {(range: import("../views/types.js").Range | null) => void} hold
 *
 * @typedef {object} LineStatus
 * @property {{lo: number, hi: number, count: number} | null} rows null where all are drawn
 * @property {string} part of the axis that is seen, empty for all of it
 * @property {number} overlays
 */

export class LineBar {
  #status = { rows: { lo: 0, hi: 1, count: 1 } };

  /** @param {LineDeeds} deeds */
  constructor(deeds) {
    this.deeds = deeds;
    this.range = new RangeInputs(deeds.hold, { of: "upright scale", id: "line" });
    this.first = h("input", {
      type: "number",
      min: 0,
      step: 1,
      "aria-label": "First row that is drawn",
      "data-testid": "first-row",
    });
    this.first.addEventListener("change", () => this.#goTo(this.first.valueAsNumber));
    this.rowsText = h("span", { "data-testid": "rows-drawn" });
    this.rows = h(
      "span",
      { class: "line-rows" },
      h("span", { class: "label" }, "Rows from"),
      button("‹", () => this.#step(-1), "rows-back", "The rows before"),
      this.first,
      button("›", () => this.#step(1), "rows-on", "The next rows"),
      this.rowsText,
    );
    this.part = h("span", { class: "line-part", "data-testid": "shown-part" });
    this.all = button("Show all", deeds.all, "show-all");
    this.overlay = button("Overlay now", deeds.overlay, "overlay-now", "Keep these lines beneath");
    this.clear = button("Clear overlays", deeds.clear, "overlay-clear");
    const { bottom, top, auto } = this.range;
    const scale = h("span", { class: "line-scale" }, "Scale", bottom, "to", top, auto);
    const end = h("span", { class: "line-deeds" }, this.overlay, this.clear, scale);
    this.root = h("div", { class: "line-bar" }, this.rows, this.part, this.all, end);
  }

  /** @param {number} direction */
  #step(direction) {
    const { lo, hi } = this.#status.rows;
    this.#goTo(lo + direction * (hi - lo));
  }

  /** @param {number} first */
  #goTo(first) {
    const { lo, hi, count } = this.#status.rows;
    if (!Number.isNaN(first)) this.deeds.rows(Math.min(count - (hi - lo), Math.max(0, first)));
  }

  /** @param {LineStatus} status */
  show({ rows, part, overlays }) {
    this.rows.hidden = rows === null;
    if (rows) this.#showRows(rows);
    this.part.hidden = this.all.hidden = part === "";
    setText(this.part, part);
    this.overlay.disabled = overlays >= MOST_OVERLAYS;
    this.clear.hidden = overlays === 0;
  }

  /** @param {{lo: number, hi: number, count: number}} rows */
  #showRows(rows) {
    this.#status.rows = rows;
    this.first.max = String(rows.count - 1);
    if (document.activeElement !== this.first) this.first.value = String(rows.lo);
    setText(this.rowsText, `${rows.lo} to ${rows.hi - 1} of ${rows.count}`);
  }
}

/**
 * @param {string} text
 * @param {() => void} deed
 * @param {string} id
 * @param {string} [title]
 */
function button(text, deed, id, title) {
  const element = h(
    "button",
    { type: "button", "data-testid": id, title, "aria-label": title && `${text}: ${title}` },
    text,
  );
  element.addEventListener("click", deed);
  return element;
}
