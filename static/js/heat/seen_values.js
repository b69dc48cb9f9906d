/**
 * The values of a frame that are on the screen: their extent, a sample of them, what it says.
 *
 * @typedef {import("../views/types.js").Range} Range
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../views/types.js").Viewport} Viewport
 * @typedef {{down: number, across: number}} Plane the two axes of the selection that are drawn
 * @typedef {import("../page/scaling.js").Extent & {positive: number, count: number}} SeenExtent
 *
 * From and to where a frame's rows and columns are seen; rows stand `stride` apart.
 * @typedef {{top: number, bottom: number, left: number, right: number, stride: number}} Rectangle
 *
 * @typedef {{counts: Uint32Array, below: number, above: number}} Histogram
 */
import { shareOf } from "./colour_scale.js";

export const BINS = 64;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * @param {Schema} schema
 * @param {Viewport | null} viewport
 * @param {Plane} plane
 * @returns {Rectangle}
 */
export function seenRectangle(schema, viewport, { down, across }) {
  const rows = seenElements(schema, viewport, down);
  const columns = seenElements(schema, viewport, across);
  const stride = schema.axes[across]?.count ?? 1;
  return { top: rows.from, bottom: rows.to, left: columns.from, right: columns.to, stride };
}

/**
 * @param {Schema} schema
 * @param {Viewport | null} viewport
 * @param {number} axis
 */
function seenElements({ selected, window, axes, reduced }, viewport, axis) {
  const count = axes[axis]?.count ?? 1;
  const { lo, hi } = viewport?.[axis] ?? { lo: 0, hi: selected[axis]?.count ?? count };
  const [first = 0] = window[axis] ?? [];
  const size = reduced?.[axis] ?? 1;
  const from = Math.min(count, Math.max(0, Math.floor((lo - first) / size)));
  return { from, to: Math.min(count, Math.max(from, Math.ceil((hi - first) / size))) };
}

/**
 * Smallest and largest finite value, the smallest above zero, and how many are not finite. Without
 * any finite value `lo` exceeds `hi`.
 *
 * @param {ArrayLike<number>} values
 * @param {Rectangle} rectangle
 * @returns {SeenExtent}
 */
export function extentWithin(values, { top, bottom, left, right, stride }) {
  let [lo, hi, nan, inf, positive] = [Infinity, -Infinity, 0, 0, Infinity];
  for (let row = top; row < bottom; row++) {
    for (let i = row * stride + left; i < row * stride + right; i++) {
      const value = /** @type {number} */ (values[i]);
      if (value - value === 0) {
        if (value < lo) lo = value;
        if (value > hi) hi = value;
        if (value > 0 && value < positive) positive = value;
      } else if (Number.isNaN(value)) nan += 1;
      else inf += 1;
    }
  }
  return { lo, hi, nan, inf, positive, count: (bottom - top) * (right - left) };
}

/**
 * At most so many of the finite values, evenly strewn but not on a grid, which a pattern in the
 * values could fall in step with.
 *
 * @param {ArrayLike<number>} values
 * @param {Rectangle} rectangle
 * @param {number} most
 */
export function sampleWithin(values, { top, bottom, left, right, stride }, most) {
  const width = right - left;
  const total = (bottom - top) * width;
  const wanted = Math.min(total, most);
  const sample = new Float64Array(wanted);
  let kept = 0;
  for (let i = 0; i < wanted; i++) {
    const strewn = wanted === total ? i : Math.floor(((i + ((i * GOLDEN) % 1)) * total) / wanted);
    const row = Math.floor(strewn / width);
    const value = Number(values[(top + row) * stride + left + strewn - row * width]);
    if (Number.isFinite(value)) sample[kept++] = value;
  }
  return sample.subarray(0, kept);
}

/**
 * The range that leaves out a percentage of the values at each end.
 *
 * @param {Float64Array} sample is sorted
 * @param {number} percent
 * @returns {Range}
 */
export function clippedRange(sample, percent) {
  sample.sort();
  const last = sample.length - 1;
  const cut = Math.round((last * percent) / 100);
  return { lo: sample[cut] ?? 0, hi: sample[last - cut] ?? 1 };
}

/**
 * How many of a sample fall into each part of a colour scale, and beyond its ends.
 *
 * @param {Float64Array} sample
 * @param {import("./colour_scale.js").ColourScale} scale
 * @returns {Histogram}
 */
export function histogramOf(sample, scale) {
  const counts = new Uint32Array(BINS);
  let [below, above] = [0, 0];
  for (const value of sample) {
    if (value < scale.lo) below += 1;
    else if (value > scale.hi) above += 1;
    else {
      const bin = Math.min(BINS - 1, Math.floor(shareOf(scale, value) * BINS));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }
  return { counts, below, above };
}
