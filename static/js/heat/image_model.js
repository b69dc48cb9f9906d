/**
 * Where rows, columns and channels of an image stand among the axes of a selection, and how its
 * values become pixels.
 *
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../views/types.js").Range} Range
 * @typedef {{down: number, across: number, channel: number | null, channels: number}} Planes
 *   `channel` is the axis of colours, null for a grey image
 */

const CHANNELS = [3, 4];
/** How many elements beside the picture's axes are asked for: every colour. */
const ALL_CHANNELS = 4;

/**
 * @param {Pick<Schema, "selected">} schema
 * @returns {Planes | null} null where it is no image
 */
export function planesOf({ selected }) {
  const counts = selected.map(({ count }) => count);
  const planes = layoutOf(counts);
  const large = planes && (counts[planes.down] ?? 0) > 1 && (counts[planes.across] ?? 0) > 1;
  return large ? planes : null;
}

/**
 * @param {number[]} counts
 * @returns {Planes | null}
 */
function layoutOf(counts) {
  const [first = 0, , last = 0] = counts;
  if (counts.length === 2) return { down: 0, across: 1, channel: null, channels: 1 };
  if (counts.length !== 3) return null;
  if (CHANNELS.includes(last)) return { down: 0, across: 1, channel: 2, channels: last };
  if (CHANNELS.includes(first)) return { down: 1, across: 2, channel: 0, channels: first };
  return null;
}

/**
 * What an image of a screen's size is asked for.
 *
 * @param {Planes} planes
 * @param {{width: number, height: number}} pixels
 */
export function mostOfImage({ down, across, channel }, { width, height }) {
  const most = [0, 0, ...(channel === null ? [] : [0])].fill(ALL_CHANNELS);
  most[down] = height;
  most[across] = width;
  return most;
}

/**
 * The range from black to white that is meant by a dtype; of floats, that which holds the values:
 * 0 to 1 where they lie in it.
 *
 * @param {string} dtype
 * @param {Range} extent
 * @returns {Range}
 */
export function meantRange(dtype, { lo, hi }) {
  if (/u1$/.test(dtype)) return { lo: 0, hi: 255 };
  if (/u2$/.test(dtype)) return { lo: 0, hi: 65535 };
  if (lo > hi || (lo >= 0 && hi <= 1)) return { lo: 0, hi: 1 };
  return { lo, hi: hi > lo ? hi : lo + 1 };
}

/**
 * Where in a frame's values a pixel's channel lies.
 *
 * @param {Planes} planes
 * @param {number} pixels of the whole frame
 * @returns {{pixel: number, channel: number}} steps
 */
export function stepsOf({ channel, channels }, pixels) {
  if (channel === 0) return { pixel: 1, channel: pixels };
  return { pixel: channels, channel: 1 };
}

/**
 * Values as RGBA bytes, which clamp and round what is written into them.
 *
 * @param {ArrayLike<number>} values
 * @param {Planes} planes
 * @param {{range: Range, alpha: number}} levels the range from black to white, and full alpha
 * @param {Uint8ClampedArray} target
 */
export function copyPixels(values, planes, { range, alpha }, target) {
  const pixels = target.length / 4;
  const steps = stepsOf(planes, pixels);
  const [green, blue] = planes.channels > 1 ? [steps.channel, 2 * steps.channel] : [0, 0];
  const factor = 255 / (range.hi - range.lo);
  const clear = planes.channels === 4 ? 3 * steps.channel : -1;
  for (let i = 0, from = 0, to = 0; i < pixels; i++, from += steps.pixel, to += 4) {
    target[to] = (Number(values[from]) - range.lo) * factor;
    target[to + 1] = (Number(values[from + green]) - range.lo) * factor;
    target[to + 2] = (Number(values[from + blue]) - range.lo) * factor;
    target[to + 3] = clear < 0 ? 255 : (Number(values[from + clear]) * 255) / alpha;
  }
}
