/** Two axes as a heat map. */

import { formatNumber } from "../format.js";
import { cellAt } from "../grid_model.js";
import { canvasPainter } from "../heat_canvas.js";
import { glPainter } from "../heat_gl.js";
import { heatLegend } from "../heat_legend.js";
import { pictureOf } from "../picture_model.js";
import { drawable, extentOf, spread } from "../scaling.js";
import { Stage } from "../stage.js";

/**
 * @typedef {import("../types.js").Schema} Schema
 * @typedef {import("../types.js").Frame} Frame
 */

class HeatMap {
  /** @type {{schema: Schema, frame: Frame} | null} */
  #shown = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.stage = new Stage(root, "heat", () => this.#readOut());
    this.legend = heatLegend(this.stage.side);
    this.painter = glPainter(this.stage.canvas, () => this.#fallBack()) ?? this.#plainPainter();
  }

  #plainPainter() {
    this.stage.renewCanvas();
    return canvasPainter(this.stage.canvas);
  }

  #fallBack() {
    this.painter = this.#plainPainter();
  }

  /**
   * @param {Schema} schema
   * @param {Frame} frame
   * @param {import("../types.js").ViewOptions} options
   */
  draw(schema, frame, { range: held }) {
    const [down, across] = schema.axes;
    if (!down || !across) return { text: "", range: null };
    const values = drawable(/** @type {any} */ (frame.values), schema.kind);
    const extent = extentOf(values);
    const range = held ?? spread(extent);
    this.stage.resize(down, across);
    this.painter.paint(pictureOf(values, down.count, across.count), range);
    this.legend.update(range, extent, schema.unit);
    this.#shown = { schema, frame };
    this.#readOut();
    const text = describe(schema, extent);
    this.stage.describe(text);
    return { text, range };
  }

  #readOut() {
    const { place } = this.stage.pointer;
    const [down, across] = this.#shown?.schema.axes ?? [];
    if (!this.#shown || !place || !down || !across) return this.stage.say("");
    const { schema, frame } = this.#shown;
    const { text } = cellAt(
      frame.values ?? [],
      place.row * across.count + place.column,
      schema.kind,
    );
    const row = down.start + place.row * down.step;
    const column = across.start + place.column * across.step;
    return this.stage.say(`[${row}, ${column}] = ${text} ${schema.unit ?? ""}`.trimEnd());
  }

  unmount() {
    this.stage.unmount();
  }
}

/**
 * @param {Schema} schema
 * @param {import("../scaling.js").Extent} extent
 */
function describe({ axes, unit }, { lo, hi, nan }) {
  const size = axes.map(({ count }) => count).join(" by ");
  if (lo > hi) return `Heat map, ${size}, without a finite value`;
  const range = `from ${formatNumber(lo, 4)} to ${formatNumber(hi, 4)}${unit ? ` ${unit}` : ""}`;
  return `Heat map, ${size}, ${range}${nan > 0 ? `, ${nan} not a number` : ""}`;
}

/** @type {import("../types.js").View} */
export const heat = {
  id: "heat",
  label: "Heat map",
  fits({ kind, axes }) {
    const numeric = kind === "numbers" || kind === "bool" || kind === "complex";
    return numeric && axes.length === 2 && axes.every(({ count }) => count > 1) ? 40 : 0;
  },
  mount: (root) => new HeatMap(root),
};
