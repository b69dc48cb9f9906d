/** From values to the scale they are drawn on. */

/**
 * @typedef {import("../values/types.js").Numbers} Numbers
 * @typedef {import("../views/types.js").Range} Range
 * @typedef {{lo: number, hi: number, nan: number, inf: number}} Extent
 * @typedef {{lo: number, hi: number, step: number}} Divisions
 */

/**
 * Numbers that can be drawn: BigInts rounded to floats, complex pairs as magnitudes.
 *
 * @param {Numbers} values
 * @param {import("../values/types.js").Kind} kind
 * @returns {Exclude<Numbers, BigInt64Array | BigUint64Array>}
 */
export function drawable(values, kind) {
  if (kind === "complex") return magnitudes(/** @type {Float64Array} */ (values));
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    return Float64Array.from(values, Number);
  }
  return values;
}

/** @param {Float32Array | Float64Array} pairs */
function magnitudes(pairs) {
  const result = new Float64Array(pairs.length >> 1);
  for (let i = 0; i < result.length; i++) {
    result[i] = Math.hypot(Number(pairs[2 * i]), Number(pairs[2 * i + 1]));
  }
  return result;
}

/**
 * Smallest and largest finite value, and how many were not finite. Without any finite value `lo`
 * exceeds `hi`.
 *
 * @param {ArrayLike<number>} values
 * @returns {Extent}
 */
export function extentOf(values) {
  let [lo, hi, nan, inf] = [Infinity, -Infinity, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = /** @type {number} */ (values[i]);
    if (value - value === 0) {
      if (value < lo) lo = value;
      if (value > hi) hi = value;
    } else if (Number.isNaN(value)) nan += 1;
    else inf += 1;
  }
  return { lo, hi, nan, inf };
}

/**
 * The range to colour by: never empty, whatever the values.
 *
 * @param {Range} extent
 * @returns {Range}
 */
export function spread({ lo, hi }) {
  if (lo > hi) return { lo: 0, hi: 1 };
  if (lo === hi) return { lo, hi: lo + (Math.abs(lo) * 1e-6 || 1) };
  return { lo, hi };
}

/** Factors of a power of ten that read well on a scale. */
const COARSE = [1, 2, 5, 10];
const FINE = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/**
 * The smallest readable step that is at least `size`.
 *
 * @param {number} size
 * @param {number[]} factors
 */
function niceStep(size, factors) {
  const power = 10 ** Math.floor(Math.log10(size));
  const factor = factors.find((candidate) => candidate * power >= size * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/**
 * Lay a range on `count` divisions of one nice step, as an oscilloscope's graticule does.
 *
 * @param {Range} range
 * @param {number} count
 * @returns {Divisions}
 */
export function divide(range, count) {
  const { lo, hi } = spread(range);
  let step = niceStep((hi - lo) / count, FINE);
  let first = Math.floor(lo / step + 1e-9);
  while ((first + count) * step < hi - step * 1e-9) {
    step = niceStep(step * 1.05, FINE);
    first = Math.floor(lo / step + 1e-9);
  }
  // Centre what is smaller than the screen.
  const spare = Math.floor((first + count - hi / step) / 2 + 1e-9);
  const bottom = lo >= 0 ? Math.max(0, first - spare) : first - spare;
  return { lo: bottom * step, hi: (bottom + count) * step, step };
}

/**
 * Keep the scale of the frame before as long as the values fit it and fill a good part of it, so
 * that the picture stands still.
 *
 * @param {Divisions | null} before
 * @param {Range} range
 * @param {number} count
 */
export function steadyDivisions(before, range, count) {
  if (before && range.lo >= before.lo && range.hi <= before.hi) {
    if (range.hi - range.lo > 0.35 * (before.hi - before.lo)) return before;
  }
  return divide(range, count);
}

/**
 * The values at the lines of the graticule.
 *
 * @param {Divisions} divisions
 */
export function gridLines({ lo, hi, step }) {
  // Multiples of the step, so that no line stands at 0.30000000000000004.
  const first = Math.round(lo / step);
  const count = Math.round((hi - lo) / step);
  return Array.from({ length: count + 1 }, (_, i) => roundLike((first + i) * step, step));
}

/**
 * Round values for a scale that is filled from end to end, about `count` of them.
 *
 * @param {Range} range
 * @param {number} count
 */
export function tickValues(range, count) {
  const { lo, hi } = spread(range);
  const step = niceStep((hi - lo) / count, COARSE);
  const first = Math.ceil(lo / step - 1e-9);
  const last = Math.floor(hi / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => roundLike((first + i) * step, step));
}

/**
 * @param {number} value
 * @param {number} step
 */
function roundLike(value, step) {
  const digits = Math.max(0, 1 - Math.floor(Math.log10(step)));
  return digits > 15 ? value : Number(value.toFixed(digits));
}
