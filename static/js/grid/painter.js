/** Writes the elements of a frame into the cells that are seen, and marks what has changed. */
import { differs } from "./cell_changes.js";
import { cellWriter, fieldWriter } from "./cell_text.js";
import { rowLocator } from "./window.js";

/**
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../values/types.js").Frame} Frame
 * @typedef {import("../values/types.js").Values} Values
 * @typedef {import("./model.js").Grid} Grid
 * @typedef {import("./cell.js").GridCell} GridCell
 * @typedef {import("./widths.js").GridWidths} GridWidths
 * @typedef {import("./cell_changes.js").CellChanges} CellChanges
 * @typedef {{schema: Schema, frame: Frame, grid: Grid}} Shown
 * @typedef {{values: Values, write: import("./cell_text.js").Writer, plain: boolean}} Column `plain`
 *   where an element is one value that can be compared
 */

/** What stands for an element that is not there yet. */
const AWAITED = { text: "·", mark: "awaited" };

export class GridPainter {
  /** @type {Map<number, Column>} */
  #columns = new Map();
  #format = "";
  /** @type {Shown | null} */
  #shown = null;

  /** @param {import("./cells.js").GridCells} cells */
  constructor(cells) {
    this.cells = cells;
  }

  /**
   * @param {Shown} shown
   * @param {string} format
   * @param {GridWidths} widths
   * @param {CellChanges | null} counts null where changes are not counted
   * @returns {boolean} whether a column has to grow
   */
  paint(shown, format, widths, counts) {
    if (shown !== this.#shown || format !== this.#format) this.#columns.clear();
    this.#shown = shown;
    this.#format = format;
    const now_ms = performance.now();
    let grown = false;
    for (const { row, cells } of this.cells.rows) {
      if (row < 0) continue;
      grown = widths.noteSide(shown.grid.rowName(row)) || grown;
      const locate = rowLocator(shown.schema, shown.grid, row);
      for (const cell of cells) {
        if (cell.column < 0) continue;
        const index = locate(cell.column);
        if (this.#changed(cell, index)) note(cell, shown.grid, now_ms, counts);
        cell.warm(counts?.warmth(numberOf(cell, shown.grid)) ?? 0);
        grown = widths.note(cell.column, cell.text.length) || grown;
      }
    }
    return grown;
  }

  /**
   * Write a cell.
   *
   * @param {GridCell} cell
   * @param {number} index of its element in the frame, -1 where it was not sent
   * @returns {boolean} whether it showed another value before
   */
  #changed(cell, index) {
    if (index < 0) {
      cell.value = undefined;
      cell.write(AWAITED);
      return false;
    }
    const { values, write, plain } = this.#columnOf(cell.column);
    const before = cell.value;
    if (plain && before !== undefined && cell.style === this.#format) {
      if (Object.is(before, values[index])) return false;
    }
    const written = write(values, index);
    cell.write(written);
    cell.value = plain ? values[index] : written.text;
    const restyled = cell.style !== this.#format && !plain;
    cell.style = this.#format;
    return !restyled && differs(before, cell.value);
  }

  /** @param {number} column */
  #columnOf(column) {
    const { grid, schema, frame } = /** @type {Shown} */ (this.#shown);
    const key = grid.records ? column : 0;
    const known = this.#columns.get(key);
    if (known) return known;
    const made = columnOf(schema, frame, key, this.#format);
    this.#columns.set(key, made);
    return made;
  }
}

/**
 * @param {Schema} schema
 * @param {Frame} frame
 * @param {number} column a field's number; any where there are no fields
 * @param {string} format
 * @returns {Column}
 */
export function columnOf(schema, frame, column, format) {
  const field = schema.kind === "records" ? schema.fields?.[column] : undefined;
  if (!field) {
    const plain = schema.kind !== "complex";
    return { values: frame.values ?? [], write: cellWriter(schema, format), plain };
  }
  const plain = field.shape.length === 0 && field.kind !== "complex";
  return { values: frame.columns?.[column] ?? [], write: fieldWriter(field, format), plain };
}

/**
 * @param {GridCell} cell
 * @param {Grid} grid
 */
function numberOf({ row, column }, { columns }) {
  return row * columns + column;
}

/**
 * @param {GridCell} cell
 * @param {Grid} grid
 * @param {number} now_ms
 * @param {CellChanges | null} counts
 */
function note(cell, grid, now_ms, counts) {
  cell.changed_ms = now_ms;
  cell.light("now");
  counts?.add(numberOf(cell, grid));
}
