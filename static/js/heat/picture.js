/** Pixels: red, green, blue (and alpha) in the first or the last axis, or a grey image. */
import { cellWriter } from "../grid/cell_text.js";
import { drawable } from "../page/scaling.js";
import { DetailWish } from "../values/detail_wish.js";
import { ColourRange } from "./colour_range.js";
import { copyPixels, meantRange, mostOfImage, planesOf, stepsOf } from "./image_model.js";
import { arrayIndex } from "./picture_words.js";
import { extentWithin } from "./seen_values.js";
import { Sheet } from "./sheet.js";
import { Stage } from "./stage.js";
import { composePicture } from "./stage_picture.js";

/**
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../values/types.js").Frame} Frame
 * @typedef {import("../views/types.js").ViewOptions} ViewOptions
 * @typedef {import("./image_model.js").Planes} Planes
 * @typedef {{schema: Schema, frame: Frame, planes: Planes}} Shown
 */

export class Picture {
  /** @type {Shown | null} */
  #shown = null;
  /** A mean is a float: what black and white mean is said by the dtype it came from. */
  #source = { key: "", dtype: "" };
  #range = new ColourRange();

  /**
   * @param {HTMLElement} root
   * @param {import("../views/types.js").ViewActions} actions
   */
  constructor(root, actions) {
    this.actions = actions;
    this.detail = new DetailWish(actions);
    this.stage = new Stage(root, "image", actions, {
      read: (spot) => this.#read(spot),
      resized: () => this.#resized(),
      watch: () => this.#watch(),
    });
    this.sheet = new Sheet(this.stage.canvas);
    this.reduce = /** @type {import("../values/types.js").Reduction} */ ("mean");
  }

  /**
   * @param {Schema} schema
   * @param {Frame} frame
   * @param {ViewOptions} options
   * @returns {import("../views/types.js").Drawn}
   */
  render(schema, frame, options) {
    const planes = planesOf(schema);
    if (!planes || schema.how === "envelope") return { text: "", range: null };
    this.#shown = { schema, frame, planes };
    this.reduce = options.look.reduce;
    this.stage.watchable = planes.channel === null;
    this.stage.see(schema, frame, options.viewport, planes);
    const range = this.#fill(this.#shown, options);
    this.#resized();
    const [rows, columns] = [planes.down, planes.across].map(
      (axis) => schema.selected[axis]?.count,
    );
    const colours = planes.channel === null ? "grey" : `${planes.channels} channels`;
    const size = `Image, ${columns} wide, ${rows} high, ${colours}`;
    const text = [size, this.stage.note].filter(Boolean).join("; ");
    this.stage.describe(text);
    return { text, range };
  }

  /**
   * @param {Shown} shown
   * @param {ViewOptions} options
   */
  #fill({ schema, frame, planes }, { range: held, look }) {
    const values = drawable(/** @type {any} */ (frame.values), "numbers");
    const all = { top: 0, bottom: 1, left: 0, right: values.length, stride: values.length };
    const dtype = this.#sourceOf(schema);
    const exact = /u[12]$/.test(dtype) && look.clip === 0;
    const extent = exact
      ? { lo: 0, hi: 1, nan: 0, inf: 0, positive: 1, count: 0 }
      : extentWithin(values, all);
    const meant = meantRange(dtype, extent);
    const key = JSON.stringify([schema.array, schema.select, schema.field, look.clip]);
    const plain = held === null && look.clip === 0;
    const range = plain
      ? meant
      : this.#range.find(values, all, extent, { held, clip: look.clip, key });
    const [rows = 1, columns = 1] = sizeOf(schema, planes);
    const pixels = this.sheet.pixelsFor(columns, rows);
    copyPixels(values, planes, { range, alpha: meant.hi }, pixels);
    this.sheet.take();
    return range;
  }

  /** @param {Schema} schema */
  #sourceOf({ array, field, part, dtype, how }) {
    const key = JSON.stringify([array, field, part]);
    if (how !== "mean") this.#source = { key, dtype };
    return this.#source.key === key ? this.#source.dtype : dtype;
  }

  #resized() {
    if (!this.#shown) return;
    const { schema, planes } = this.#shown;
    const { pixels } = this.stage;
    this.detail.ask(mostOfImage(planes, pixels), this.reduce);
    this.sheet.draw(this.stage.spanOf(schema), pixels);
  }

  /** @param {{y: number, x: number}} spot */
  #read({ y, x }) {
    if (!this.#shown) return "";
    const { schema, frame, planes } = this.#shown;
    const [rows = 1, columns = 1] = sizeOf(schema, planes);
    const steps = stepsOf(planes, rows * columns);
    const write = cellWriter(schema, schema.how === "mean" ? "auto" : "full");
    const first = (y * columns + x) * steps.pixel;
    const texts = Array.from(
      { length: planes.channels },
      (_, i) => write(frame.values ?? [], first + i * steps.channel).text,
    );
    return texts.join(", ");
  }

  #watch() {
    const places = this.stage.crossed;
    if (places && this.#shown) this.actions.watch(arrayIndex(this.#shown.schema, places));
  }

  picture() {
    const { canvas, css, ticks, note } = this.stage;
    return this.#shown && composePicture({ layers: [canvas], css, ticks, key: null, note });
  }

  /** @param {import("../views/types.js").ViewAction} action */
  act(action) {
    return this.stage.act(action);
  }

  unmount() {
    this.stage.unmount();
  }
}

/**
 * Rows and columns of a frame.
 *
 * @param {Schema} schema
 * @param {Planes} planes
 */
function sizeOf({ axes }, { down, across }) {
  return [down, across].map((axis) => axes[axis]?.count ?? 1);
}
