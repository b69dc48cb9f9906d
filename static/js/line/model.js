/**
 * Values as traces over an axis.
 *
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../values/types.js").Frame} Frame
 * @typedef {import("../views/types.js").Viewport} Viewport
 * @typedef {import("../plot/types.js").Curve} Curve
 * @typedef {import("../plot/types.js").Mark} Mark
 *
 * `x` are places of the selection: where several share an element, their middle. `offset` and
 * `stride` say where a trace's values stand in the frame.
 * @typedef {Curve & {label: string, place: number, offset: number}} Trace
 * @typedef {object} Lines
 * @property {Float64Array} x
 * @property {Trace[]} traces
 * @property {number} stride
 * @property {boolean} envelope whether each element is a minimum and a maximum
 * @property {Mark[]} marks
 * @property {import("./y_scale.js").Reach} extent of what is on the screen
 */

import { drawable } from "../page/scaling.js";
import { elementAt, indexOf } from "../values/viewport.js";
import { acrossOf, lineAxes, tracesOf } from "./axes.js";
import { clippedReach, gapped, marksOf, reachOf } from "./reach.js";

/**
 * @param {Schema} schema
 * @param {Frame} frame
 * @param {Viewport | null} viewport
 * @param {number} [clip] percentage of the values that the extent leaves out at each end
 * @returns {Lines}
 */
export function linesOf(schema, frame, viewport, clip = 0) {
  const values = drawable(/** @type {any} */ (frame.values ?? []), schema.kind);
  const envelope = schema.how === "envelope";
  const x = middles(schema);
  const stride = strideOf(schema) * (envelope ? 2 : 1);
  const traces = placesOfTraces(schema, viewport).map((place) => {
    const offset = offsetOf(schema, place) * (envelope ? 2 : 1);
    const low = every(values, offset, stride, x.length);
    const high = envelope ? every(values, offset + 1, stride, x.length) : null;
    return { label: labelOf(schema, place), place, offset, low, high };
  });
  const seen = seenOf(schema, viewport, x.length);
  const whole = reachOf(traces, seen);
  const extent = clip > 0 ? clippedReach(traces, seen, whole, clip) : whole;
  const marks = whole.odd ? marksOf(x, traces) : [];
  const drawn = whole.odd ? traces.map(gapped) : traces;
  return { x, traces: drawn, stride, envelope, marks, extent };
}

/** @param {Schema} schema where each element that was sent stands, in places */
function middles(schema) {
  const { across } = lineAxes(schema);
  const [from = 0, to = 0] = schema.window[across] ?? [];
  const each = schema.reduced?.[across] ?? 1;
  const result = new Float64Array(schema.axes[across]?.count ?? 0);
  // The last one may stand for fewer; one that was picked stands where it was.
  const wide = schema.how !== "stride";
  for (let i = 0; i < result.length; i++) {
    const first = from + i * each;
    result[i] = wide ? (first + Math.min(first + each, to) - 1) / 2 : first;
  }
  return result;
}

/** @param {Schema} schema how far apart neighbours across stand in the frame */
function strideOf(schema) {
  const { across } = lineAxes(schema);
  return schema.axes.slice(across + 1).reduce((product, { count }) => product * count, 1);
}

/**
 * @param {Schema} schema
 * @param {number} place of the trace
 */
function offsetOf(schema, place) {
  const { traces } = lineAxes(schema);
  if (traces === null) return 0;
  const element = elementAt(schema, traces, place) ?? 0;
  return traces === 0 ? element * (schema.axes[1]?.count ?? 1) : element;
}

/**
 * The places of the traces that the frame has: a viewport may be ahead of it.
 *
 * @param {Schema} schema
 * @param {Viewport | null} viewport
 */
function placesOfTraces(schema, viewport) {
  const { traces } = lineAxes(schema);
  const { lo, hi } = tracesOf(schema, viewport);
  const places = Array.from({ length: hi - lo }, (_, i) => lo + i);
  if (traces === null) return places;
  return places.filter((place) => elementAt(schema, traces, place) !== null);
}

/**
 * @param {Schema} schema
 * @param {number} place
 */
function labelOf(schema, place) {
  const { traces } = lineAxes(schema);
  if (traces === null) return "";
  const index = indexOf(schema, traces, place);
  const { labels, shape } = schema;
  const named = labels && schema.selected[traces]?.axis === shape.length - 1;
  return named ? (labels[index] ?? String(index)) : String(index);
}

/**
 * @param {ArrayLike<number>} values
 * @param {number} offset
 * @param {number} stride
 * @param {number} count
 * @returns {ArrayLike<number>}
 */
function every(values, offset, stride, count) {
  if (offset === 0 && stride === 1) return values;
  const result = new Float64Array(count);
  for (let i = 0; i < count; i++) result[i] = Number(values[offset + i * stride]);
  return result;
}

/**
 * From which element to which is on the screen.
 *
 * @param {Schema} schema
 * @param {Viewport | null} viewport
 * @param {number} count
 */
function seenOf(schema, viewport, count) {
  const { across } = lineAxes(schema);
  const { lo, hi } = acrossOf(schema, viewport);
  const [from = 0] = schema.window[across] ?? [];
  const each = schema.reduced?.[across] ?? 1;
  const first = Math.max(0, Math.floor((lo - from) / each));
  return { first, last: Math.min(count, Math.ceil((hi - from) / each)) };
}
