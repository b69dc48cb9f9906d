/**
 * How far the values of traces reach, and what becomes of those that are not finite: a NaN is a
 * gap, an infinity a gap with a mark at the edge.
 *
 * @typedef {import("./model.js").Trace} Trace
 * @typedef {import("../plot/types.js").Mark} Mark
 * @typedef {import("./y_scale.js").Reach & {odd: boolean}} TraceReach
 */

/**
 * How far the traces reach between two elements; `odd` where any value at all is not finite.
 *
 * @param {Trace[]} traces
 * @param {{first: number, last: number}} seen
 */
export function reachOf(traces, seen) {
  /** @type {TraceReach} */
  const reach = { lo: Infinity, hi: -Infinity, positive: Infinity, odd: false };
  for (const { low, high } of traces) {
    widen(reach, low, seen);
    if (high) widen(reach, high, seen);
  }
  return reach;
}

/**
 * The reach without the values that are left out at each end.
 *
 * @param {Trace[]} traces
 * @param {{first: number, last: number}} seen
 * @param {TraceReach} reach of all
 * @param {number} percent
 * @returns {TraceReach}
 */
export function clippedReach(traces, { first, last }, reach, percent) {
  const parts = traces.flatMap(({ low, high }) => (high ? [low, high] : [low]));
  const seen = parts.flatMap((points) => Array.from(points).slice(first, last));
  const sorted = Float64Array.from(seen.filter(Number.isFinite).map(Number)).sort();
  const cut = Math.floor((sorted.length * percent) / 100);
  const [lo, hi] = [sorted[cut], sorted[sorted.length - 1 - cut]];
  return lo === undefined || hi === undefined ? reach : { ...reach, lo, hi };
}

/**
 * @param {TraceReach} reach
 * @param {import("../plot/types.js").Points} values
 * @param {{first: number, last: number}} seen
 */
function widen(reach, values, { first, last }) {
  for (let i = 0; i < values.length; i++) {
    const value = /** @type {number} */ (values[i]);
    if (value - value !== 0) reach.odd = true;
    else if (i >= first && i < last) {
      if (value < reach.lo) reach.lo = value;
      if (value > reach.hi) reach.hi = value;
      if (value > 0 && value < reach.positive) reach.positive = value;
    }
  }
}

/**
 * @param {ArrayLike<number>} x
 * @param {Trace[]} traces
 * @returns {Mark[]}
 */
export function marksOf(x, traces) {
  /** @type {Mark[]} */
  const marks = [];
  traces.forEach(({ low, high }, curve) => {
    for (let i = 0; i < x.length; i++) {
      const at = Number(x[i]);
      if ((high ?? low)[i] === Infinity) marks.push({ at, curve, up: true });
      if (low[i] === -Infinity) marks.push({ at, curve, up: false });
    }
  });
  return marks;
}

/**
 * A trace with gaps. Of an element with one infinite extreme, the other is both.
 *
 * @param {Trace} trace
 * @returns {Trace}
 */
export function gapped({ low, high, ...trace }) {
  const below = Array.from({ length: low.length }, (_, i) => finite(low[i]));
  if (!high) return { ...trace, low: below, high };
  const above = Array.from({ length: high.length }, (_, i) => finite(high[i]));
  return {
    ...trace,
    low: below.map((value, i) => value ?? above[i] ?? null),
    high: above.map((value, i) => value ?? below[i] ?? null),
  };
}

/** @param {number | null | undefined} value */
function finite(value) {
  return value !== null && Number.isFinite(value) ? Number(value) : null;
}
