/**
 * What a heat map colours, and by which scale: a frame's values, or how often each was seen to
 * change.
 *
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../values/types.js").Frame} Frame
 * @typedef {import("../views/types.js").ViewOptions} ViewOptions
 * @typedef {import("./seen_values.js").Rectangle} Rectangle
 * @typedef {import("./seen_values.js").SeenExtent} SeenExtent
 * @typedef {{schema: Schema, frame: Frame, options: ViewOptions}} Shown
 *
 * `values` is one number an element, `cells` what is written into them.
 *
 * @typedef {object} Coloured
 * @property {ArrayLike<number>} values
 * @property {{dtype: string, kind: import("../values/types.js").Kind, values: import("../values/types.js").Values}} cells
 * @property {Rectangle} rectangle
 * @property {SeenExtent} extent
 * @property {import("./colour_scale.js").ColourScale} scale
 * @property {string} map
 * @property {string} unit
 * @property {boolean} held
 */

import { drawable } from "../page/scaling.js";
import { ChangeCounts } from "./change_counts.js";
import { aboutZero, ColourRange } from "./colour_range.js";
import { scaleOf } from "./colour_scale.js";
import { extentWithin, seenRectangle } from "./seen_values.js";

export const PLANE = { down: 0, across: 1 };

export class HeatValues {
  /** @type {{frame: Frame | null, values: ArrayLike<number>}} a frame's values, made once */
  #drawable = { frame: null, values: [] };
  #range = new ColourRange();
  /** @type {ChangeCounts | null} */
  changes = null;

  /**
   * @param {Shown} shown
   * @returns {Coloured}
   */
  take(shown) {
    const { schema, frame, options } = shown;
    const { look, viewport } = options;
    const values = this.#values(shown);
    const rectangle = seenRectangle(schema, viewport, PLANE);
    const extent = extentWithin(values, rectangle);
    const range = this.#rangeOf(shown, values, rectangle, extent);
    const scale = scaleOf(look.scale, range, extent.positive);
    const { dtype, kind } = schema;
    const cells = look.changes
      ? { dtype: "<u4", kind: /** @type {const} */ ("numbers"), values: Uint32Array.from(values) }
      : { dtype, kind, values: frame.values ?? [] };
    const unit = look.changes ? "changes seen" : (schema.unit ?? "");
    const held = options.range !== null && !look.changes;
    return { values, cells, rectangle, extent, scale, map: look.map, unit, held };
  }

  /** @param {Shown} shown */
  #values({ schema, frame, options }) {
    if (this.#drawable.frame !== frame) {
      const values = drawable(/** @type {any} */ (frame.values), schema.kind);
      this.#drawable = { frame, values };
    }
    const { values } = this.#drawable;
    this.changes = options.look.changes ? (this.changes ?? new ChangeCounts()) : null;
    // Integers beyond what a float holds are compared as they came.
    const came = /** @type {ArrayLike<number>} */ (frame.values);
    return this.changes?.take(schema, schema.kind === "complex" ? values : came) ?? values;
  }

  /**
   * @param {Shown} shown
   * @param {ArrayLike<number>} values
   * @param {Rectangle} rectangle
   * @param {SeenExtent} extent
   */
  #rangeOf({ schema, options }, values, rectangle, extent) {
    const { range: held, look, viewport } = options;
    if (look.changes) return { lo: 0, hi: Math.max(1, extent.hi) };
    if (schema.kind === "bool" && !held) return { lo: 0, hi: 1 };
    const { array, select, field, part, against } = schema;
    const key = JSON.stringify([array, select, field, part, against, viewport, look.clip]);
    const range = this.#range.find(values, rectangle, extent, { held, clip: look.clip, key });
    return against && !held && schema.kind !== "complex" ? aboutZero(range) : range;
  }
}
