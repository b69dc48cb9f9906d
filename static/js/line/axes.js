/**
 * Which axis of a selection runs across a plot, and which of the others' entries are its traces.
 *
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../views/types.js").Viewport} Viewport
 * @typedef {import("../views/types.js").Range} Range
 *
 * `traces` is null for a single line. A trace is chosen among many by the viewport.
 * @typedef {{across: number, traces: number | null, chosen: boolean}} LineAxes
 */
import { countsOf, wholeOf } from "../values/viewport.js";

/** Traces that can be told apart. */
export const MOST_TRACES = 8;

/**
 * One axis is a line; of two, a few columns are a line each, of many columns some rows are.
 *
 * @param {Pick<Schema, "selected">} schema
 * @returns {LineAxes}
 */
export function lineAxes({ selected }) {
  if (selected.length < 2) return { across: 0, traces: null, chosen: false };
  const columns = selected[1]?.count ?? 0;
  if (columns <= MOST_TRACES) return { across: 0, traces: 1, chosen: false };
  return { across: 1, traces: 0, chosen: (selected[0]?.count ?? 0) > MOST_TRACES };
}

/**
 * How many elements an axis a plot makes use of: two a pixel, so that each has its own extremes.
 *
 * @param {Schema} schema
 * @param {number} width_px
 */
export function mostFor(schema, width_px) {
  const { across } = lineAxes(schema);
  const fine = Math.max(2, 2 * Math.round(width_px));
  return schema.selected.map(({ count }, axis) =>
    axis === across ? fine : Math.min(count, MOST_TRACES),
  );
}

/**
 * What is on the screen of the axis that runs across, in places.
 *
 * @param {Schema} schema
 * @param {Viewport | null} viewport
 * @returns {Range}
 */
export function acrossOf(schema, viewport) {
  const { across } = lineAxes(schema);
  return viewport?.[across] ?? { lo: 0, hi: schema.selected[across]?.count ?? 1 };
}

/**
 * The places of the traces: all of a few, or the first ones that the viewport shows.
 *
 * @param {Schema} schema
 * @param {Viewport | null} viewport
 * @returns {Range}
 */
export function tracesOf(schema, viewport) {
  const { traces } = lineAxes(schema);
  if (traces === null) return { lo: 0, hi: 1 };
  const { lo, hi } = viewport?.[traces] ?? { lo: 0, hi: schema.selected[traces]?.count ?? 1 };
  const first = Math.round(lo);
  return { lo: first, hi: Math.min(Math.max(first + 1, Math.round(hi)), first + MOST_TRACES) };
}

/**
 * The same viewport with another range across.
 *
 * @param {Schema} schema
 * @param {Viewport | null} viewport
 * @param {Range} range
 * @returns {Viewport}
 */
export function withAcross(schema, viewport, range) {
  return withAxis(schema, viewport, lineAxes(schema).across, range);
}

/**
 * The same viewport with other traces.
 *
 * @param {Schema} schema
 * @param {Viewport | null} viewport
 * @param {Range} range
 * @returns {Viewport}
 */
export function withTraces(schema, viewport, { lo, hi }) {
  const { traces } = lineAxes(schema);
  if (traces === null) return viewport ?? wholeOf(countsOf(schema));
  const count = schema.selected[traces]?.count ?? 1;
  const from = Math.max(0, Math.min(lo, count - (hi - lo)));
  return withAxis(schema, viewport, traces, { lo: from, hi: Math.min(count, from + hi - lo) });
}

/**
 * @param {Schema} schema
 * @param {Viewport | null} viewport
 * @param {number} axis
 * @param {Range} range
 */
function withAxis(schema, viewport, axis, range) {
  const before = viewport ?? wholeOf(countsOf(schema));
  return before.map((old, i) => (i === axis ? range : old));
}
