/** A cross on an element of a picture, moved by pointer or arrow keys. */
import { h } from "../page/element.js";

/**
 * @typedef {import("./sight.js").Sight} Sight
 * @typedef {import("./sight.js").Point} Point
 * @typedef {{row: number, column: number}} Place of the selection, whole
 */

/** @type {Map<string, [number, number]>} */
const ARROWS = new Map([
  ["ArrowUp", [-1, 0]],
  ["ArrowDown", [1, 0]],
  ["ArrowLeft", [0, -1]],
  ["ArrowRight", [0, 1]],
]);

export class Pointer {
  /** @type {Place | null} */
  place = null;
  /** @type {Point | null} where the mouse rests: what is under it changes as the picture moves */
  #point = null;
  /** @type {Place | null} where the cross was set down by a click or a key: it returns there */
  #pinned = null;
  #step = { row: 1, column: 1 };

  /**
   * @param {HTMLElement} stage
   * @param {Sight} sight
   * @param {() => void} onMove
   */
  constructor(stage, sight, onMove) {
    this.stage = stage;
    this.sight = sight;
    this.onMove = onMove;
    this.across = h("span", { class: "cross across", hidden: true });
    this.down = h("span", { class: "cross down", hidden: true });
    stage.append(this.across, this.down);
    stage.addEventListener("pointermove", (event) => this.#follow(event));
    stage.addEventListener("pointerdown", (event) => {
      this.#follow(event);
      this.#pinned = this.place;
    });
    stage.addEventListener("pointerleave", () => {
      this.#point = null;
      this.move(this.#pinned);
    });
  }

  /**
   * Stay on the picture after it moved.
   *
   * @param {{row: number, column: number}} step places that one element on the screen stands for
   */
  settle(step) {
    this.#step = step;
    if (this.#point) this.place = this.#placeAt(this.#point);
    else if (this.place) this.place = this.#inside(this.place);
    this.#draw();
  }

  /**
   * @param {Pick<KeyboardEvent, "key" | "shiftKey">} event
   * @returns {boolean} whether the key was an arrow
   */
  press({ key, shiftKey }) {
    const arrow = ARROWS.get(key);
    if (!arrow) return false;
    const stride = shiftKey ? 10 : 1;
    const from = this.place ?? this.#placeAt({ x: 0.5, y: 0.5 });
    this.#point = null;
    this.move({
      row: from.row + arrow[0] * stride * this.#step.row,
      column: from.column + arrow[1] * stride * this.#step.column,
    });
    this.#pinned = this.place;
    return true;
  }

  /** Take the cross away. */
  release() {
    this.#pinned = this.#point = null;
    this.move(null);
  }

  /** @param {Place | null} place */
  move(place) {
    this.place = place && this.#inside(place);
    this.#draw();
    this.onMove();
  }

  /** @param {PointerEvent} event */
  #follow({ clientX, clientY }) {
    const { left, top, width, height } = this.stage.getBoundingClientRect();
    const point = { x: (clientX - left) / width, y: (clientY - top) / height };
    this.move(this.#placeAt(point));
    this.#point = point;
  }

  /**
   * @param {Point} point
   * @returns {Place}
   */
  #placeAt(point) {
    const { row, column } = this.sight.placeAt(point);
    return this.#inside({ row: Math.floor(row), column: Math.floor(column) });
  }

  /**
   * @param {Place} place
   * @returns {Place}
   */
  #inside({ row, column }) {
    const { rows, columns } = this.sight;
    return { row: held(row, rows), column: held(column, columns) };
  }

  #draw() {
    this.across.hidden = this.down.hidden = this.place === null;
    if (!this.place) return;
    const { rows, columns } = this.sight;
    this.across.style.top = `${shareWithin(this.place.row, rows) * 100}%`;
    this.down.style.left = `${shareWithin(this.place.column, columns) * 100}%`;
  }
}

/**
 * @param {number} place
 * @param {import("../views/types.js").Range} range
 */
function held(place, { lo, hi }) {
  return Math.min(Math.ceil(hi) - 1, Math.max(Math.floor(lo), place));
}

/**
 * The middle of a place on the screen.
 *
 * @param {number} place
 * @param {import("../views/types.js").Range} range
 */
function shareWithin(place, { lo, hi }) {
  return Math.min(1, Math.max(0, (place + 0.5 - lo) / (hi - lo)));
}
