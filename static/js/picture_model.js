/**
 * Two-dimensional values as pixels: thinned to what a texture holds, fitted into a box, coloured.
 *
 * @typedef {import("./types.js").Schema} Schema
 * @typedef {{rows: number, columns: number, values: ArrayLike<number>, row_step: number, column_step: number}} Picture
 */

/** Textures of this size exist wherever WebGL 2 does. */
export const MOST_PIXELS = 2048;
/** Beyond this ratio of sides, pixels are no longer drawn square. */
const LONGEST_RATIO = 5;

/**
 * @param {ArrayLike<number>} values C order
 * @param {number} rows
 * @param {number} columns
 * @returns {Picture}
 */
export function pictureOf(values, rows, columns) {
  const row_step = Math.ceil(rows / MOST_PIXELS);
  const column_step = Math.ceil(columns / MOST_PIXELS);
  if (row_step === 1 && column_step === 1) return { rows, columns, values, row_step, column_step };
  const [height, width] = [Math.ceil(rows / row_step), Math.ceil(columns / column_step)];
  const thinned = new Float64Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      thinned[row * width + column] = Number(
        values[row * row_step * columns + column * column_step],
      );
    }
  }
  return { rows: height, columns: width, values: thinned, row_step, column_step };
}

/**
 * Float32 for a texture and the range it is coloured by. Other numbers are first brought to 0..1: a
 * large offset would eat a float32's digits.
 *
 * @param {ArrayLike<number>} values
 * @param {import("./types.js").Range} range
 */
export function textured(values, { lo, hi }) {
  if (values instanceof Float32Array) return { texels: values, lo, hi };
  const texels = new Float32Array(values.length);
  const scale = 1 / (hi - lo);
  for (let i = 0; i < texels.length; i++) texels[i] = (Number(values[i]) - lo) * scale;
  return { texels, lo: 0, hi: 1 };
}

/**
 * The largest size in a box that keeps pixels square, or fills the box where that would leave a
 * sliver.
 *
 * @param {number} columns
 * @param {number} rows
 * @param {{width: number, height: number}} box
 */
export function fitBox(columns, rows, box) {
  const ratio = columns / rows;
  if (ratio > LONGEST_RATIO || ratio < 1 / LONGEST_RATIO) {
    return { width: Math.floor(box.width), height: Math.floor(box.height) };
  }
  const scale = Math.min(box.width / columns, box.height / rows);
  return { width: Math.floor(columns * scale), height: Math.floor(rows * scale) };
}

/**
 * RGB or RGBA bytes as RGBA words.
 *
 * @param {ArrayLike<number>} values
 * @param {number} channels 3 or 4
 * @param {Uint8ClampedArray} target
 */
export function copyPixels(values, channels, target) {
  for (let from = 0, to = 0; to < target.length; from += channels, to += 4) {
    target[to] = Number(values[from]);
    target[to + 1] = Number(values[from + 1]);
    target[to + 2] = Number(values[from + 2]);
    target[to + 3] = channels === 4 ? Number(values[from + 3]) : 255;
  }
}
