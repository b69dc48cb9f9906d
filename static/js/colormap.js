/**
 * A colour map from dark violet over green to yellow: perceptually even and readable without red or
 * green.
 *
 * Source: nine evenly spaced anchors of viridis (Smith and van der Walt), public domain (CC0).
 */
const ANCHORS = [
  [68, 1, 84],
  [71, 44, 122],
  [59, 81, 139],
  [44, 113, 142],
  [33, 144, 141],
  [39, 173, 129],
  [92, 200, 99],
  [170, 220, 50],
  [253, 231, 37],
];

export const STEPS = 256;
/** What is not a number is drawn in a grey that the map does not hold. */
export const NAN_COLOUR = [120, 122, 126];

/**
 * @param {number} share 0 to 1, clamped
 * @returns {[number, number, number]} red, green, blue, 0 to 255
 */
export function colourAt(share) {
  const place = Math.min(1, Math.max(0, share)) * (ANCHORS.length - 1);
  const index = Math.min(ANCHORS.length - 2, Math.floor(place));
  const low = ANCHORS[index] ?? [0, 0, 0];
  const high = ANCHORS[index + 1] ?? low;
  const [red = 0, green = 0, blue = 0] = low.map((channel, i) =>
    Math.round(channel + (place - index) * ((high[i] ?? 0) - channel)),
  );
  return [red, green, blue];
}

/**
 * The map as a table of RGBA bytes, for a texture.
 *
 * @returns {Uint8Array}
 */
export function colourTable() {
  const table = new Uint8Array(STEPS * 4);
  for (let i = 0; i < STEPS; i++) table.set([...colourAt(i / (STEPS - 1)), 255], i * 4);
  return table;
}

/**
 * Colour values into RGBA words, as an ImageData's buffer holds them on little-endian machines.
 *
 * @param {ArrayLike<number>} values
 * @param {import("./types.js").Range} range
 * @param {Uint32Array} target
 */
export function paint(values, { lo, hi }, target) {
  const words = new Uint32Array(colourTable().buffer);
  const [red = 0, green = 0, blue = 0] = NAN_COLOUR;
  const none = ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  const scale = (STEPS - 1) / (hi - lo);
  for (let i = 0; i < target.length; i++) {
    const value = /** @type {number} */ (values[i]);
    const place = Math.min(STEPS - 1, Math.max(0, (value - lo) * scale + 0.5));
    target[i] = Number.isNaN(value) ? none : /** @type {number} */ (words[place | 0]);
  }
}
