/**
 * The range that a picture is coloured by: the one held by hand, else what the values on the screen
 * say, cut at both ends if wished. A cut range rests until the values have clearly left it: a
 * percentile trembles from frame to frame.
 *
 * @typedef {import("../views/types.js").Range} Range
 */
import { spread } from "../page/scaling.js";
import { clippedRange, sampleWithin } from "./seen_values.js";

/** Few enough to sort within a millisecond. */
const SAMPLE = 8192;
/** By how much of its span a range may differ from the values and still rest. */
const REST = 0.08;

/**
 * @param {Range | null} before
 * @param {Range} fresh
 * @returns {Range}
 */
export function restingRange(before, fresh) {
  if (!before) return fresh;
  const slack = (before.hi - before.lo) * REST;
  const near = Math.abs(before.lo - fresh.lo) <= slack && Math.abs(before.hi - fresh.hi) <= slack;
  return near ? before : fresh;
}

/**
 * A range with zero in its middle, for differences.
 *
 * @param {Range} range
 * @returns {Range}
 */
export function aboutZero({ lo, hi }) {
  const reach = Math.max(Math.abs(lo), Math.abs(hi));
  return { lo: -reach, hi: reach };
}

export class ColourRange {
  #key = "";
  /** @type {Range | null} */
  #before = null;

  /**
   * @param {ArrayLike<number>} values
   * @param {import("./seen_values.js").Rectangle} rectangle
   * @param {import("./seen_values.js").SeenExtent} extent
   * @param {{held: Range | null, clip: number, key: string}} wish a range rests while `key` stays
   * @returns {Range}
   */
  find(values, rectangle, extent, { held, clip, key }) {
    if (held) return spread(held);
    if (clip === 0 || extent.lo > extent.hi) return spread(extent);
    const fresh = spread(clippedRange(sampleWithin(values, rectangle, SAMPLE), clip));
    this.#before = restingRange(key === this.#key ? this.#before : null, fresh);
    this.#key = key;
    return this.#before;
  }
}
