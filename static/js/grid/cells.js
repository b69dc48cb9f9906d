/**
 * The elements of a grid: as many rows and cells as are seen at once, which take on other rows and
 * columns as the grid is scrolled. A cell keeps its element for as long as it is seen.
 *
 * @typedef {import("./scroll.js").Tracks} Tracks
 * @typedef {import("./window.js").Seen} Seen
 * @typedef {import("./pane.js").GridPane} GridPane
 * @typedef {{rows: Tracks, columns: Tracks, rowName: (row: number) => string,
 *   columnName: (column: number) => string, isText: (column: number) => boolean,
 *   lengthOf: (row: number) => number, headings: boolean, side_px: number}} Plan cells in a row; whether columns have headings; how much
 *   the names of rows take
 */
import { h } from "../page/element.js";
import { GridCell } from "./cell.js";
import { GridHeadings } from "./headings.js";
import { slotsOf, UNKNOWN } from "./slots.js";

/** Offsets are reckoned from a row or column nearby, so that they stay short. */
const NEARBY = 1024;

/** @typedef {{element: HTMLElement, name: HTMLElement, row: number, cells: GridCell[]}} RowSlot */

export class GridCells {
  /** @type {RowSlot[]} */
  rows = [];
  #base = { row: 0, column: 0 };
  /** @type {Plan | null} */
  #plan = null;

  /** @param {GridPane} pane */
  constructor(pane) {
    this.pane = pane;
    this.headings = new GridHeadings(pane.strip);
  }

  /**
   * Put the elements where their rows and columns are.
   *
   * @param {Plan} plan another object where anything of it has changed
   * @param {Seen} seen
   * @param {import("./cursor.js").Place} place the first row and column that are seen
   */
  arrange(plan, seen, place) {
    const base = { row: nearby(seen.top), column: nearby(seen.left) };
    const moved = base.row !== this.#base.row || base.column !== this.#base.column;
    this.#provide(plan, seen);
    if (moved || plan !== this.#plan) this.#forget();
    this.#plan = plan;
    this.#base = base;
    for (const [slot, row] of slotsOf(seen.top, seen.bottom, this.rows.length)) {
      this.#placeRow(/** @type {RowSlot} */ (this.rows[slot]), row, plan, seen);
    }
    this.headings.place(plan, seen, base.column);
    const { rows, columns } = plan;
    const x_px = columns.offset_px(place.column) - columns.offset_px(base.column);
    this.pane.shift(x_px, rows.offset_px(place.row) - rows.offset_px(base.row));
  }

  /** Every row and cell is to be placed anew, but goes on with what it shows. */
  #forget() {
    for (const slot of this.rows) {
      slot.row = UNKNOWN;
      for (const cell of slot.cells) cell.placed = false;
    }
    this.headings.forget();
  }

  /** Whatever is shown next is new, not changed. */
  clear() {
    for (const { cells } of this.rows) for (const cell of cells) cell.clear();
  }

  /**
   * Have as many elements as are seen.
   *
   * @param {Plan} plan
   * @param {Seen} seen
   */
  #provide(plan, { top, bottom, left, right }) {
    const rows = Math.max(this.rows.length, Math.min(plan.rows.count, bottom - top + 1));
    const width = this.rows[0]?.cells.length ?? 0;
    const columns = Math.max(width, Math.min(plan.columns.count, right - left + 1));
    const many = this.rows.length > plan.rows.count || width > plan.columns.count;
    if (rows === this.rows.length && columns === width && !many) return;
    const size = {
      rows: Math.min(rows, plan.rows.count),
      columns: Math.min(columns, plan.columns.count),
    };
    this.rows = Array.from({ length: size.rows }, () => rowSlot(size.columns));
    this.pane.body.replaceChildren(...this.rows.map(({ element }) => element));
    this.headings.provide(size.columns);
  }

  /**
   * @param {RowSlot} slot
   * @param {number} row -1 for none
   * @param {Plan} plan
   * @param {Seen} seen
   */
  #placeRow(slot, row, plan, { left, right }) {
    if (slot.row !== row) this.#renameRow(slot, row, plan);
    if (row < 0) return;
    const offset = plan.columns.offset_px(this.#base.column);
    const end = Math.min(right, plan.lengthOf(row));
    for (const [number, column] of slotsOf(left, end, slot.cells.length)) {
      const cell = /** @type {GridCell} */ (slot.cells[number]);
      if (cell.placed && cell.row === row && cell.column === column) continue;
      cell.become(row, column);
      if (column < 0) continue;
      cell.place(
        plan.columns.offset_px(column) - offset,
        plan.columns.width_px(column),
        plan.isText(column),
      );
    }
  }

  /**
   * @param {RowSlot} slot
   * @param {number} row
   * @param {Plan} plan
   */
  #renameRow(slot, row, { rows, rowName, headings, side_px }) {
    slot.row = row;
    slot.element.hidden = row < 0;
    if (row < 0) return;
    const y_px = rows.offset_px(row) - rows.offset_px(this.#base.row);
    slot.element.style.transform = `translateY(${y_px}px)`;
    slot.element.setAttribute("aria-rowindex", String(row + (headings ? 2 : 1)));
    slot.name.hidden = side_px === 0;
    slot.name.textContent = rowName(row);
    slot.name.title = slot.name.textContent;
  }

  /**
   * The element of a cell, where it is seen.
   *
   * @param {import("./cursor.js").Place} place
   */
  at({ row, column }) {
    const slot = this.rows[row % this.rows.length];
    const cell = slot?.cells[column % slot.cells.length];
    return cell?.row === row && cell.column === column ? cell : null;
  }
}

/** @param {number} place */
function nearby(place) {
  return place - (place % NEARBY);
}

/** @param {number} columns */
function rowSlot(columns) {
  const cells = Array.from({ length: columns }, () => new GridCell());
  const name = h("div", { class: "grid-name", role: "rowheader" });
  const line = h("div", { class: "grid-line", role: "presentation" });
  line.append(...cells.map(({ element }) => element));
  const element = h("div", { class: "grid-row", role: "row" }, name, line);
  return { element, name, row: UNKNOWN, cells };
}
