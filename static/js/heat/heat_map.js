/** Two axes as a heat map. */

import { cellWriter } from "../grid/cell_text.js";
import { formatCount, formatNumber } from "../page/format.js";
import { DetailWish } from "../values/detail_wish.js";
import { canvasPainter } from "./canvas.js";
import { drawNumbers } from "./cell_numbers.js";
import { glPainter } from "./gl.js";
import { HeatLegend, scaleNote } from "./legend.js";
import { arrayIndex } from "./picture_words.js";
import { Stage } from "./stage.js";
import { composePicture } from "./stage_picture.js";
import { HeatValues, PLANE } from "./values.js";

/**
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../views/types.js").Drawn} Drawn
 * @typedef {import("./values.js").Shown} Shown
 * @typedef {import("./values.js").Coloured} Coloured
 */

/** @type {Drawn} */
const NOTHING = { text: "", range: null };

export class HeatMap {
  /** @type {Shown | null} */
  #shown = null;
  /** @type {Coloured | null} */
  #coloured = null;
  #values = new HeatValues();

  /**
   * @param {HTMLElement} root
   * @param {import("../views/types.js").ViewActions} actions
   */
  constructor(root, actions) {
    this.actions = actions;
    this.detail = new DetailWish(actions);
    this.stage = new Stage(root, "heat", actions, {
      read: (spot) => this.#read(spot),
      resized: () => this.#resized(),
      watch: () => this.#watch(),
    });
    this.legend = new HeatLegend(this.stage.side, actions.hold);
    this.painter = glPainter(this.stage.canvas, () => this.#fallBack()) ?? this.#plainPainter();
  }

  #plainPainter() {
    this.stage.renewCanvas();
    return canvasPainter(this.stage.canvas);
  }

  #fallBack() {
    this.painter = this.#plainPainter();
    this.#paint();
  }

  /**
   * @param {Schema} schema
   * @param {import("../values/types.js").Frame} frame
   * @param {import("../views/types.js").ViewOptions} options
   * @returns {Drawn}
   */
  render(schema, frame, options) {
    // What another view asked for may still be on its way.
    if (schema.how === "envelope") return NOTHING;
    this.#shown = { schema, frame, options };
    this.#coloured = this.#values.take(this.#shown);
    this.stage.see(schema, frame, options.viewport, PLANE);
    this.#ask();
    this.#paint();
    this.legend.show(this.#coloured, performance.now());
    const { lo, hi } = this.#coloured.scale;
    const text = this.#describe(this.#coloured);
    this.stage.describe(text);
    return { text, range: options.look.changes ? null : { lo, hi } };
  }

  #resized() {
    this.#ask();
    this.#paint();
  }

  #ask() {
    if (!this.#shown) return;
    const { width, height } = this.stage.pixels;
    this.detail.ask([height, width], this.#shown.options.look.reduce);
  }

  #paint() {
    if (!this.#shown || !this.#coloured) return;
    const { schema, options } = this.#shown;
    const { values, cells, rectangle, scale, map } = this.#coloured;
    const [rows = 1, columns = 1] = schema.axes.map(({ count }) => count);
    const { pixels, css, overlay } = this.stage;
    const span = this.stage.spanOf(schema);
    this.painter.paint({ picture: { rows, columns, values }, span, scale, map, pixels });
    const { format } = options.look;
    const { reduced } = schema;
    const size = { rows, columns };
    const colours = { drawn: values, scale, map };
    drawNumbers(overlay, { cells, ...colours, rectangle, span, size, reduced, format, css });
  }

  /** @param {{y: number, x: number}} spot */
  #read({ y, x }) {
    if (!this.#shown || !this.#coloured) return "";
    const { schema, frame, options } = this.#shown;
    const index = y * (schema.axes[PLANE.across]?.count ?? 1) + x;
    const write = cellWriter(schema, schema.how === "mean" ? "auto" : "full");
    const { text } = write(frame.values ?? [], index);
    const value = schema.unit ? `${text} ${schema.unit}` : text;
    if (!options.look.changes) return value;
    return `${value}, ${formatCount(Number(this.#coloured.values[index]), "change")} seen`;
  }

  #watch() {
    const places = this.stage.crossed;
    if (places && this.#shown) this.actions.watch(arrayIndex(this.#shown.schema, places));
  }

  /** @param {Coloured} coloured */
  #describe({ extent, scale, unit }) {
    const size = this.#shown?.schema.selected.map(({ count }) => count).join(" by ") ?? "";
    const { changes } = this.#values;
    const what = changes
      ? `Heat map of changes in ${formatCount(changes.compared, "frame")}`
      : "Heat map";
    const parts = [`${what}, ${size}, ${extentText(extent, unit)}`, this.stage.note];
    const bend = scaleNote(scale);
    return [...parts, bend && `scale: ${bend}`].filter(Boolean).join("; ");
  }

  picture() {
    const { canvas, overlay, css, ticks, note } = this.stage;
    if (!this.#coloured) return null;
    return composePicture({ layers: [canvas, overlay], css, ticks, key: this.#coloured, note });
  }

  /** @param {import("../views/types.js").ViewAction} action */
  act(action) {
    return this.stage.act(action);
  }

  unmount() {
    this.painter.release();
    this.stage.unmount();
  }
}

/**
 * @param {import("./seen_values.js").SeenExtent} extent
 * @param {string} unit
 */
function extentText({ lo, hi, nan }, unit) {
  if (lo > hi) return "without a finite value";
  const range = `from ${formatNumber(lo, 4)} to ${formatNumber(hi, 4)}${unit ? ` ${unit}` : ""}`;
  return nan > 0 ? `${range}, ${nan} not a number` : range;
}
