/**
 * Values as traces over an axis.
 *
 * @typedef {import("./types.js").Schema} Schema
 * @typedef {import("./types.js").Frame} Frame
 * @typedef {{label: string, values: ArrayLike<number> | (number | null)[]}} Trace
 */
import { lastAxisNames } from "./grid_model.js";
import { drawable, extentOf } from "./scaling.js";

/** Columns of a two-dimensional array that can be told apart as traces. */
export const MOST_TRACES = 8;

/** @param {import("./types.js").Axis} axis */
export function positions({ start, step, count }) {
  return Float64Array.from({ length: count }, (_, i) => start + i * step);
}

/**
 * A one-dimensional selection is one trace, a two-dimensional one a trace for each column.
 *
 * @param {Schema} schema
 * @param {Frame} frame
 */
export function linesOf(schema, frame) {
  const values = drawable(/** @type {any} */ (frame.values ?? []), schema.kind);
  const extent = extentOf(values);
  const x = positions(schema.axes[0] ?? { axis: 0, start: 0, step: 1, count: 0 });
  const columns = schema.axes.length > 1 ? lastAxisNames(schema) : [""];
  const traces = columns.map((label, column) => ({
    label,
    values: columnOf(values, column, columns.length, extent.nan + extent.inf > 0),
  }));
  // A negative step reads backwards, and a plot wants its axis ascending.
  const backwards = x.length > 1 && Number(x[0]) > Number(x[1]);
  return backwards
    ? { x: x.reverse(), traces: traces.map(reversed), extent }
    : { x, traces, extent };
}

/** @param {Trace} trace */
function reversed({ label, values }) {
  return { label, values: Array.from(values).reverse() };
}

/**
 * @param {ArrayLike<number>} values
 * @param {number} column
 * @param {number} width
 * @param {boolean} gaps whether some values are not finite, and become gaps
 * @returns {Trace["values"]}
 */
function columnOf(values, column, width, gaps) {
  if (width === 1 && !gaps) return values;
  return Array.from({ length: values.length / width }, (_, i) => {
    const value = Number(values[i * width + column]);
    return Number.isFinite(value) ? value : null;
  });
}
