/**
 * Where a grid is scrolled to: the first row and column that are seen, between two of them as a
 * fraction. The browser scrolls; only where the bar moves in proportion, since no element is long
 * enough for all cells, wheel and touch are followed exactly here.
 *
 * @typedef {import("./scroll.js").Axis} Axis
 * @typedef {import("./cursor.js").Place} Place
 */
import * as scroll from "./scroll.js";

/** What a wheel turns by where it counts in lines or pages. */
const WHEEL_PX = [1, 24, 400];

export class GridScroller {
  /** @type {Place} */
  place = { row: 0, column: 0 };
  /** @type {Axis} */
  #down = { tracks: new scroll.Tracks(0, 1), view_px: 1 };
  /** @type {Axis} */
  #across = this.#down;
  #written = { top: 0, left: 0 };
  /** @type {{x: number, y: number} | null} */
  #touch = null;

  /**
   * @param {HTMLElement} box
   * @param {() => void} onScroll
   */
  constructor(box, onScroll) {
    this.box = box;
    this.onScroll = onScroll;
    box.addEventListener("scroll", () => this.#scrolled());
    box.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    box.addEventListener("pointerdown", (event) => this.#touchDown(event));
    box.addEventListener("pointermove", (event) => this.#touchMove(event));
    for (const end of ["pointerup", "pointercancel"]) {
      box.addEventListener(end, () => {
        this.#touch = null;
      });
    }
  }

  /**
   * @param {Axis} down
   * @param {Axis} across
   */
  resize(down, across) {
    this.#down = down;
    this.#across = across;
    this.box.dataset.scaled = String(this.#isScaled());
    this.settle(this.place);
  }

  #isScaled() {
    return scroll.isScaled(this.#down) || scroll.isScaled(this.#across);
  }

  /** The cells that are seen, in whole or in part. */
  get seen() {
    const [top, bottom] = scroll.seenTracks(this.#down, this.place.row);
    const [left, right] = scroll.seenTracks(this.#across, this.place.column);
    return { top, bottom, left, right };
  }

  /** Rows that a page key moves by. */
  get page() {
    return Math.max(1, Math.floor(this.#down.view_px / this.#down.tracks.width_px(0)) - 1);
  }

  /** @param {Place} place the first row and column to see */
  moveTo(place) {
    this.settle(place);
    this.onScroll();
  }

  /** @param {Place} cell to be seen whole */
  reveal({ row, column }) {
    const wanted = {
      row: scroll.revealed(this.#down, this.place.row, row),
      column: scroll.revealed(this.#across, this.place.column, column),
    };
    if (wanted.row !== this.place.row || wanted.column !== this.place.column) this.moveTo(wanted);
  }

  /**
   * The cell at a point of the cells' own area; beyond it, the cell that would be there.
   *
   * @param {number} x_px
   * @param {number} y_px
   * @returns {Place}
   */
  cellAt(x_px, y_px) {
    const { tracks: rows } = this.#down;
    const { tracks: columns } = this.#across;
    return {
      row: Math.floor(rows.placeAt(rows.offset_px(this.place.row) + y_px)),
      column: Math.floor(columns.placeAt(columns.offset_px(this.place.column) + x_px)),
    };
  }

  /**
   * Be there, and say nothing of it.
   *
   * @param {Place} place
   */
  settle({ row, column }) {
    this.place = {
      row: scroll.clampPlace(this.#down, row),
      column: scroll.clampPlace(this.#across, column),
    };
    this.box.scrollTop = scroll.scrollOfPlace(this.#down, this.place.row);
    this.box.scrollLeft = scroll.scrollOfPlace(this.#across, this.place.column);
    this.#written = { top: this.box.scrollTop, left: this.box.scrollLeft };
  }

  #scrolled() {
    const { scrollTop: top, scrollLeft: left } = this.box;
    // What was written here itself comes back as an event, and says less than is known already.
    const [down, across] = [top !== this.#written.top, left !== this.#written.left];
    if (!down && !across) return;
    const { row, column } = this.place;
    this.place = {
      row: down ? scroll.placeOfScroll(this.#down, top) : row,
      column: across ? scroll.placeOfScroll(this.#across, left) : column,
    };
    this.#written = { top, left };
    this.onScroll();
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    if (!this.#isScaled() || event.ctrlKey) return;
    const px = WHEEL_PX[event.deltaMode] ?? 1;
    const [x, y] =
      event.shiftKey && !event.deltaX ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
    if (this.#moveBy(x * px, y * px)) event.preventDefault();
  }

  /**
   * @param {number} x_px
   * @param {number} y_px
   * @returns {boolean} whether there was anything to move
   */
  #moveBy(x_px, y_px) {
    const { row, column } = this.place;
    const wanted = {
      row: scroll.moved(this.#down, row, y_px),
      column: scroll.moved(this.#across, column, x_px),
    };
    if (wanted.row === row && wanted.column === column) return false;
    this.moveTo(wanted);
    return true;
  }

  /** @param {PointerEvent} event */
  #touchDown({ pointerType, clientX: x, clientY: y }) {
    this.#touch = pointerType === "touch" && this.#isScaled() ? { x, y } : null;
  }

  /** @param {PointerEvent} event */
  #touchMove({ clientX: x, clientY: y }) {
    if (!this.#touch) return;
    this.#moveBy(this.#touch.x - x, this.#touch.y - y);
    this.#touch = { x, y };
  }
}
