/**
 * Zoom and pan by wheel, pointer and fingers. The page scrolls on where there is nothing to move:
 * by the wheel where all is seen and one zooms out, by one finger where all is seen.
 */
import { h } from "../page/element.js";

/**
 * @typedef {import("./sight.js").Sight} Sight
 * @typedef {import("./sight.js").Point} Point
 */

/** A wheel's notch, 100 pixels, zooms by a quarter. */
const WHEEL = Math.log(1.25) / 100;
const LINE_PX = 33;
/** Less than this is a click with an unsteady hand. */
const SMALLEST_DRAG_PX = 4;

export class Gestures {
  /** @type {Map<number, Point>} where each pressed pointer was last */
  #pressed = new Map();
  /** @type {Point | null} */
  #boxFrom = null;

  /**
   * @param {HTMLElement} stage
   * @param {Sight} sight
   */
  constructor(stage, sight) {
    this.stage = stage;
    this.sight = sight;
    this.box = h("span", { class: "zoom-box", hidden: true });
    stage.append(this.box);
    stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    stage.addEventListener("pointerdown", (event) => this.#press(event));
    stage.addEventListener("pointermove", (event) => this.#drag(event));
    stage.addEventListener("pointerup", (event) => this.#release(event));
    stage.addEventListener("pointercancel", (event) => this.#release(event));
    stage.addEventListener("dblclick", () => sight.all());
    // One finger scrolls the page unless the picture is zoomed; two are always the picture's.
    stage.addEventListener("touchmove", (event) => this.#touch(event), { passive: false });
  }

  /** Tell the browser which fingers are its own, and the hand what it can do. */
  settle() {
    this.stage.style.touchAction = this.sight.zoomed ? "none" : "pan-x pan-y";
    this.stage.dataset.zoomed = String(this.sight.zoomed);
  }

  /** @param {TouchEvent} event */
  #touch(event) {
    if (event.touches.length > 1 && event.cancelable) event.preventDefault();
  }

  /**
   * @param {MouseEvent} event
   * @returns {Point}
   */
  #point({ clientX, clientY }) {
    const { left, top, width, height } = this.stage.getBoundingClientRect();
    return { x: (clientX - left) / width, y: (clientY - top) / height };
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    // With shift, browsers turn the wheel sideways.
    const delta = event.deltaY || event.deltaX;
    if (delta > 0 && !this.sight.zoomed) return;
    event.preventDefault();
    const pixels = delta * (event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PX);
    const axes = event.shiftKey ? "across" : event.altKey ? "down" : "both";
    this.sight.zoom(Math.exp(-pixels * WHEEL), this.#point(event), axes);
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0) return;
    const point = this.#point(event);
    this.#pressed.set(event.pointerId, point);
    this.#boxFrom = event.shiftKey ? point : null;
    if (event.pointerType !== "touch") this.stage.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    const before = this.#pressed.get(event.pointerId);
    if (!before) return;
    const point = this.#point(event);
    if (this.#boxFrom) return this.#drawBox(this.#boxFrom, point);
    const other = [...this.#pressed].find(([id]) => id !== event.pointerId)?.[1];
    if (other) this.sight.pinch([before, other], [point, other]);
    else if (this.sight.zoomed) this.sight.pan(before.x - point.x, before.y - point.y);
    this.#pressed.set(event.pointerId, point);
  }

  /**
   * @param {Point} a
   * @param {Point} b
   */
  #drawBox(a, b) {
    const { style } = this.box;
    style.left = `${Math.min(a.x, b.x) * 100}%`;
    style.top = `${Math.min(a.y, b.y) * 100}%`;
    style.width = `${Math.abs(a.x - b.x) * 100}%`;
    style.height = `${Math.abs(a.y - b.y) * 100}%`;
    this.box.hidden = false;
  }

  /** @param {PointerEvent} event */
  #release(event) {
    this.#pressed.delete(event.pointerId);
    const from = this.#boxFrom;
    this.#boxFrom = null;
    this.box.hidden = true;
    if (!from || event.type === "pointercancel") return;
    const to = this.#point(event);
    const { width, height } = this.stage.getBoundingClientRect();
    const [across, down] = [Math.abs(to.x - from.x) * width, Math.abs(to.y - from.y) * height];
    if (Math.min(across, down) >= SMALLEST_DRAG_PX) this.sight.box(from, to);
  }
}
