/** The names of the columns that are seen, above the cells. */
import { h, setAttribute } from "../page/element.js";
import { slotsOf, UNKNOWN } from "./slots.js";

/** @typedef {import("./cells.js").Plan} Plan */

export class GridHeadings {
  /** @type {{element: HTMLElement, column: number}[]} */
  #headings = [];

  /** @param {HTMLElement} strip */
  constructor(strip) {
    this.strip = strip;
  }

  /** @param {number} count */
  provide(count) {
    this.#headings = Array.from({ length: count }, () => ({
      element: h("div", { class: "grid-heading", role: "columnheader" }),
      column: UNKNOWN,
    }));
    this.strip.replaceChildren(...this.#headings.map(({ element }) => element));
  }

  /** Every one is to be placed anew. */
  forget() {
    for (const heading of this.#headings) heading.column = UNKNOWN;
  }

  /**
   * @param {Plan} plan
   * @param {import("./window.js").Seen} seen
   * @param {number} base the column from which offsets are reckoned
   */
  place(plan, { left, right }, base) {
    for (const [slot, column] of slotsOf(left, right, this.#headings.length)) {
      const heading = this.#headings[slot];
      if (!heading || heading.column === column) continue;
      heading.column = column;
      heading.element.hidden = column < 0;
      if (column >= 0) name(heading.element, plan, column, base);
    }
  }
}

/**
 * @param {HTMLElement} element
 * @param {Plan} plan
 * @param {number} column
 * @param {number} base
 */
function name(element, { columns, columnName, isText }, column, base) {
  element.textContent = columnName(column);
  element.title = element.textContent;
  setAttribute(element, "data-text", isText(column));
  element.setAttribute("aria-colindex", String(column + 1));
  element.style.left = `${columns.offset_px(column) - columns.offset_px(base)}px`;
  element.style.width = `${columns.width_px(column)}px`;
}
