/** A cross on a picture's pixel, moved by pointer or arrow keys. */
import { h } from "./element.js";

/**
 * @typedef {{row: number, column: number}} Place
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
  #rows = 1;
  #columns = 1;

  /**
   * @param {HTMLElement} stage holds the canvas and nothing else, at the canvas's size
   * @param {() => void} onMove
   */
  constructor(stage, onMove) {
    this.onMove = onMove;
    this.across = h("span", { class: "cross across", hidden: true });
    this.down = h("span", { class: "cross down", hidden: true });
    stage.append(this.across, this.down);
    stage.tabIndex = 0;
    stage.addEventListener("pointermove", (event) => this.#point(stage, event));
    stage.addEventListener("pointerleave", () => this.#move(null));
    stage.addEventListener("keydown", (event) => this.#key(event));
    stage.addEventListener("blur", () => this.#move(null));
  }

  /**
   * @param {number} rows
   * @param {number} columns
   */
  resize(rows, columns) {
    this.#rows = rows;
    this.#columns = columns;
  }

  /**
   * @param {HTMLElement} stage
   * @param {PointerEvent} event
   */
  #point(stage, event) {
    const box = stage.getBoundingClientRect();
    this.#move({
      row: Math.floor(((event.clientY - box.top) / box.height) * this.#rows),
      column: Math.floor(((event.clientX - box.left) / box.width) * this.#columns),
    });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Escape") this.#move(null);
    const arrow = ARROWS.get(event.key);
    if (!arrow) return;
    event.preventDefault();
    const stride = event.shiftKey ? 10 : 1;
    const from = this.place ?? { row: this.#rows >> 1, column: this.#columns >> 1 };
    this.#move({ row: from.row + arrow[0] * stride, column: from.column + arrow[1] * stride });
  }

  /** @param {Place | null} place */
  #move(place) {
    this.place = place && {
      row: Math.min(this.#rows - 1, Math.max(0, place.row)),
      column: Math.min(this.#columns - 1, Math.max(0, place.column)),
    };
    this.across.hidden = this.down.hidden = this.place === null;
    if (this.place) {
      this.across.style.top = `${((this.place.row + 0.5) / this.#rows) * 100}%`;
      this.down.style.left = `${((this.place.column + 0.5) / this.#columns) * 100}%`;
    }
    this.onMove();
  }
}
