/** One element of a grid, which shows now this cell and now that one. */
import { h, setAttribute } from "../page/element.js";

/** @typedef {import("./cell_text.js").Cell} Cell */

export class GridCell {
  row = -1;
  column = -1;
  /** Whether it stands where its column does. */
  placed = false;
  /** @type {string | number | bigint | undefined} what it showed last, undefined for nothing */
  value = undefined;
  /** By which format it was written. */
  style = "";
  /** When its value was last seen to change. */
  changed_ms = Number.NEGATIVE_INFINITY;
  #mark = "";
  #lit = "";
  #warmth = 0;
  #selected = false;

  constructor() {
    this.text = document.createTextNode("");
    this.element = h("div", { class: "grid-cell", role: "gridcell", "data-testid": "cell" });
    this.element.append(this.text);
  }

  /**
   * Show another cell from now on, or go on with the same.
   *
   * @param {number} row
   * @param {number} column -1 for none
   */
  become(row, column) {
    this.placed = true;
    if (row === this.row && column === this.column) return;
    this.row = row;
    this.column = column;
    this.clear();
    this.element.hidden = column < 0;
    this.element.setAttribute("aria-colindex", String(column + 1));
    this.element.dataset.row = String(row);
    this.element.dataset.column = String(column);
  }

  /** What it shows next is new, not changed. */
  clear() {
    this.value = undefined;
    this.changed_ms = Number.NEGATIVE_INFINITY;
    this.light("");
  }

  /**
   * @param {number} left_px
   * @param {number} width_px
   * @param {boolean} isText
   */
  place(left_px, width_px, isText) {
    setAttribute(this.element, "data-text", isText);
    this.element.style.left = `${left_px}px`;
    this.element.style.width = `${width_px}px`;
  }

  /** @param {{text: string, mark: string}} cell */
  write({ text, mark }) {
    if (this.text.data !== text) this.text.data = text;
    if (this.#mark === mark) return;
    this.#mark = mark;
    setAttribute(this.element, "data-mark", mark || null);
  }

  /** @param {"" | "now" | "fading"} lit */
  light(lit) {
    if (this.#lit === lit) return;
    this.#lit = lit;
    setAttribute(this.element, "data-changed", lit || null);
  }

  get lit() {
    return this.#lit;
  }

  /** @param {number} warmth eighths of how often it changed; 0 for never, or for not shown */
  warm(warmth) {
    if (this.#warmth === warmth) return;
    this.#warmth = warmth;
    setAttribute(this.element, "data-warmth", warmth || null);
  }

  /** @param {boolean} selected */
  select(selected) {
    if (this.#selected === selected) return;
    this.#selected = selected;
    setAttribute(this.element, "aria-selected", selected ? "true" : null);
  }

  /** @param {string | null} id of the active cell; null for the others */
  activate(id) {
    setAttribute(this.element, "id", id);
    setAttribute(this.element, "data-active", id !== null);
  }
}
