/**
 * The cells on the screen as a part of the selection, and where in a frame their elements are.
 *
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../views/types.js").Viewport} Viewport
 * @typedef {import("./model.js").Grid} Grid
 * @typedef {{top: number, bottom: number, left: number, right: number}} Seen cells from and to, the
 *   latter left out
 */
import { cellOf, sizeOf, unravel } from "./model.js";

/** A part of the selection larger than this is not asked for, since more than it is not sent. */
const MOST_ELEMENTS = 1 << 16;

/**
 * The part of the selection that holds the cells on the screen: a range of places an axis. Rows
 * that go over from one block of the leading axes to the next may be far apart in it: where that
 * makes the part too large, it is the block that has more of them.
 *
 * @param {Grid} grid
 * @param {Seen} seen
 * @returns {Viewport}
 */
export function seenPart(grid, seen) {
  const whole = partOf(grid, seen);
  if (spanOf(whole) <= MOST_ELEMENTS || seen.bottom - seen.top < 2) return whole;
  const edge = blockEdge(grid, seen);
  if (edge === null) return whole;
  const upper = edge - seen.top >= seen.bottom - edge;
  return seenPart(grid, upper ? { ...seen, bottom: edge } : { ...seen, top: edge });
}

/** @param {Viewport} part */
function spanOf(part) {
  return sizeOf(part.map(({ lo, hi }) => hi - lo));
}

/**
 * @param {Grid} grid
 * @param {Seen} seen
 * @returns {Viewport}
 */
function partOf(grid, { top, bottom, left, right }) {
  const { counts, perRow, total, folded, records } = grid;
  if (folded) return [{ lo: top * perRow, hi: Math.min(total, bottom * perRow) }];
  const leading = records ? counts : counts.slice(0, -1);
  const part = boxBetween(unravel(top, leading), unravel(bottom - 1, leading), leading);
  return records || counts.length === 0 ? part : [...part, { lo: left, hi: right }];
}

/**
 * The smallest box that holds all elements from one to another, in C order.
 *
 * @param {number[]} first
 * @param {number[]} last
 * @param {number[]} counts
 * @returns {Viewport}
 */
function boxBetween(first, last, counts) {
  const parting = first.findIndex((place, axis) => place !== last[axis]);
  return counts.map((count, axis) => {
    if (parting >= 0 && axis > parting) return { lo: 0, hi: count };
    return { lo: first[axis] ?? 0, hi: (last[axis] ?? 0) + 1 };
  });
}

/**
 * The first row of the block that the last row on the screen lies in.
 *
 * @param {Grid} grid
 * @param {Seen} seen
 */
function blockEdge({ counts, records, folded }, { top, bottom }) {
  if (folded) return null;
  const leading = records ? counts : counts.slice(0, -1);
  const [first, last] = [unravel(top, leading), unravel(bottom - 1, leading)];
  const parting = first.findIndex((place, axis) => place !== last[axis]);
  if (parting < 0 || parting === leading.length - 1) return null;
  const block = sizeOf(leading.slice(parting + 1));
  const edge = Math.floor((bottom - 1) / block) * block;
  return edge > top ? edge : null;
}

/**
 * The cell to scroll to for a part of the selection that was set elsewhere.
 *
 * @param {Grid} grid
 * @param {Viewport} viewport
 */
export function cornerOf(grid, viewport) {
  const places = grid.counts.map((count, axis) => {
    const lo = Math.floor(viewport[axis]?.lo ?? 0);
    return Math.max(0, Math.min(count - 1, lo));
  });
  return cellOf(grid, places);
}

/**
 * @param {Viewport | null} outer null for all
 * @param {Viewport} inner
 */
export function holds(outer, inner) {
  if (!outer) return true;
  return inner.every(({ lo, hi }, axis) => {
    const range = outer[axis];
    return range !== undefined && range.lo <= lo && range.hi >= hi;
  });
}

/**
 * @param {Viewport | null} one
 * @param {Viewport | null} other
 */
export function sameViewport(one, other) {
  if (!one || !other) return one === other;
  return holds(one, other) && holds(other, one);
}

/**
 * Where a row's elements are in a frame: a function of the column, which answers -1 for what was
 * not sent.
 *
 * @param {Schema} schema
 * @param {Grid} grid
 * @param {number} row
 * @returns {(column: number) => number}
 */
export function rowLocator(schema, grid, row) {
  const { counts, perRow, records, total } = grid;
  const first = row * perRow;
  const places = unravel(first, counts);
  const last = counts.length - 1;
  let base = 0;
  for (let axis = 0; axis < last; axis++) {
    const element = sentAt(schema, axis, places[axis] ?? 0);
    if (element < 0) return () => -1;
    base = (base + element) * (schema.axes[axis + 1]?.count ?? 1);
  }
  if (last < 0) return (column) => (column === 0 || records ? 0 : -1);
  const start = places[last] ?? 0;
  return (column) => {
    const along = records ? 0 : column;
    if (first + along >= total) return -1;
    const element = sentAt(schema, last, start + along);
    return element < 0 ? -1 : base + element;
  };
}

/**
 * The number along an axis of the element that was sent for a place; -1 where that place itself was
 * not sent, but a mean of it and others, or nothing.
 *
 * @param {Schema} schema
 * @param {number} axis
 * @param {number} place
 */
function sentAt({ window, reduced, how }, axis, place) {
  const [lo, hi] = window[axis] ?? [0, 0];
  if (place < lo || place >= hi) return -1;
  const each = reduced?.[axis] ?? 1;
  if (each === 1) return reduced && how !== "stride" ? -1 : place - lo;
  const element = (place - lo) / each;
  return how === "stride" && Number.isInteger(element) ? element : -1;
}
