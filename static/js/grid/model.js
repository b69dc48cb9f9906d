/**
 * A selection as rows and columns of cells: which element stands where, and what it is called.
 *
 * The last axis runs to the right, the others downwards. A long single axis is broken into rows of
 * eight, or of one for text; of records each is a row, and its fields are the columns. So a row
 * holds elements that follow each other, and the elements are numbered in C order.
 *
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {{axis: number, start: number, step: number, count: number}} Axis
 * @typedef {object} Grid
 * @property {number} rows
 * @property {number} columns
 * @property {number} total elements, or records
 * @property {number[]} counts of the selection's axes
 * @property {number} perRow elements, or records, in a row
 * @property {boolean} folded whether one axis is broken into rows
 * @property {boolean} records whether the columns are fields
 * @property {(column: number) => string} columnName
 * @property {(row: number) => string} rowName
 * @property {(column: number) => boolean} isText whether a column is read rather than compared
 *
 * @typedef {Omit<Grid, "columnName" | "rowName" | "isText">} Shape
 */
import { countsOf } from "../values/viewport.js";

/** Up to here, numbers are read rather than looked through. */
export const FEW = 64;
/** Labels that stand side by side rather than one below the other. */
const MOST_LABELS = 64;
const FOLD = 8;

/** @param {number[]} counts */
export function sizeOf(counts) {
  return counts.reduce((product, count) => product * count, 1);
}

/**
 * @param {Schema} schema
 * @returns {Grid}
 */
export function gridOf(schema) {
  const counts = countsOf(schema);
  const total = sizeOf(counts);
  const records = schema.kind === "records";
  const perRow = records ? 1 : perRowOf(schema, counts);
  const rows = perRow === 0 ? 0 : Math.ceil(total / perRow);
  const columns = records ? (schema.fields?.length ?? 0) : perRow;
  const folded = !records && counts.length === 1 && perRow < total;
  const shape = { rows, columns, total, counts, perRow, folded, records };
  return {
    ...shape,
    columnName: columnNames(schema, shape),
    rowName: rowNames(schema, shape),
    isText: (column) =>
      isText(records ? schema.fields?.[column] : { kind: schema.kind, shape: [] }),
  };
}

/** @param {Pick<import("../values/types.js").Field, "kind" | "shape"> | undefined} element */
function isText(element) {
  return element?.kind === "text" || (element?.shape.length ?? 0) > 0;
}

/**
 * @param {Schema} schema
 * @param {number[]} counts
 */
function perRowOf(schema, counts) {
  const last = counts.at(-1) ?? 1;
  if (counts.length !== 1) return last;
  if (schema.kind === "text") return 1;
  const labelled = lastAxisLabels(schema) !== null;
  if (labelled) return last <= MOST_LABELS ? last : 1;
  return Math.min(FOLD, last);
}

/**
 * The labels, where the last axis that is shown is the one they name.
 *
 * @param {Schema} schema
 */
function lastAxisLabels({ selected, labels, shape }) {
  return labels && selected.at(-1)?.axis === shape.length - 1 ? labels : null;
}

/**
 * The name of a place of the last axis: its label, else its index.
 *
 * @param {Schema} schema
 * @param {number} place
 */
function lastName(schema, place) {
  const { start, step } = schema.selected.at(-1) ?? { start: 0, step: 1 };
  const index = start + place * step;
  return lastAxisLabels(schema)?.[index] ?? String(index);
}

/**
 * @param {Schema} schema
 * @param {Shape} grid
 * @returns {(column: number) => string}
 */
function columnNames(schema, { counts, columns, rows, folded, records }) {
  if (records) return (column) => schema.fields?.[column]?.name ?? "";
  if (counts.length === 0 || (folded && columns === 1)) return () => "";
  if (counts.length === 1 && schema.kind === "text") return () => "";
  if (folded && rows > 1) return (column) => `+${column}`;
  return (column) => lastName(schema, column);
}

/**
 * @param {Schema} schema
 * @param {Shape} grid
 * @returns {(row: number) => string}
 */
function rowNames(schema, { counts, perRow, rows, folded, records }) {
  const text = schema.kind === "text";
  if (counts.length === 0 || (counts.length === 1 && rows === 1 && !records && !text)) {
    return () => "";
  }
  const single = counts.length === 1;
  if (single && perRow === 1) return (row) => lastName(schema, row);
  if (folded) return (row) => String(indexAt(schema, 0, row * perRow));
  const axes = records ? counts : counts.slice(0, -1);
  return (row) =>
    unravel(row, axes)
      .map((place, axis) => indexAt(schema, axis, place))
      .join(", ");
}

/**
 * @param {Schema} schema
 * @param {number} axis
 * @param {number} place
 */
function indexAt({ selected }, axis, place) {
  const { start, step } = selected[axis] ?? { start: 0, step: 1 };
  return start + place * step;
}

/**
 * The places of an element, one an axis.
 *
 * @param {number} number in C order
 * @param {number[]} counts
 */
export function unravel(number, counts) {
  const places = new Array(counts.length);
  for (let axis = counts.length - 1; axis >= 0; axis--) {
    const count = counts[axis] || 1;
    places[axis] = number % count;
    number = Math.floor(number / count);
  }
  return places;
}

/**
 * The places of a cell, null where the last row is shorter.
 *
 * @param {Grid} grid
 * @param {number} row
 * @param {number} column
 * @returns {number[] | null}
 */
export function placesOf({ counts, perRow, records, total }, row, column) {
  const number = row * perRow + (records ? 0 : column);
  return number < total ? unravel(number, counts) : null;
}

/**
 * The cell of an element.
 *
 * @param {Grid} grid
 * @param {number[]} places one an axis
 */
export function cellOf({ counts, perRow, records }, places) {
  const number = counts.reduce((sum, count, axis) => sum * count + (places[axis] ?? 0), 0);
  const row = Math.floor(number / Math.max(1, perRow));
  return { row, column: records ? 0 : number - row * perRow };
}

/**
 * The index in the array of a cell's element.
 *
 * @param {Schema} schema
 * @param {Grid} grid
 * @param {number} row
 * @param {number} column
 */
export function indexOfCell(schema, grid, row, column) {
  const places = placesOf(grid, row, column);
  return places?.map((place, axis) => indexAt(schema, axis, place)) ?? null;
}
