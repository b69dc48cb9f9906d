/** One axis as a line, a few columns as a line each, or some of many rows. */

import { h, setAttribute } from "../page/element.js";
import { formatClock, formatTick } from "../page/format.js";
import { clampViewport, countsOf } from "../values/viewport.js";
import { lineAxes, mostFor, tracesOf, withTraces } from "./axes.js";
import { LineBar } from "./bar.js";
import { LineCursor } from "./cursor.js";
import { linesOf } from "./model.js";
import { LineMoves } from "./moves.js";
import { LineOverlays } from "./overlays.js";
import { LinePlot } from "./plot.js";
import { describe, partInWords } from "./words.js";
import { heldScale, scaleOver } from "./y_scale.js";

/**
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../values/types.js").Frame} Frame
 * @typedef {import("../views/types.js").ViewOptions} ViewOptions
 * @typedef {{schema: Schema, frame: Frame, options: ViewOptions,
 *   lines: import("./model.js").Lines}} Shown
 */

const Y_DIVISIONS = 8;

export class LineView {
  #detail = "";
  /** @type {import("./y_scale.js").YScale | null} */
  #y = null;
  /** @type {Shown | null} */
  #shown = null;

  /**
   * @param {HTMLElement} root
   * @param {import("../views/types.js").ViewActions} actions
   */
  constructor(root, actions) {
    this.actions = actions;
    this.overlays = new LineOverlays();
    const attributes = { class: "plot", role: "group", tabindex: 0, "data-testid": "values-plot" };
    this.area = h("div", attributes);
    this.plot = new LinePlot(this.area, {
      cursor: (element, curve) => this.cursor.stand(element, curve),
      resized: () => this.#shown && this.#askFor(this.#shown),
    });
    this.moves = new LineMoves(this.plot, actions.show);
    this.bar = new LineBar({
      rows: (first) => this.#showRows(first),
      all: () => this.moves.all(),
      overlay: () => this.#overlay(),
      clear: () => this.#clear(),
      hold: actions.hold,
    });
    const { watch } = actions;
    this.cursor = new LineCursor({ point: (element) => this.plot.pointAt(element), watch });
    const parts = [this.bar.root, this.area, this.plot.keys, this.cursor.root];
    root.append(h("div", { class: "line" }, ...parts));
    this.area.addEventListener("keydown", (event) => this.#key(event));
  }

  /**
   * @param {Schema} schema
   * @param {Frame} frame
   * @param {ViewOptions} options
   */
  render(schema, frame, options) {
    const lines = linesOf(schema, frame, options.viewport, options.look.clip);
    this.#shown = { schema, frame, options, lines };
    this.overlays.keepFor(schema);
    this.#y = this.#scale(options, lines.extent);
    this.#draw();
    this.moves.stand({ schema, viewport: options.viewport });
    this.#askFor(this.#shown);
    const text = describe(schema, lines, options.viewport);
    setAttribute(this.area, "aria-label", `${text}. Arrow keys read out a point, + and - zoom.`);
    return { text, range: { lo: this.#y.lo, hi: this.#y.hi } };
  }

  /**
   * @param {ViewOptions} options
   * @param {import("./y_scale.js").Reach} extent
   */
  #scale({ range: held, look }, extent) {
    if (held) return heldScale(held, look.scale, Y_DIVISIONS);
    return scaleOver(this.#y, extent, look.scale, Y_DIVISIONS);
  }

  #draw() {
    const shown = /** @type {Shown} */ (this.#shown);
    const { schema, options } = shown;
    const y = /** @type {import("./y_scale.js").YScale} */ (this.#y);
    this.plot.draw(shown, y, this.overlays);
    this.bar.show(this.#status());
    this.bar.range.show(y, options.range !== null);
    const unit = schema.unit ? ` ${schema.unit}` : "";
    const each = y.step === null ? y.kind : `${formatTick(y.step)}${unit} / div`;
    this.cursor.show(shown, each);
  }

  /** @returns {import("./bar.js").LineStatus} */
  #status() {
    const { schema, options } = /** @type {Shown} */ (this.#shown);
    const { traces, chosen } = lineAxes(schema);
    const count = schema.selected[traces ?? 0]?.count ?? 1;
    return {
      rows: chosen ? { ...tracesOf(schema, options.viewport), count } : null,
      part: partInWords(schema, options.viewport),
      overlays: this.overlays.held.length,
    };
  }

  /**
   * Say how much detail fits the plot, whenever that changes.
   *
   * @param {Shown} shown
   */
  #askFor({ schema, options: { viewport } }) {
    if (this.plot.width_px === 0) return;
    const { chosen } = lineAxes(schema);
    const most = mostFor(schema, this.plot.width_px);
    const rows = chosen && { window: withTraces(schema, viewport, tracesOf(schema, viewport)) };
    const detail = { most, reduce: /** @type {const} */ ("envelope"), ...rows };
    const key = JSON.stringify([schema.select, detail]);
    if (key === this.#detail) return;
    this.#detail = key;
    this.actions.detail(detail);
  }

  /** @param {number} first */
  #showRows(first) {
    const { schema, options } = /** @type {Shown} */ (this.#shown);
    const { lo, hi } = tracesOf(schema, options.viewport);
    const wanted = withTraces(schema, options.viewport, { lo: first, hi: first + hi - lo });
    this.actions.show(clampViewport(wanted, countsOf(schema)));
  }

  #overlay() {
    if (!this.#shown) return;
    this.overlays.hold(`held ${formatClock(this.#shown.frame.taken_unix_s)}`, this.#shown.lines);
    this.#draw();
  }

  #clear() {
    this.overlays.clear();
    this.#draw();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.altKey || event.metaKey) return;
    if (!this.moves.key(event) && !this.cursor.key(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {import("../views/types.js").ViewAction} action */
  act(action) {
    return this.moves.act(action);
  }

  picture() {
    if (!this.#shown) return null;
    const { schema, lines, options } = this.#shown;
    return this.plot.picture(describe(schema, lines, options.viewport));
  }

  unmount() {
    this.plot.unmount();
  }
}
