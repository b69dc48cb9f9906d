/** The user's hand on a grid: the active cell and what is selected, moved by keys and pointer. */
import { movedByKey, movedTo, rectangleOf } from "./cursor.js";
import { GridInput } from "./input.js";
import { GridMarks } from "./marks.js";

/**
 * @typedef {import("./cursor.js").Cursor} Cursor
 * @typedef {import("./cursor.js").Place} Place
 * @typedef {object} HandListener
 * @property {() => void} moved
 * @property {() => boolean} copy
 * @property {() => boolean} watch
 */

const NOTHING = { rows: 0, columns: 0 };

export class GridHand {
  /** @type {Cursor | null} */
  #cursor = null;
  #size = NOTHING;
  /** Whether a key moved the active cell: it is brought into the window once it is drawn. */
  #led = false;

  /**
   * @param {import("./virtual_grid.js").VirtualGrid} grid
   * @param {HandListener} listener
   */
  constructor(grid, listener) {
    this.grid = grid;
    this.listener = listener;
    this.marks = new GridMarks(grid);
    const { box, body } = grid.pane;
    this.input = new GridInput(box, body, {
      cellAt: (event) => grid.cellAt(event),
      point: (place, extend) => this.goTo(place, extend),
      press: (event) => this.#press(event),
    });
    box.addEventListener("focus", () => this.#begin());
  }

  /**
   * Go on with a grid of another size.
   *
   * @param {{rows: number, columns: number}} size
   * @param {boolean} anew without an active cell
   */
  adopt({ rows, columns }, anew) {
    this.#size = { rows, columns };
    this.#cursor = anew || !this.#cursor ? null : movedTo(this.#cursor.active, null, this.#size);
  }

  /** The active cell, if there is one. */
  get active() {
    return this.#cursor?.active ?? null;
  }

  /** What is selected, else what is seen. */
  get rectangle() {
    return this.#cursor ? rectangleOf(this.#cursor) : this.grid.seen;
  }

  /** Mark the cells that are on the screen now. */
  show() {
    this.marks.show(this.#cursor);
    if (this.#led && this.marks.bringIntoWindow()) this.#led = false;
  }

  /**
   * @param {Place} place
   * @param {boolean} extend whether what is selected grows to there
   */
  goTo(place, extend) {
    this.#move(movedTo(place, extend ? this.#cursor : null, this.#size));
  }

  #begin() {
    const { top: row, left: column } = this.grid.seen;
    if (!this.#cursor) this.goTo({ row, column }, false);
  }

  /** @param {Cursor} cursor */
  #move(cursor) {
    if (this.#size.rows === 0 || this.#size.columns === 0) return;
    this.#cursor = cursor;
    this.grid.scroller.reveal(cursor.active);
    this.listener.moved();
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} whether it meant something
   */
  #press(event) {
    const { key, ctrlKey, metaKey, altKey } = event;
    const plain = !(ctrlKey || metaKey || altKey);
    if ((ctrlKey || metaKey) && key === "c") return this.listener.copy();
    if (plain && (key === "Enter" || key === "w")) return this.listener.watch();
    if (!this.#cursor) return false;
    const { active } = this.#cursor;
    const cursor =
      plain && key === "Escape"
        ? { active, anchor: active }
        : movedByKey(event, this.#cursor, this.#size, this.grid.scroller.page);
    if (cursor) {
      this.#led = true;
      this.#move(cursor);
    }
    return cursor !== null;
  }
}
