/**
 * Which cells were seen to change: just now, and how often since it is counted.
 *
 * Cells are told apart by their number in the grid. Only cells that are looked at are compared, so a
 * count is a lower bound.
 */

/** Cells whose changes are kept; the ones longest unseen give way. */
const MOST_KEPT = 1 << 18;

export class CellChanges {
  /** @type {Map<number, number>} */
  #counts = new Map();
  #most = 0;
  looks = 0;

  clear() {
    this.#counts.clear();
    this.#most = 0;
    this.looks = 0;
  }

  /** The largest count. */
  get most() {
    return this.#most;
  }

  /** @param {number} cell */
  add(cell) {
    const count = this.of(cell) + 1;
    this.#counts.delete(cell);
    this.#counts.set(cell, count);
    this.#most = Math.max(this.#most, count);
    if (this.#counts.size > MOST_KEPT) this.#counts.delete(this.#counts.keys().next().value ?? -1);
  }

  /** @param {number} cell */
  of(cell) {
    return this.#counts.get(cell) ?? 0;
  }

  /**
   * How warm a cell is, in eighths: by the logarithm of its count, 0 for none.
   *
   * @param {number} cell
   */
  warmth(cell) {
    const count = this.of(cell);
    if (count === 0) return 0;
    return Math.max(1, Math.round((8 * Math.log1p(count)) / Math.log1p(this.#most)));
  }
}

/**
 * Whether two looks at an element differ; NaN is like NaN.
 *
 * @param {string | number | bigint | undefined} before
 * @param {string | number | bigint | undefined} now
 */
export function differs(before, now) {
  return before !== undefined && now !== undefined && !Object.is(before, now);
}
