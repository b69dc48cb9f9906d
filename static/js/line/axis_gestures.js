/**
 * What hands do to an axis that runs across: wheel, drag, pinch and keys, as shares of its width.
 *
 * @typedef {object} AxisDeeds
 * @property {(clientX: number) => number} shareAt
 * @property {() => boolean} zoomed whether there is more than is seen
 * @property {(factor: number, share: number) => boolean} zoom false where it cannot
 * @property {(share: number) => void} pan by a part of the width
 * @property {(from: number, to: number) => void} choose
 * @property {(from: number, to: number) => void} choosing while it goes on; from === to ends it
 * @property {() => void} all
 */

const WHEEL = 1.0016;
/** A line of the wheels that count in lines. */
const LINE_PX = 16;
/** Less than this is a click with an unsteady hand. */
const LEAST_SHARE = 0.005;

export class AxisGestures {
  /** @type {Map<number, number>} shares of the pointers that are down, by their id */
  #down = new Map();
  /** @type {number | null} where a range begins that is being chosen */
  #from = null;

  /**
   * @param {HTMLElement} root
   * @param {AxisDeeds} deeds
   */
  constructor(root, deeds) {
    this.root = root;
    this.deeds = deeds;
    // Up and down scroll the page; across, and with two fingers, is ours.
    root.style.touchAction = "pan-y";
    root.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    root.addEventListener("pointerdown", (event) => this.#press(event));
    root.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
      root.addEventListener(end, (event) => this.#release(event));
    }
    root.addEventListener("dblclick", () => deeds.all());
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    const { deltaX, deltaY, deltaMode, clientX } = event;
    const unit = deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PX;
    if (Math.abs(deltaX) > Math.abs(deltaY)) {
      if (!this.deeds.zoomed()) return;
      this.deeds.pan((deltaX * unit) / this.root.clientWidth);
      event.preventDefault();
    } else if (this.deeds.zoom(WHEEL ** (-deltaY * unit), this.deeds.shareAt(clientX))) {
      event.preventDefault();
    }
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0) return;
    const share = this.deeds.shareAt(event.clientX);
    this.#down.set(event.pointerId, share);
    this.#from = event.shiftKey && this.#down.size === 1 ? share : null;
    if (event.shiftKey || this.deeds.zoomed()) this.root.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  #move({ pointerId, clientX }) {
    const before = this.#down.get(pointerId);
    if (before === undefined) return;
    const share = this.deeds.shareAt(clientX);
    if (this.#from !== null) return this.deeds.choosing(this.#from, share);
    const [other] = [...this.#down].filter(([id]) => id !== pointerId);
    if (other) this.#pinch(before, share, other[1]);
    else if (this.deeds.zoomed()) this.deeds.pan(before - share);
    this.#down.set(pointerId, share);
  }

  /**
   * Two fingers: what is under them stays under them.
   *
   * @param {number} before
   * @param {number} share
   * @param {number} other
   */
  #pinch(before, share, other) {
    const [was, is] = [Math.abs(before - other), Math.abs(share - other)];
    if (was > LEAST_SHARE && is > LEAST_SHARE) this.deeds.zoom(is / was, other);
  }

  /** @param {PointerEvent} event */
  #release({ pointerId, clientX, type }) {
    if (!this.#down.delete(pointerId) || this.#from === null) return;
    const [from, to] = [this.#from, this.deeds.shareAt(clientX)];
    this.#from = null;
    this.deeds.choosing(from, from);
    const wide = Math.abs(to - from) > LEAST_SHARE && type === "pointerup";
    if (wide) this.deeds.choose(Math.min(from, to), Math.max(from, to));
  }
}
