/**
 * Keys and pointer on a grid: they move the active cell, and stretch a rectangle from it.
 *
 * @typedef {import("./cursor.js").Place} Place
 * @typedef {object} InputListener
 * @property {(event: PointerEvent | MouseEvent) => Place} cellAt
 * @property {(place: Place, extend: boolean) => void} point
 * @property {(event: KeyboardEvent) => boolean} press says whether the key meant something
 */

export class GridInput {
  #drags = false;

  /**
   * @param {HTMLElement} box
   * @param {HTMLElement} body of the cells, without scroll bars and headings
   * @param {InputListener} listener
   */
  constructor(box, body, listener) {
    this.listener = listener;
    body.addEventListener("pointerdown", (event) => this.#down(event));
    box.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      box.addEventListener(end, () => {
        this.#drags = false;
      });
    }
    // A finger that drags scrolls; one that taps points.
    body.addEventListener("click", (event) => this.#tap(/** @type {PointerEvent} */ (event)));
    box.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.pointerType === "touch" || event.button !== 0) return;
    this.#drags = true;
    this.listener.point(this.listener.cellAt(event), event.shiftKey);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#drags) return;
    if (event.buttons % 2 === 1) this.listener.point(this.listener.cellAt(event), true);
    else this.#drags = false;
  }

  /** @param {PointerEvent} event */
  #tap(event) {
    if (event.pointerType === "touch") this.listener.point(this.listener.cellAt(event), false);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.listener.press(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }
}
