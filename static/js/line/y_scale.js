/**
 * The upright scale of a plot: from where to where, how it is bent, and where its lines are.
 *
 * @typedef {import("../views/types.js").Range} Range
 * @typedef {import("../views/types.js").Look["scale"]} Bend
 * Within its threshold, a symlog scale is all but linear.
 * @typedef {{kind: Bend, lo: number, hi: number, step: number | null, lines: number[],
 *   threshold: number}} YScale
 *
 * `positive` is the smallest value above zero, Infinity where there is none.
 * @typedef {Range & {positive: number}} Reach
 */
import { divide, gridLines, steadyDivisions, tickValues } from "../page/scaling.js";

/** The threshold as a part of the largest value. */
const LINEAR_PART = 1e-3;
/** Decades below the largest value, where what is held gives a logarithm nothing to begin with. */
const DECADES = 6;
/** A scale that is filled less than this is drawn anew. */
const FILLED = 0.35;
const MOST_LINES = 9;

/**
 * @param {import("../page/scaling.js").Divisions} divisions
 * @returns {YScale}
 */
export function linearScale(divisions) {
  const { lo, hi, step } = divisions;
  return { kind: "linear", lo, hi, step, lines: gridLines(divisions), threshold: 1 };
}

/**
 * A scale that values fit on; the one before, as long as they fit that and fill a good part of it.
 *
 * @param {YScale | null} before
 * @param {Reach} reach
 * @param {Bend} kind
 * @param {number} count of a linear scale's divisions
 * @returns {YScale}
 */
export function scaleOver(before, reach, kind, count) {
  const last = before?.kind === kind ? before : null;
  if (kind === "linear") return steadyLinear(last, reach, count);
  const wanted = kind === "log" ? decadesOf(reach) : bothSidesOf(reach);
  const fits = last && wanted.lo >= last.lo && wanted.hi <= last.hi;
  return fits && filling(last, wanted) > FILLED ? last : bentScale(kind, wanted);
}

/**
 * @param {YScale | null} before
 * @param {Range} reach
 * @param {number} count
 */
function steadyLinear(before, reach, count) {
  const last = before?.step ? { lo: before.lo, hi: before.hi, step: before.step } : null;
  const divisions = steadyDivisions(last, reach, count);
  return before && divisions === last ? before : linearScale(divisions);
}

/**
 * The scale of a range that the user holds.
 *
 * @param {Range} held
 * @param {Bend} kind
 * @param {number} count
 * @returns {YScale}
 */
export function heldScale({ lo, hi }, kind, count) {
  if (kind === "log") return bentScale(kind, aboveZero({ lo, hi }));
  if (kind === "symlog") return bentScale(kind, { lo, hi });
  const { step } = divide({ lo, hi }, count);
  const divisions = Math.round((hi - lo) / step);
  const aligned = Math.abs(divisions * step - (hi - lo)) < step * 1e-6;
  const width = aligned ? step : (hi - lo) / count;
  return linearScale({ lo, hi, step: width });
}

/** @param {Range} range */
function aboveZero({ lo, hi }) {
  const top = hi > 0 ? hi : 1;
  return { lo: lo > 0 ? lo : top / 10 ** DECADES, hi: top };
}

/** @param {Reach} reach */
function decadesOf({ positive, hi }) {
  if (!(hi > 0)) return { lo: 0.1, hi: 1 };
  const lo = 10 ** Math.floor(Math.log10(positive) + 1e-9);
  return { lo, hi: Math.max(lo * 10, 10 ** Math.ceil(Math.log10(hi) - 1e-9)) };
}

/** @param {Range} reach */
function bothSidesOf({ lo, hi }) {
  if (lo > hi || (lo === 0 && hi === 0)) return { lo: 0, hi: 1 };
  return { lo: lo < 0 ? -powerAbove(-lo) : 0, hi: hi > 0 ? powerAbove(hi) : 0 };
}

/** @param {number} value above zero */
function powerAbove(value) {
  return 10 ** Math.ceil(Math.log10(value) - 1e-9);
}

/**
 * @param {"log" | "symlog"} kind
 * @param {Range} range
 * @returns {YScale}
 */
function bentScale(kind, range) {
  const threshold = LINEAR_PART * Math.max(Math.abs(range.lo), Math.abs(range.hi));
  const lines = kind === "log" ? logLines(range) : symlogLines(range);
  return { kind, ...range, step: null, lines, threshold };
}

/** @param {Range} range */
function logLines({ lo, hi }) {
  const first = Math.ceil(Math.log10(lo) - 1e-9);
  const last = Math.floor(Math.log10(hi) + 1e-9);
  const apart = Math.ceil((last - first + 1) / MOST_LINES);
  if (last - first < 1) return tickValues({ lo, hi }, 5);
  return powers(first, last, apart);
}

/** @param {Range} range */
function symlogLines({ lo, hi }) {
  const last = Math.floor(Math.log10(Math.max(-lo, hi)) + 1e-9);
  const sizes = powers(last - 3, last, 1);
  const all = [...sizes.map((size) => -size).reverse(), 0, ...sizes];
  return all.filter((value) => value >= lo && value <= hi);
}

/**
 * @param {number} first exponent
 * @param {number} last exponent
 * @param {number} apart
 */
function powers(first, last, apart) {
  const count = Math.floor((last - first) / apart) + 1;
  return Array.from({ length: count }, (_, i) => Number(`1e${first + i * apart}`));
}

/**
 * Where a value comes to stand, up to a shift and a stretch. What a logarithm cannot show stands
 * below its scale.
 *
 * @param {YScale} scale
 * @param {number} value
 */
export function bent({ kind, lo, threshold }, value) {
  if (kind === "linear") return value;
  if (kind === "log") return Math.log10(Math.max(value, lo / 10));
  return Math.sign(value) * Math.log1p(Math.abs(value) / threshold);
}

/**
 * What part of a scale a range takes up.
 *
 * @param {YScale} scale
 * @param {Range} range
 */
function filling(scale, range) {
  const at = (/** @type {number} */ value) => bent(scale, value);
  return (at(range.hi) - at(range.lo)) / (at(scale.hi) - at(scale.lo));
}
