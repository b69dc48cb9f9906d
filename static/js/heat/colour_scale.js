/**
 * The scale that colours are taken by: from a value to its share of the scale and back. The shader
 * in heat_shader.js reckons by the same formulas.
 *
 * - linear: p(v) = v
 * - log: p(v) = ln v; zero and less have no place
 * - symlog: p(v) = sign(v) ln(1 + |v| / t), nearly linear within the threshold ±t
 *
 * A value's share is (p(v) - p(lo)) / (p(hi) - p(lo)), of v held within lo and hi.
 *
 * @typedef {import("../views/types.js").Range} Range
 * @typedef {import("../views/types.js").Look["scale"]} ScaleKind
 * @typedef {{kind: ScaleKind, lo: number, hi: number, threshold: number}} ColourScale
 */
import { tickValues } from "../page/scaling.js";

/** The threshold of a symlog scale, as a part of the largest size on it. */
const LINEAR_PART = 1e-3;
/** A logarithmic scale that has to find its own foot does not reach further down than this. */
const DEEPEST = 1e-8;
/** Ticks that stand closer than this share would run into each other. */
const CLOSEST_TICKS = 0.07;

/**
 * @param {ScaleKind} kind
 * @param {Range} range
 * @param {number} positive the smallest value above zero that there is, for the foot of a
 *   logarithmic scale whose range begins at zero or less
 * @returns {ColourScale}
 */
export function scaleOf(kind, { lo, hi }, positive) {
  const threshold = Math.max(Math.abs(lo), Math.abs(hi)) * LINEAR_PART || 1;
  if (kind !== "log" || lo > 0) return { kind, lo, hi, threshold };
  if (hi <= 0) return { kind, lo: 1, hi: 10, threshold };
  const foot = Math.max(hi * DEEPEST, positive);
  return { kind, lo: foot < hi ? foot : hi / 10, hi, threshold };
}

/**
 * @param {ColourScale} scale
 * @param {number} value
 */
function position({ kind, threshold }, value) {
  if (kind === "linear") return value;
  if (kind === "log") return Math.log(value);
  return Math.sign(value) * Math.log1p(Math.abs(value) / threshold);
}

/**
 * @param {ColourScale} scale
 * @param {number} value
 * @returns {number} 0 to 1; NaN for NaN; -1 for what the scale has no place for
 */
export function shareOf(scale, value) {
  if (Number.isNaN(value)) return value;
  if (scale.kind === "log" && value <= 0) return -1;
  const held = Math.min(scale.hi, Math.max(scale.lo, value));
  const low = position(scale, scale.lo);
  return (position(scale, held) - low) / (position(scale, scale.hi) - low);
}

/**
 * @param {ColourScale} scale
 * @param {number} share
 */
export function valueAt(scale, share) {
  const low = position(scale, scale.lo);
  const place = low + share * (position(scale, scale.hi) - low);
  if (scale.kind === "linear") return place;
  if (scale.kind === "log") return Math.exp(place);
  return Math.sign(place) * Math.expm1(Math.abs(place)) * scale.threshold;
}

/**
 * Values that read well, with their places on the scale, from its foot to its top.
 *
 * @param {ColourScale} scale
 * @param {number} count about so many
 * @returns {{share: number, value: number}[]}
 */
export function scaleTicks(scale, count) {
  /** @type {{share: number, value: number}[]} */
  const ticks = [];
  for (const value of candidates(scale, count)) {
    const share = shareOf(scale, value);
    const before = ticks.at(-1)?.share ?? Number.NEGATIVE_INFINITY;
    if (share - before >= CLOSEST_TICKS) ticks.push({ share, value });
  }
  return ticks;
}

/**
 * @param {ColourScale} scale
 * @param {number} count
 */
function candidates({ kind, lo, hi, threshold }, count) {
  const plain = tickValues({ lo, hi }, count);
  if (kind === "linear") return plain;
  // Within its threshold a symlog scale has room for zero alone.
  const least = kind === "log" ? lo : threshold * 3;
  const up = powersOfTen(least, hi, count);
  const down = powersOfTen(least, -lo, count).reverse();
  const powers = [...down.map((value) => -value), ...(kind === "symlog" ? [0] : []), ...up];
  const fitting = powers.filter((value) => value >= lo && value <= hi);
  return fitting.length > 1 ? fitting : plain;
}

/**
 * @param {number} lo
 * @param {number} hi
 * @param {number} count
 */
function powersOfTen(lo, hi, count) {
  if (!(hi > 0) || hi < lo) return [];
  const first = Math.ceil(Math.log10(lo) - 1e-9);
  const last = Math.floor(Math.log10(hi) + 1e-9);
  const step = Math.max(1, Math.ceil((last - first) / count));
  const exponents = Array.from(
    { length: Math.max(0, Math.floor((last - first) / step) + 1) },
    (_, i) => first + i * step,
  );
  return exponents.map((exponent) => Number(`1e${exponent}`));
}
