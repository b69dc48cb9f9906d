/** Shows which cell is active and which are selected. */
import { covers, rectangleOf } from "./cursor.js";

/**
 * @typedef {import("./cursor.js").Cursor} Cursor
 * @typedef {import("./cell.js").GridCell} GridCell
 */

let grids = 0;

export class GridMarks {
  /** @type {GridCell | null} */
  #active = null;

  /** @param {import("./virtual_grid.js").VirtualGrid} grid */
  constructor(grid) {
    this.grid = grid;
    grids += 1;
    this.id = `grid-active-${grids}`;
  }

  /** @param {Cursor | null} cursor */
  show(cursor) {
    this.#activate(cursor && this.grid.cells.at(cursor.active));
    const rectangle = cursor && rectangleOf(cursor);
    for (const { cells } of this.grid.cells.rows) {
      for (const cell of cells) {
        cell.select(rectangle !== null && covers(rectangle, cell.row, cell.column));
      }
    }
  }

  /**
   * Scroll the page where the grid itself is not wholly in its window.
   *
   * @returns {boolean} whether the active cell is drawn
   */
  bringIntoWindow() {
    this.#active?.element.scrollIntoView({ block: "nearest", inline: "nearest" });
    return this.#active !== null;
  }

  /** @param {GridCell | null} cell null where it is out of sight */
  #activate(cell) {
    const { box } = this.grid.pane;
    if (cell === this.#active) return;
    this.#active?.activate(null);
    this.#active = cell;
    cell?.activate(this.id);
    if (cell) box.setAttribute("aria-activedescendant", this.id);
    else box.removeAttribute("aria-activedescendant");
  }
}
