/**
 * Rows and columns as lengths, and lengths as positions of a scroll bar. A browser's elements are at
 * most some million pixels long: where the cells are longer, the bar moves in proportion.
 */

/** Shorter than the longest element of any browser. */
export const LONGEST_PX = 8_000_000;

/** The rows, or the columns: how many, and how long each is. */
export class Tracks {
  /** @type {Float64Array | null} where each begins, null where all are alike */
  #starts = null;

  /**
   * @param {number} count
   * @param {number | number[]} size_px of all, or of each
   */
  constructor(count, size_px) {
    this.count = count;
    this.size_px = typeof size_px === "number" ? size_px : 0;
    if (typeof size_px !== "number") this.#starts = startsOf(size_px);
  }

  /**
   * Where a place begins; also between two of them.
   *
   * @param {number} place
   */
  offset_px(place) {
    if (!this.#starts) return place * this.size_px;
    const whole = Math.min(this.count - 1, Math.max(0, Math.floor(place)));
    const [start = 0, end = 0] = this.#starts.subarray(whole, whole + 2);
    return start + (place - whole) * (end - start);
  }

  get length_px() {
    return this.count > 0 ? this.offset_px(this.count) : 0;
  }

  /** @param {number} place */
  width_px(place) {
    return this.offset_px(place + 1) - this.offset_px(place);
  }

  /**
   * The place that stands at an offset; between two of them as a fraction.
   *
   * @param {number} offset_px
   */
  placeAt(offset_px) {
    if (this.count === 0) return 0;
    if (!this.#starts) return offset_px / this.size_px;
    const whole = lastNotAbove(this.#starts, offset_px, this.count - 1);
    const [start = 0, end = 1] = this.#starts.subarray(whole, whole + 2);
    return whole + (offset_px - start) / (end - start);
  }
}

/** @param {number[]} sizes_px */
function startsOf(sizes_px) {
  const starts = new Float64Array(sizes_px.length + 1);
  for (const [i, size] of sizes_px.entries()) starts[i + 1] = (starts[i] ?? 0) + size;
  return starts;
}

/**
 * @param {Float64Array} starts ascending
 * @param {number} offset
 * @param {number} last
 */
function lastNotAbove(starts, offset, last) {
  let [lo, hi] = [0, last];
  while (lo < hi) {
    const middle = Math.ceil((lo + hi) / 2);
    if ((starts[middle] ?? 0) <= offset) lo = middle;
    else hi = middle - 1;
  }
  return lo;
}

/**
 * What scrolls along one axis: as much as `view_px` is seen of the tracks.
 *
 * @typedef {{tracks: Tracks, view_px: number}} Axis
 */

/** @param {Axis} axis */
export function spacer_px({ tracks }) {
  return Math.min(LONGEST_PX, tracks.length_px);
}

/**
 * Whether the scroll bar moves in proportion, and wheel and touch need exact steps.
 *
 * @param {Axis} axis
 */
export function isScaled({ tracks }) {
  return tracks.length_px > LONGEST_PX;
}

/**
 * The first place that is seen when the last one stands at the end.
 *
 * @param {Axis} axis
 */
export function lastStart({ tracks, view_px }) {
  return tracks.placeAt(Math.max(0, tracks.length_px - view_px));
}

/**
 * @param {Axis} axis
 * @param {number} scroll_px of the bar
 */
export function placeOfScroll(axis, scroll_px) {
  const { tracks, view_px } = axis;
  const way_px = spacer_px(axis) - view_px;
  const real_px = tracks.length_px - view_px;
  const offset = way_px > 0 ? (Math.min(way_px, scroll_px) / way_px) * real_px : 0;
  return tracks.placeAt(Math.max(0, offset));
}

/**
 * @param {Axis} axis
 * @param {number} place
 */
export function scrollOfPlace(axis, place) {
  const { tracks, view_px } = axis;
  const way_px = spacer_px(axis) - view_px;
  const real_px = tracks.length_px - view_px;
  return real_px > 0 ? (tracks.offset_px(place) / real_px) * way_px : 0;
}

/**
 * A first place that leaves no gap behind the last.
 *
 * @param {Axis} axis
 * @param {number} place
 */
export function clampPlace(axis, place) {
  return Math.max(0, Math.min(lastStart(axis), place));
}

/**
 * So far to scroll on, in pixels of the cells and not of the bar.
 *
 * @param {Axis} axis
 * @param {number} place
 * @param {number} by_px
 */
export function moved(axis, place, by_px) {
  return clampPlace(axis, axis.tracks.placeAt(Math.max(0, axis.tracks.offset_px(place) + by_px)));
}

/**
 * The first place to see, so that a track is seen whole: as little away as can be.
 *
 * @param {Axis} axis
 * @param {number} place the first that is seen now
 * @param {number} track
 */
export function revealed(axis, place, track) {
  const { tracks, view_px } = axis;
  const [start, end] = [tracks.offset_px(track), tracks.offset_px(track + 1)];
  const from = tracks.offset_px(place);
  if (start < from || end - start >= view_px) return clampPlace(axis, track);
  return end > from + view_px ? clampPlace(axis, tracks.placeAt(end - view_px)) : place;
}

/**
 * The tracks that are seen, in whole or in part: from, and to without it.
 *
 * @param {Axis} axis
 * @param {number} place the first that is seen
 * @returns {[number, number]}
 */
export function seenTracks({ tracks, view_px }, place) {
  if (tracks.count === 0) return [0, 0];
  const from = Math.max(0, Math.floor(place));
  const end = tracks.placeAt(tracks.offset_px(place) + Math.max(1, view_px));
  return [Math.min(from, tracks.count), Math.min(tracks.count, Math.ceil(end - 1e-9))];
}
