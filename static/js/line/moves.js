/** Zooming and panning a plot of lines, by hand and by keys. */

import { chosenAcross, isZoomed, pannedAcross, wholeAcross, zoomedAcross } from "./across.js";
import { AxisGestures } from "./axis_gestures.js";

/**
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../views/types.js").Viewport} Viewport
 * @typedef {import("../views/types.js").ViewAction} ViewAction
 * @typedef {{schema: Schema, viewport: Viewport | null}} Seen
 */

const KEY_ZOOM = 2;
const KEY_PAN = 0.25;
const MIDDLE = 0.5;

/** @type {Map<string, ViewAction>} */
const ZOOM_KEYS = new Map([
  ["+", "zoom-in"],
  ["=", "zoom-in"],
  ["-", "zoom-out"],
  ["0", "zoom-all"],
]);
/** @type {Map<string, number>} parts of the width */
const PAN_KEYS = new Map([
  ["ArrowLeft", -KEY_PAN],
  ["ArrowRight", KEY_PAN],
]);

export class LineMoves {
  /** @type {Seen | null} */
  #seen = null;

  /**
   * @param {import("./plot.js").LinePlot} plot
   * @param {(viewport: Viewport | null) => void} show
   */
  constructor(plot, show) {
    this.plot = plot;
    this.show = show;
    this.gestures = new AxisGestures(plot.area, {
      shareAt: (clientX) => plot.shareAt(clientX),
      zoomed: () => this.zoomed,
      zoom: (factor, share) => this.#zoom(factor, share),
      pan: (share) => this.#move((schema, viewport) => pannedAcross(schema, viewport, share)),
      choose: (from, to) => this.#move((schema, seen) => chosenAcross(schema, seen, from, to)),
      choosing: (from, to) => plot.mark(Math.min(from, to), Math.max(from, to)),
      all: () => this.all(),
    });
  }

  /** @param {Seen} seen what is on the screen now */
  stand(seen) {
    this.#seen = seen;
    this.plot.area.dataset.zoomed = String(this.zoomed);
  }

  get zoomed() {
    return this.#seen !== null && isZoomed(this.#seen.schema, this.#seen.viewport);
  }

  all() {
    this.#move(wholeAcross);
  }

  /** @param {ViewAction} action */
  act(action) {
    if (action === "zoom-all") this.all();
    else if (action === "zoom-in") this.#zoom(KEY_ZOOM, MIDDLE);
    else if (action === "zoom-out") this.#zoom(1 / KEY_ZOOM, MIDDLE);
    else return false;
    return true;
  }

  /** @param {KeyboardEvent} event; says whether the key was its own */
  key({ key, ctrlKey }) {
    const [zoom, pan] = [ZOOM_KEYS.get(key), PAN_KEYS.get(key)];
    if (zoom && !ctrlKey) return this.act(zoom);
    if (pan === undefined || !ctrlKey) return false;
    this.#move((schema, viewport) => pannedAcross(schema, viewport, pan));
    return true;
  }

  /**
   * @param {number} factor
   * @param {number} share
   */
  #zoom(factor, share) {
    // Where there is nothing more to see, the wheel belongs to the page.
    if (factor < 1 && !this.zoomed) return false;
    this.#move((schema, viewport) => zoomedAcross(schema, viewport, factor, share));
    return true;
  }

  /** @param {(schema: Schema, viewport: Viewport | null) => Viewport | null} move */
  #move(move) {
    if (!this.#seen) return;
    const { schema, viewport } = this.#seen;
    // The next event may come before the next picture.
    this.#seen = { schema, viewport: move(schema, viewport) };
    this.show(this.#seen.viewport);
  }
}
