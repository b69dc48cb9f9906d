/**
 * The place a picture stands in: a canvas fitted into the screen, scales of indices, a cross, what
 * is said below it. It knows what part is seen and lets hands and keys move it.
 */
import { h } from "../page/element.js";
import { countsOf, spanOnScreen } from "../values/viewport.js";
import { Gestures } from "./gestures.js";
import { partText, reductionText, spotAt, spotName } from "./picture_words.js";
import { Pointer } from "./pointer.js";
import { Sight } from "./sight.js";
import { StageFoot } from "./stage_foot.js";
import { actOn, pressOn } from "./stage_keys.js";
import { boxesOf, freshCanvas, pixelsOf, place, stageParts } from "./stage_parts.js";
import { edgeTicks, fillScale } from "./stage_scale.js";

/**
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../values/types.js").Frame} Frame
 * @typedef {import("./seen_values.js").Plane} Plane
 * @typedef {import("./stage_scale.js").EdgeTick} EdgeTick
 * @typedef {{left: number, right: number, top: number, bottom: number}} Span shares of the screen
 *
 * @typedef {object} StageListener
 * @property {(spot: {y: number, x: number}) => string} read the value of an element of the frame
 * @property {() => void} resized the canvas is of another size, and empty
 * @property {() => void} watch
 */

export class Stage {
  #size = { rows: 0, columns: 0 };
  #ticks = "";
  /** @type {{schema: Schema, frame: Frame} | null} */
  #shown = null;

  /**
   * @param {HTMLElement} root
   * @param {string} kind a class for the layout
   * @param {import("../views/types.js").ViewActions} actions
   * @param {StageListener} listener
   */
  constructor(root, kind, actions, listener) {
    this.listener = listener;
    this.watchable = true;
    this.ticks = /** @type {{left: EdgeTick[], bottom: EdgeTick[]}} */ ({ left: [], bottom: [] });
    this.pixels = { width: 1, height: 1 };
    this.css = { width: 1, height: 1 };
    this.sight = new Sight(actions.show);
    this.foot = new StageFoot({ all: () => this.sight.all(), watch: () => this.#watch() });
    const parts = stageParts();
    this.canvas = parts.canvas;
    this.overlay = parts.overlay;
    this.frame = parts.frame;
    this.area = parts.area;
    this.scales = { left: parts.left, bottom: parts.bottom };
    this.side = h("div", { class: "stage-side" });
    this.root = h("div", { class: `picture ${kind}` }, this.area, this.side, this.foot.root);
    root.append(this.root);
    this.pointer = new Pointer(this.frame, this.sight, () => this.#readOut());
    this.gestures = new Gestures(this.frame, this.sight);
    this.frame.addEventListener("keydown", (event) => this.#key(event));
    this.observer = new ResizeObserver(() => this.#fit());
    this.observer.observe(this.area);
  }

  /** Another canvas in the place of this one: a canvas keeps the first context it gave. */
  renewCanvas() {
    const fresh = freshCanvas();
    this.canvas.replaceWith(fresh);
    this.canvas = fresh;
  }

  /**
   * @param {Schema} schema
   * @param {Frame} frame
   * @param {import("../views/types.js").Viewport | null} viewport
   * @param {Plane} plane
   */
  see(schema, frame, viewport, plane) {
    this.#shown = { schema, frame };
    this.sight.set(countsOf(schema), viewport, plane);
    const [down, across] = [schema.selected[plane.down], schema.selected[plane.across]];
    if (!down || !across) return;
    if (down.count !== this.#size.rows || across.count !== this.#size.columns) {
      this.#size = { rows: down.count, columns: across.count };
      this.#fit();
    }
    this.#scale(down, across);
    const { reduced } = schema;
    this.pointer.settle({ row: reduced?.[plane.down] ?? 1, column: reduced?.[plane.across] ?? 1 });
    this.gestures.settle();
    this.foot.show(this.note, this.sight.zoomed);
    this.#readOut();
  }

  /** What part is seen and how it was reduced, empty where all is shown as it is. */
  get note() {
    if (!this.#shown) return "";
    const { schema, frame } = this.#shown;
    const { zoomed, plane, seen } = this.sight;
    const part = zoomed ? `showing ${partText(schema, plane, seen)}` : "";
    return [part, reductionText(schema, frame)].filter(Boolean).join(", ");
  }

  /**
   * Where on the screen a frame of this schema lies, beyond its edges where it is larger.
   *
   * @param {Schema} schema
   * @returns {Span}
   */
  spanOf(schema) {
    const { plane, viewport } = this.sight;
    const x = spanOnScreen(schema, plane.across, viewport);
    const y = spanOnScreen(schema, plane.down, viewport);
    return { left: x.lo, right: x.hi, top: y.lo, bottom: y.hi };
  }

  /** The place of the selection under the cross, one number an axis; null without a cross. */
  get crossed() {
    const { place } = this.pointer;
    if (!place) return null;
    const { down, across } = this.sight.plane;
    const places = this.sight.seen.map(() => 0);
    places[down] = place.row;
    places[across] = place.column;
    return places;
  }

  /** @param {string} text */
  describe(text) {
    if (this.canvas.getAttribute("aria-label") !== text)
      this.canvas.setAttribute("aria-label", text);
  }

  /** @param {import("../views/types.js").ViewAction} action */
  act(action) {
    return actOn(this.sight, action);
  }

  unmount() {
    this.observer.disconnect();
  }

  #readOut() {
    const { place } = this.pointer;
    if (!this.#shown || !place) return this.foot.read("", false);
    const { schema } = this.#shown;
    const { plane } = this.sight;
    const spot = spotAt(schema, plane, place);
    if (!spot) return this.foot.read("not here yet", false);
    const text = `${spotName(schema, plane, spot)} = ${this.listener.read(spot)}`;
    return this.foot.read(text, this.watchable);
  }

  #watch() {
    if (this.watchable && this.pointer.place) this.listener.watch();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Escape") return this.pointer.release();
    const watches = event.key === "w" || event.key === "Enter";
    if (watches && !event.ctrlKey && !event.metaKey) this.#watch();
    else if (!pressOn(this.sight, event) && !this.pointer.press(event)) return;
    event.preventDefault();
  }

  /**
   * @param {import("../values/types.js").Axis} down
   * @param {import("../values/types.js").Axis} across
   */
  #scale(down, across) {
    const { rows, columns } = this.sight;
    const key = JSON.stringify([down, across, rows, columns]);
    if (key === this.#ticks) return;
    this.#ticks = key;
    this.ticks = { left: edgeTicks(down, rows), bottom: edgeTicks(across, columns) };
    fillScale(this.scales.left, this.ticks.left, "top");
    fillScale(this.scales.bottom, this.ticks.bottom, "left");
  }

  #fit() {
    if (this.#size.rows === 0) return;
    const { frame, left, bottom } = boxesOf(this.area, this.#size);
    place(this.frame, frame);
    place(this.scales.left, left);
    place(this.scales.bottom, bottom);
    const { width, height } = frame;
    this.#measure(Math.max(1, width), Math.max(1, height));
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  #measure(width, height) {
    const pixels = pixelsOf(width, height);
    const same = pixels.width === this.pixels.width && pixels.height === this.pixels.height;
    this.css = { width, height };
    this.pixels = pixels;
    if (!same) this.listener.resized();
  }
}
