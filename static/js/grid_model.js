/**
 * Values as rows and columns of text, with headings.
 *
 * @typedef {import("./types.js").Schema} Schema
 * @typedef {import("./types.js").Frame} Frame
 * @typedef {import("./types.js").Kind} Kind
 * @typedef {import("./types.js").Values} Values
 * @typedef {{text: string, mark: "" | "number" | "odd" | "true" | "false"}} Cell
 * @typedef {{corner: string, headings: string[], rows: {heading: string, cells: Cell[]}[], total: number}} Grid
 */
import { formatComplex, formatFloat, formatNumber } from "./format.js";

/** More cells than a person reads, and as many as a page updates without effort. */
export const MOST_CELLS = 4096;
export const MOST_COLUMNS = 64;
const CHUNK = 8;

/**
 * One element as text.
 *
 * @param {Values} values
 * @param {number} index
 * @param {Kind} kind
 * @returns {Cell}
 */
export function cellAt(values, index, kind) {
  const value = values[kind === "complex" ? 2 * index : index];
  if (value === undefined) return { text: "", mark: "" };
  if (typeof value === "string") return { text: value, mark: "" };
  if (kind === "bool")
    return value ? { text: "true", mark: "true" } : { text: "false", mark: "false" };
  if (typeof value === "bigint") return { text: value.toString(), mark: "number" };
  const imaginary = kind === "complex" ? Number(values[2 * index + 1]) : 0;
  const mark = Number.isFinite(value) && Number.isFinite(imaginary) ? "number" : "odd";
  if (kind === "complex") return { text: formatComplex(value, imaginary), mark };
  return { text: formatElement(values, value), mark };
}

/**
 * @param {Values} values
 * @param {number} value
 */
function formatElement(values, value) {
  if (values instanceof Float32Array) return formatFloat(value);
  // A time in seconds since 1970 keeps its milliseconds.
  if (values instanceof Float64Array) return formatFloat(value, Math.abs(value) >= 1e6 ? 13 : 6);
  return formatNumber(value);
}

/** @param {import("./types.js").Axis} axis */
function indices({ start, step, count }) {
  return Array.from({ length: count }, (_, i) => start + i * step);
}

/**
 * Names of the elements along the last axis that is sent: labels where the array has them, else
 * indices.
 *
 * @param {Schema} schema
 */
export function lastAxisNames({ axes, labels, shape }) {
  const last = axes.at(-1);
  if (!last) return [];
  const named = labels && last.axis === shape.length - 1;
  return indices(last).map((index) => (named ? (labels[index] ?? String(index)) : String(index)));
}

/**
 * Lay out anything but records. The last axis runs to the right, the others downwards; a long
 * single axis is broken into rows of eight, or of one for text.
 *
 * @param {Schema} schema
 * @param {Frame} frame
 * @returns {Grid}
 */
export function gridOf(schema, frame) {
  const values = frame.values ?? [];
  const names = lastAxisNames(schema);
  if (schema.axes.length === 1 && !(schema.labels && names.length <= MOST_COLUMNS)) {
    return chunked(schema, values, names);
  }
  const columns = names.length || 1;
  const shown = Math.min(columns, MOST_COLUMNS);
  const total = schema.axes.slice(0, -1).reduce((product, { count }) => product * count, 1);
  const rows = Math.min(total, Math.floor(MOST_CELLS / shown));
  return {
    corner: "",
    headings: names.slice(0, shown),
    rows: Array.from({ length: rows }, (_, row) => ({
      heading: rowName(schema, row),
      cells: cellsFrom(values, row * columns, shown, schema.kind),
    })),
    total,
  };
}

/**
 * @param {Schema} schema
 * @param {Values} values
 * @param {string[]} names
 * @returns {Grid}
 */
function chunked({ kind }, values, names) {
  const width = kind === "text" ? 1 : Math.min(CHUNK, names.length || 1);
  const total = Math.ceil(names.length / width);
  const rows = Math.min(total, Math.floor(MOST_CELLS / width));
  const headings = width > 1 ? Array.from({ length: width }, (_, i) => `+${i}`) : [""];
  return {
    corner: "",
    headings: names.length <= CHUNK && kind !== "text" ? names : headings,
    rows: Array.from({ length: rows }, (_, row) => ({
      heading: total > 1 || kind === "text" ? (names[row * width] ?? "") : "",
      cells: cellsFrom(values, row * width, Math.min(width, names.length - row * width), kind),
    })),
    total,
  };
}

/**
 * @param {Values} values
 * @param {number} first
 * @param {number} count
 * @param {Kind} kind
 */
function cellsFrom(values, first, count, kind) {
  return Array.from({ length: count }, (_, i) => cellAt(values, first + i, kind));
}

/**
 * The index of a row over all axes but the last: `12`, or `3, 12`.
 *
 * @param {Schema} schema
 * @param {number} row
 */
function rowName({ axes }, row) {
  const names = [];
  for (const { start, step, count } of axes.slice(0, -1).reverse()) {
    names.unshift(start + (row % count) * step);
    row = Math.floor(row / count);
  }
  return names.join(", ");
}

/**
 * Lay out records: one row a record, one column a field.
 *
 * @param {Schema} schema
 * @param {Frame} frame
 * @returns {Grid}
 */
export function recordsOf(schema, frame) {
  const fields = schema.fields ?? [];
  const columns = frame.columns ?? [];
  const total = frame.shape.reduce((product, length) => product * length, 1);
  const rows = Math.min(total, Math.floor(MOST_CELLS / Math.max(1, fields.length)));
  // The last axis of records is a row's own: `rowName` wants one behind it.
  const axes = [...schema.axes, { axis: -1, start: 0, step: 1, count: 1 }];
  return {
    corner: "",
    headings: fields.map(({ name }) => name),
    rows: Array.from({ length: rows }, (_, row) => ({
      heading: rowName({ ...schema, axes }, row),
      cells: fields.map((field, i) => fieldCell(field, columns[i] ?? [], row)),
    })),
    total,
  };
}

/**
 * @param {import("./types.js").Field} field
 * @param {Values} column
 * @param {number} row
 * @returns {Cell}
 */
function fieldCell({ kind, shape }, column, row) {
  if (shape.length === 0) return cellAt(column, row, kind);
  const size = shape.reduce((product, length) => product * length, 1);
  const cells = cellsFrom(column, row * size, size, kind);
  const mark = cells.some((cell) => cell.mark === "odd") ? "odd" : "";
  return { text: `[${cells.map(({ text }) => text).join(", ")}]`, mark };
}
