/** Bytes whose last axis is red, green, blue (and alpha) as an image. */
import { copyPixels } from "../picture_model.js";
import { Stage } from "../stage.js";

/**
 * @typedef {import("../types.js").Schema} Schema
 * @typedef {import("../types.js").Frame} Frame
 */

class Picture {
  /** @type {{schema: Schema, frame: Frame} | null} */
  #shown = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.stage = new Stage(root, "image", () => this.#readOut());
    this.context = /** @type {CanvasRenderingContext2D} */ (this.stage.canvas.getContext("2d"));
    this.pixels = this.context.createImageData(1, 1);
  }

  /**
   * @param {Schema} schema
   * @param {Frame} frame
   */
  draw(schema, frame) {
    const [down, across, depth] = schema.axes;
    if (!down || !across || !depth) return { text: "", range: null };
    this.stage.resize(down, across);
    this.#resize(down.count, across.count);
    copyPixels(/** @type {Uint8Array} */ (frame.values), depth.count, this.pixels.data);
    this.context.putImageData(this.pixels, 0, 0);
    this.#shown = { schema, frame };
    this.#readOut();
    const text = `Image, ${across.count} wide, ${down.count} high, ${depth.count} channels`;
    this.stage.describe(text);
    return { text, range: null };
  }

  /**
   * @param {number} rows
   * @param {number} columns
   */
  #resize(rows, columns) {
    if (this.pixels.width === columns && this.pixels.height === rows) return;
    this.stage.canvas.width = columns;
    this.stage.canvas.height = rows;
    this.pixels = this.context.createImageData(columns, rows);
  }

  #readOut() {
    const { place } = this.stage.pointer;
    const [down, across, depth] = this.#shown?.schema.axes ?? [];
    if (!this.#shown || !place || !down || !across || !depth) return this.stage.say("");
    const values = /** @type {Uint8Array} */ (this.#shown.frame.values);
    const first = (place.row * across.count + place.column) * depth.count;
    const channels = Array.from(values.subarray(first, first + depth.count)).join(", ");
    const row = down.start + place.row * down.step;
    const column = across.start + place.column * across.step;
    return this.stage.say(`[${row}, ${column}] = ${channels}`);
  }

  unmount() {
    this.stage.unmount();
  }
}

/** @type {import("../types.js").View} */
export const image = {
  id: "image",
  label: "Image",
  fits({ kind, dtype, axes }) {
    const channels = axes[2]?.count;
    const bytes = kind === "numbers" && /u1$/.test(dtype);
    return bytes && axes.length === 3 && (channels === 3 || channels === 4) ? 90 : 0;
  },
  mount: (root) => new Picture(root),
};
