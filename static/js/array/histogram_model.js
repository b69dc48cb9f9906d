/** How the elements of an array are spread, as marks and words; nothing here touches the page. */
import { formatNumber, formatShare } from "../page/format.js";

/**
 * @typedef {import("../page/types.js").Statistics} Statistics
 * @typedef {NonNullable<Statistics["histogram"]>} Histogram
 */

/** Units of the picture: as many across as there may be bins, and some below for the percentiles. */
export const WIDTH = 64;
export const HEIGHT = 20;
/** A bin that holds anything is at least so high. */
const LEAST = 0.5;

/**
 * The bins as one outline.
 *
 * @param {ArrayLike<number>} counts
 */
export function outline(counts) {
  const most = Math.max(1, ...Array.from(counts));
  const width = WIDTH / counts.length;
  const steps = Array.from(counts, (count, bin) => {
    const height = count === 0 ? 0 : Math.max((count / most) * HEIGHT, LEAST);
    return `V${round(HEIGHT - height)}H${round((bin + 1) * width)}`;
  });
  return `M0 ${HEIGHT}${steps.join("")}V${HEIGHT}Z`;
}

/**
 * Where percentiles stand across the picture. A whole number stands in the middle of its own place.
 *
 * @param {Histogram} histogram
 * @param {Record<string, number>} percentiles
 * @param {boolean} whole whether these are of whole numbers
 * @returns {(percent: string) => number}
 */
export function places({ lo, hi }, percentiles, whole) {
  // Halves, since the span may be beyond the largest double.
  const [low, high] = [Number(lo) / 2, Number(hi) / 2];
  return (percent) => {
    const value = (percentiles[percent] ?? 0) / 2 + (whole ? 0.25 : 0);
    const part = high > low ? (value - low) / (high - low) : 0.5;
    return round(WIDTH * Math.min(Math.max(part, 0), 1));
  };
}

/**
 * One bin in words: with both its edges, or of whole numbers with the first and the last.
 *
 * @param {Histogram} histogram
 * @param {number} bin
 * @param {boolean} whole whether it holds whole numbers
 */
export function binText({ lo, hi, counts }, bin, whole) {
  const [low, high] = [Number(lo), Number(hi)];
  const [from, to] = [bin, bin + 1].map((at) => {
    const part = at / counts.length;
    const edge = low * (1 - part) + high * part;
    return whole ? Math.round(edge) - (at - bin) : edge;
  });
  const range = from === to ? formatNumber(from) : `${formatNumber(from)} to ${formatNumber(to)}`;
  const total = Array.from(counts).reduce((sum, one) => sum + one, 0);
  const count = counts[bin] ?? 0;
  return `${range}: ${count}, ${formatShare(total > 0 ? count / total : 0)}`;
}

/**
 * The picture in words.
 *
 * @param {Statistics} entry
 */
export function summary({ field, min, max, histogram, percentiles, distinct, coverage }) {
  const what = field === null ? "Histogram" : `Histogram of ${field}`;
  const name = coverage < 1 ? `${what}, ${formatShare(coverage)} scanned so far` : what;
  if (histogram === null || percentiles === null) return `${name}: not known yet`;
  const values = Array.from(histogram.counts);
  const top = values.indexOf(Math.max(...values));
  const fullest = binText(histogram, top, distinct !== null);
  const [low, high] = [percentiles["25"], percentiles["75"]].map((value) => formatNumber(value));
  return `${name}: from ${formatNumber(min)} to ${formatNumber(max)}, half of the elements lie from ${low} to ${high}; the fullest bin is ${fullest}`;
}

/**
 * Whether percentiles and histogram come from some of the elements only.
 *
 * @param {Statistics} entry
 */
export function isSampled({ count, nan, inf, sample, percentiles }) {
  return percentiles !== null && Number(sample) < Number(count) - Number(nan) - Number(inf);
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}
