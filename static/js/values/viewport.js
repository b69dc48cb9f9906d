/**
 * What part of a selection is on the screen, in places of the selection; pure arithmetic.
 *
 * @typedef {import("../views/types.js").Range} Range
 * @typedef {import("../views/types.js").Viewport} Viewport
 * @typedef {import("./types.js").Schema} Schema
 */

/** What is asked for beside what is seen, so that a pan finds something there: part of the span. */
const MARGIN = 0.25;
/** Smallest span that can be zoomed to, in places. */
const SMALLEST = 2;

/**
 * @param {number[]} counts
 * @returns {Viewport}
 */
export function wholeOf(counts) {
  return counts.map((count) => ({ lo: 0, hi: count }));
}

/**
 * The counts of a schema's selection, before window and reduction.
 *
 * @param {Schema} schema
 */
export function countsOf({ selected }) {
  return selected.map(({ count }) => count);
}

/**
 * A part that lies within the selection, null where that is all of it.
 *
 * @param {Viewport} viewport
 * @param {number[]} counts
 * @returns {Viewport | null}
 */
export function clampViewport(viewport, counts) {
  const inside = counts.map((count, axis) =>
    clampRange(viewport[axis] ?? { lo: 0, hi: count }, count),
  );
  const whole = inside.every(({ lo, hi }, axis) => lo <= 0 && hi >= (counts[axis] ?? 0));
  return whole ? null : inside;
}

/**
 * @param {Range} range
 * @param {number} count
 */
function clampRange({ lo, hi }, count) {
  const span = Math.min(count, Math.max(Math.min(SMALLEST, count), hi - lo));
  const middle = (lo + hi) / 2;
  const from = Math.min(count - span, Math.max(0, hi - lo === span ? lo : middle - span / 2));
  return { lo: from, hi: from + span };
}

/**
 * Zoom some axes about a place that stays where it is.
 *
 * @param {Viewport} viewport
 * @param {number} factor above 1 to see less, larger
 * @param {(number | null)[]} anchor a place an axis, null for axes that stay as they are
 * @returns {Viewport}
 */
export function zoomed(viewport, factor, anchor) {
  return viewport.map((range, axis) => {
    const at = anchor[axis] ?? null;
    if (at === null) return range;
    return { lo: at - (at - range.lo) / factor, hi: at + (range.hi - at) / factor };
  });
}

/**
 * @param {Viewport} viewport
 * @param {number[]} by places an axis
 * @returns {Viewport}
 */
export function panned(viewport, by) {
  return viewport.map(({ lo, hi }, axis) => {
    const step = by[axis] ?? 0;
    return { lo: lo + step, hi: hi + step };
  });
}

/**
 * What to ask the server for: whole places with a margin, on a coarse grid, so that small moves ask
 * for nothing new.
 *
 * @param {Viewport | null} viewport
 * @param {number[]} counts
 * @returns {[number, number][] | null} null for all
 */
export function askedWindow(viewport, counts) {
  if (!viewport) return null;
  const asked = counts.map((count, axis) =>
    askedRange(viewport[axis] ?? { lo: 0, hi: count }, count),
  );
  return asked.every(([lo, hi], axis) => lo === 0 && hi === counts[axis]) ? null : asked;
}

/**
 * @param {Range} range
 * @param {number} count
 * @returns {[number, number]}
 */
function askedRange({ lo, hi }, count) {
  const grid = 2 ** Math.max(0, Math.floor(Math.log2((hi - lo) * MARGIN)));
  const from = Math.floor(Math.floor(lo - grid) / grid) * grid;
  const to = Math.ceil(Math.ceil(hi + grid) / grid) * grid;
  // What was seen of another selection may lie beyond this one.
  return [Math.max(0, Math.min(from, count - 1)), Math.min(count, to)];
}

/**
 * How many elements an axis to ask for, where so many fit what is seen.
 *
 * @param {number[]} most that fit the part that is seen
 * @param {Viewport | null} viewport
 * @param {[number, number][] | null} window what is asked for
 */
export function mostOf(most, viewport, window) {
  if (!viewport || !window) return most;
  return most.map((fitting, axis) => {
    const seen = viewport[axis];
    const [from, to] = window[axis] ?? [0, 0];
    return seen ? Math.ceil((fitting * (to - from)) / (seen.hi - seen.lo)) : fitting;
  });
}

/**
 * From where to where of the screen, 0 to 1, a frame's elements of an axis reach.
 *
 * @param {Schema} schema
 * @param {number} axis
 * @param {Viewport | null} viewport
 */
export function spanOnScreen(schema, axis, viewport) {
  const count = schema.selected[axis]?.count ?? 1;
  const { lo, hi } = viewport?.[axis] ?? { lo: 0, hi: count };
  const [from = 0] = schema.window[axis] ?? [];
  const to = from + (schema.axes[axis]?.count ?? 1) * (schema.reduced?.[axis] ?? 1);
  return { lo: (from - lo) / (hi - lo), hi: (to - lo) / (hi - lo) };
}

/**
 * The element of a frame, along an axis, at a place of the selection; null where it has none.
 *
 * @param {Schema} schema
 * @param {number} axis
 * @param {number} place
 */
export function elementAt(schema, axis, place) {
  const [from = 0, to = 0] = schema.window[axis] ?? [];
  if (place < from || place >= to) return null;
  return Math.floor((place - from) / (schema.reduced?.[axis] ?? 1));
}

/**
 * The array's own index of a place of the selection.
 *
 * @param {Schema} schema
 * @param {number} axis
 * @param {number} place
 */
export function indexOf({ selected }, axis, place) {
  const { start, step } = selected[axis] ?? { start: 0, step: 1 };
  return start + Math.floor(place) * step;
}
