/**
 * Two-dimensional values as pixels: thinned to what a texture holds, fitted into a box, coloured.
 *
 * @typedef {{rows: number, columns: number, values: ArrayLike<number>}} Picture
 */

/** Textures of this size exist wherever WebGL 2 does. */
export const MOST_PIXELS = 2048;
/** Beyond this ratio of sides, pixels are no longer drawn square. */
const LONGEST_RATIO = 5;
/** A texture's floats have their full digits between these sizes. */
const SMALLEST = 1e-30;
const LARGEST = 1e30;

/**
 * @param {Picture} picture values in C order
 * @param {number} most of rows and of columns
 * @returns {Picture} the same one where it is small enough
 */
export function thinnedTo(picture, most) {
  const { rows, columns, values } = picture;
  const [down, across] = [Math.ceil(rows / most), Math.ceil(columns / most)];
  if (down === 1 && across === 1) return picture;
  const [height, width] = [Math.ceil(rows / down), Math.ceil(columns / across)];
  const thinned = new Float64Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      thinned[row * width + column] = Number(values[row * down * columns + column * across]);
    }
  }
  return { rows: height, columns: width, values: thinned };
}

/**
 * How values are brought into a texture of float32: `(value - origin) / unit`. A large offset would
 * eat a float32's digits; a scale that is not linear has its zero where it is.
 *
 * @param {ArrayLike<number>} values
 * @param {import("./colour_scale.js").ColourScale} scale
 */
export function textureUnits(values, { kind, lo, hi }) {
  const sizes = [Math.abs(lo), Math.abs(hi), hi - lo];
  const plain = sizes.every((size) => size === 0 || (size > SMALLEST && size < LARGEST));
  if (values instanceof Float32Array && plain) return { origin: 0, unit: 1 };
  if (kind === "linear") return { origin: lo, unit: hi - lo };
  return { origin: 0, unit: Math.max(Math.abs(lo), Math.abs(hi)) };
}

/**
 * @param {ArrayLike<number>} values
 * @param {{origin: number, unit: number}} units
 */
export function textured(values, { origin, unit }) {
  if (values instanceof Float32Array && origin === 0 && unit === 1) return values;
  const texels = new Float32Array(values.length);
  for (let i = 0; i < texels.length; i++) texels[i] = (Number(values[i]) - origin) / unit;
  return texels;
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
