/**
 * Moving along the axis that runs across a plot. A place's own width is from half a place before
 * it to half a place after it, so that what is at an edge is seen whole.
 *
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../views/types.js").Viewport} Viewport
 * @typedef {import("../views/types.js").Range} Range
 */

import { tickValues } from "../page/scaling.js";
import { clampViewport, countsOf } from "../values/viewport.js";
import { acrossOf, lineAxes, withAcross } from "./axes.js";

/**
 * From where to where the plot runs, where each place stands at its own number.
 *
 * @param {Range} seen places
 * @returns {Range}
 */
export function plotRange({ lo, hi }) {
  return { lo: lo - 0.5, hi: hi - 0.5 };
}

/**
 * A zoomed viewport; null for all.
 *
 * @param {Schema} schema
 * @param {Viewport | null} viewport
 * @param {number} factor above 1 to see less, larger
 * @param {number} share of the width that stays where it is
 */
export function zoomedAcross(schema, viewport, factor, share) {
  const { lo, hi } = acrossOf(schema, viewport);
  const at = lo + share * (hi - lo);
  return clamped(schema, viewport, { lo: at - (at - lo) / factor, hi: at + (hi - at) / factor });
}

/**
 * @param {Schema} schema
 * @param {Viewport | null} viewport
 * @param {number} share of the width
 */
export function pannedAcross(schema, viewport, share) {
  const { lo, hi } = acrossOf(schema, viewport);
  const step = share * (hi - lo);
  return clamped(schema, viewport, { lo: lo + step, hi: hi + step });
}

/**
 * @param {Schema} schema
 * @param {Viewport | null} viewport
 * @param {number} from share of the width
 * @param {number} to
 */
export function chosenAcross(schema, viewport, from, to) {
  const { lo, hi } = acrossOf(schema, viewport);
  const at = (/** @type {number} */ share) => lo + Math.min(1, Math.max(0, share)) * (hi - lo);
  return clamped(schema, viewport, { lo: at(from), hi: at(to) });
}

/**
 * @param {Schema} schema
 * @param {Viewport | null} viewport
 */
export function wholeAcross(schema, viewport) {
  const count = schema.selected[lineAxes(schema).across]?.count ?? 1;
  return clamped(schema, viewport, { lo: 0, hi: count });
}

/**
 * @param {Schema} schema
 * @param {Viewport | null} viewport
 */
export function isZoomed(schema, viewport) {
  const { lo, hi } = acrossOf(schema, viewport);
  return lo > 0 || hi < (schema.selected[lineAxes(schema).across]?.count ?? 1);
}

/**
 * @param {Schema} schema
 * @param {Viewport | null} viewport
 * @param {Range} range
 */
function clamped(schema, viewport, range) {
  return clampViewport(withAcross(schema, viewport, range), countsOf(schema));
}

/**
 * Where round indices of the array stand, in places.
 *
 * @param {{start: number, step: number}} axis
 * @param {Range} range of places
 * @param {number} fitting about so many
 */
export function indexTicks({ start, step }, { lo, hi }, fitting) {
  const [from, to] = [start + lo * step, start + hi * step];
  const indices = tickValues({ lo: Math.min(from, to), hi: Math.max(from, to) }, fitting);
  const whole = indices.filter(Number.isInteger);
  // uPlot wants them ascending; adding zero makes a plain zero of a negative one.
  return whole.map((index) => (index - start) / step + 0).sort((a, b) => a - b);
}
