/** A grid of text as a table whose cells are written in place. */
import { h, setAttribute, setText } from "./element.js";
import { formatCount } from "./format.js";

/** @typedef {import("./grid_model.js").Grid} Grid */

/** Up to here a cell whose value changed lights up for a moment. */
const MOST_LIT = 256;

export class GridTable {
  /** @type {HTMLTableCellElement[][]} */
  #cells = [];
  /** @type {HTMLTableCellElement[]} */
  #headings = [];
  #shape = "";

  /**
   * @param {HTMLElement} root
   * @param {string} caption
   * @param {string} testid
   */
  constructor(root, caption, testid) {
    this.table = h("table", { class: "grid", "data-testid": testid });
    this.caption = h("caption", { class: "visually-hidden" }, caption);
    this.note = h("p", { class: "grid-note", hidden: true });
    root.append(this.table, this.note);
  }

  /** @param {Grid} grid */
  draw(grid) {
    const width = grid.rows[0]?.cells.length ?? 0;
    const shape = JSON.stringify([grid.headings, width, grid.rows.map(({ heading }) => heading)]);
    if (shape !== this.#shape) this.#build(grid);
    this.#shape = shape;
    const lit = grid.rows.length * width <= MOST_LIT;
    for (const [row, { cells }] of grid.rows.entries()) {
      for (const [column, cell] of cells.entries()) {
        write(this.#cells[row]?.[column], cell, lit);
      }
    }
    this.#alignHeadings(grid);
  }

  /**
   * A heading stands over its column's text as the text stands: numbers at the right.
   *
   * @param {Grid} grid
   */
  #alignHeadings({ rows }) {
    for (const [column, heading] of this.#headings.entries()) {
      setAttribute(heading, "data-text", rows[0]?.cells[column]?.mark === "");
    }
  }

  /** @param {Grid} grid */
  #build({ headings, rows, total }) {
    const named = headings.some((heading) => heading !== "");
    const indexed = rows.some(({ heading }) => heading !== "");
    this.#headings = headings.map((heading) => h("th", { scope: "col" }, heading));
    const corner = indexed ? h("td", { class: "corner" }) : null;
    const head = named ? h("thead", {}, h("tr", {}, corner, ...this.#headings)) : null;
    this.#cells = rows.map(({ cells }, row) => cells.map((_, column) => dataCell(row, column)));
    const lines = rows.map(({ heading }, row) => {
      const side = indexed ? h("th", { scope: "row" }, heading) : null;
      return h("tr", {}, side, ...(this.#cells[row] ?? []));
    });
    this.table.replaceChildren(this.caption, ...(head ? [head] : []), h("tbody", {}, ...lines));
    this.note.hidden = rows.length >= total;
    const text = `The first ${rows.length} of ${formatCount(total, "row")}; select others to see them.`;
    setText(this.note, this.note.hidden ? "" : text);
  }
}

/**
 * @param {number} row
 * @param {number} column
 */
function dataCell(row, column) {
  return h("td", { "data-testid": "cell", "data-row": row, "data-column": column });
}

/**
 * @param {HTMLTableCellElement | undefined} element
 * @param {import("./grid_model.js").Cell} cell
 * @param {boolean} lit
 */
function write(element, { text, mark }, lit) {
  if (!element || element.textContent === text) return;
  const fresh = element.textContent === "";
  element.textContent = text;
  setAttribute(element, "data-mark", mark || null);
  if (lit && !fresh) light(element);
}

/** @param {HTMLTableCellElement} element */
function light(element) {
  // Two animations of the same course, in turn: the second starts anew where the first still runs.
  element.dataset.changed = element.dataset.changed === "a" ? "b" : "a";
}
