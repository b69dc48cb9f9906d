/**
 * What is said of a grid: the name of a cell, its value in full, what is on the screen.
 *
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("./painter.js").Shown} Shown
 * @typedef {import("./cursor.js").Place} Place
 */
import { fixedAxes } from "./index.js";
import { cellOf, indexOfCell } from "./model.js";
import { columnOf } from "./painter.js";
import { rowLocator } from "./window.js";

/**
 * What a grid belongs to: with another one, what was scrolled and counted ends.
 *
 * @param {Schema} schema
 */
export function selectionKey(schema) {
  const { array, dtype, kind, field, part, order, against, selected } = schema;
  const axes = selected.map(({ axis, start, step }) => [axis, start, step]);
  return JSON.stringify([array, dtype, kind, field, part, order, against, axes, fixedAxes(schema)]);
}

/**
 * The exact texts of the cells that are on hand, by row and then by column.
 *
 * @param {Shown} shown
 * @returns {import("./copy.js").Texts}
 */
export function fullTexts({ schema, frame, grid }) {
  return (row) => {
    const locate = rowLocator(schema, grid, row);
    return (column) => {
      const index = locate(column);
      if (index < 0) return null;
      const { values, write } = columnOf(schema, frame, column, "full");
      return write(values, index).text;
    };
  };
}

/**
 * The rows and columns beyond which a frame holds nothing.
 *
 * @param {Shown} shown
 */
export function knownCells({ schema, grid }) {
  const first = cellOf(
    grid,
    schema.window.map(([lo]) => lo),
  );
  const last = cellOf(
    grid,
    schema.window.map(([, hi]) => hi - 1),
  );
  const wide = grid.records || grid.folded;
  return {
    top: first.row,
    bottom: last.row + 1,
    left: wide ? 0 : first.column,
    right: wide ? grid.columns : last.column + 1,
  };
}

/**
 * The index of a cell, with its field or label.
 *
 * @param {Shown} shown
 * @param {Place} place
 */
export function cellName({ schema, grid }, { row, column }) {
  const index = `[${(indexOfCell(schema, grid, row, column) ?? []).join(", ")}]`;
  const word = grid.records || schema.labels ? grid.columnName(column) : "";
  return /^\+?\d*$/.test(word) ? index : `${index} ${word}`;
}

/**
 * The text equivalent.
 *
 * @param {Shown} shown
 * @param {import("./window.js").Seen} seen
 * @param {{one: string, many: string}} words
 */
export function gridText({ schema, grid }, { top, bottom, left, right }, { one, many }) {
  const { counts, total, rows, columns } = grid;
  const size = counts.map((count) => count.toLocaleString("en")).join(" × ");
  const what = `${size || "1"} ${total === 1 ? one : many}`;
  const unit = schema.unit ? `, in ${schema.unit}` : "";
  if (total === 0 || (bottom - top >= rows && right - left >= columns)) return what + unit;
  const down = `rows ${grid.rowName(top)} to ${grid.rowName(bottom - 1)}`;
  const across = `columns ${grid.columnName(left)} to ${grid.columnName(right - 1)}`;
  const named = grid.columnName(left) !== "" && !grid.folded;
  return `${what}${unit}, ${down}${named ? ` and ${across}` : ""} on the screen`;
}
