/**
 * What of a picture is seen, and how it moves: pointers and keys speak in shares of the screen, the
 * selection in places of its axes.
 *
 * @typedef {import("../views/types.js").Range} Range
 * @typedef {import("../views/types.js").Viewport} Viewport
 * @typedef {import("./seen_values.js").Plane} Plane
 * @typedef {{x: number, y: number}} Point shares of the screen, 0 to 1 from the top left
 * @typedef {"both" | "down" | "across"} Axes
 */
import { clampViewport, panned, wholeOf, zoomed } from "../values/viewport.js";

/** Two fingers that touch do not zoom without end. */
const SMALLEST_SPREAD = 0.02;
const MIDDLE = { x: 0.5, y: 0.5 };

export class Sight {
  /** @type {number[]} */
  #counts = [1, 1];
  /** @type {Viewport | null} */
  #viewport = null;
  /** @type {Plane} */
  plane = { down: 0, across: 1 };

  /** @param {(viewport: Viewport | null) => void} onShow another part is wished for */
  constructor(onShow) {
    this.onShow = onShow;
  }

  /**
   * @param {number[]} counts
   * @param {Viewport | null} viewport
   * @param {Plane} plane
   */
  set(counts, viewport, plane) {
    this.#counts = counts;
    this.#viewport = viewport && clampViewport(viewport, counts);
    this.plane = plane;
  }

  get zoomed() {
    return this.#viewport !== null;
  }

  get viewport() {
    return this.#viewport;
  }

  /** @returns {Viewport} */
  get seen() {
    return this.#viewport ?? wholeOf(this.#counts);
  }

  /** @returns {Range} */
  get rows() {
    return this.seen[this.plane.down] ?? { lo: 0, hi: 1 };
  }

  /** @returns {Range} */
  get columns() {
    return this.seen[this.plane.across] ?? { lo: 0, hi: 1 };
  }

  /**
   * @param {number} factor above 1 to see less, larger
   * @param {Point} [about] stays where it is
   * @param {Axes} [axes]
   */
  zoom(factor, about = MIDDLE, axes = "both") {
    const { row, column } = this.placeAt(about);
    /** @type {(number | null)[]} */
    const anchor = this.#counts.map(() => null);
    if (axes !== "across") anchor[this.plane.down] = row;
    if (axes !== "down") anchor[this.plane.across] = column;
    this.#show(zoomed(this.seen, factor, anchor));
  }

  /**
   * Move by shares of the screen.
   *
   * @param {number} x
   * @param {number} y
   */
  pan(x, y) {
    const by = this.#counts.map(() => 0);
    by[this.plane.across] = x * (this.columns.hi - this.columns.lo);
    by[this.plane.down] = y * (this.rows.hi - this.rows.lo);
    this.#show(panned(this.seen, by));
  }

  /**
   * See what lies between two points.
   *
   * @param {Point} from
   * @param {Point} to
   */
  box(from, to) {
    const [a, b] = [this.placeAt(from), this.placeAt(to)];
    const next = [...this.seen];
    next[this.plane.down] = { lo: Math.min(a.row, b.row), hi: Math.max(a.row, b.row) };
    next[this.plane.across] = {
      lo: Math.min(a.column, b.column),
      hi: Math.max(a.column, b.column),
    };
    this.#show(next);
  }

  /**
   * Follow two fingers: what was between them stays between them.
   *
   * @param {[Point, Point]} before
   * @param {[Point, Point]} after
   */
  pinch(before, after) {
    const factor = spreadOf(after) / Math.max(SMALLEST_SPREAD, spreadOf(before));
    const [from, to] = [middleOf(before), middleOf(after)];
    this.zoom(factor, from);
    this.pan(from.x - to.x, from.y - to.y);
  }

  all() {
    this.#viewport = null;
    this.onShow(null);
  }

  /**
   * The place of the selection at a point, not rounded.
   *
   * @param {Point} point
   */
  placeAt({ x, y }) {
    const { rows, columns } = this;
    return {
      row: rows.lo + y * (rows.hi - rows.lo),
      column: columns.lo + x * (columns.hi - columns.lo),
    };
  }

  /** @param {Viewport} next */
  #show(next) {
    const wished = clampViewport(next, this.#counts);
    if (JSON.stringify(wished) === JSON.stringify(this.#viewport)) return;
    this.#viewport = wished;
    this.onShow(wished);
  }
}

/** @param {[Point, Point]} points */
function spreadOf([a, b]) {
  return Math.max(SMALLEST_SPREAD, Math.hypot(a.x - b.x, a.y - b.y));
}

/**
 * @param {[Point, Point]} points
 * @returns {Point}
 */
function middleOf([a, b]) {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
