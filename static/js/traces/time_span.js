/**
 * How much of the past is shown: up to now, which is at the right of every trace.
 *
 * @typedef {{span_s: number, label: string, words: string, tick_s: number}} TimeSpan
 */

/** @type {TimeSpan} */
export const FIVE_MINUTES = { span_s: 300, label: "5 min", words: "last five minutes", tick_s: 60 };

/** @type {TimeSpan[]} the longest first */
export const SPANS = [
  FIVE_MINUTES,
  { span_s: 60, label: "1 min", words: "last minute", tick_s: 10 },
  { span_s: 10, label: "10 s", words: "last ten seconds", tick_s: 2 },
];

/**
 * Times of the ticks, in seconds before now, so many that they fit; now is always among them.
 *
 * @param {TimeSpan} span
 * @param {number} fitting
 */
export function spanTicks({ span_s, tick_s }, fitting) {
  const count = Math.round(span_s / tick_s);
  const stride = Math.ceil(count / fitting);
  const ticks = Array.from({ length: count + 1 }, (_, i) => (i - count) * tick_s);
  return ticks.filter((_, i) => (count - i) % stride === 0);
}

/**
 * @param {TimeSpan} span
 * @param {number} time_s not above zero
 */
export function formatPast({ tick_s }, time_s) {
  if (time_s === 0) return "now";
  return tick_s < 60 ? `${time_s} s` : `${time_s / 60} min`;
}

/**
 * What of a trace is within a span, and one sample before it, so that the line comes from somewhere.
 *
 * @param {ArrayLike<number>} age_s the oldest first
 * @param {number} span_s
 */
export function firstWithin(age_s, span_s) {
  let first = age_s.length;
  while (first > 0 && Number(age_s[first - 1]) <= span_s) first -= 1;
  return Math.max(0, first - 1);
}
