/** Colour maps: a share of the scale, 0 to 1, as a colour. */
import { ANCHORS } from "./colour_anchors.js";

/** @typedef {[number, number, number]} Colour red, green, blue, 0 to 255 */

/** The maps there are; the first is the usual one. */
export const MAPS = Object.keys(ANCHORS);
export const STEPS = 256;
/** What is not a number is drawn in a grey that hardly any map holds. */
export const NAN_COLOUR = /** @type {Colour} */ ([120, 122, 126]);
/** What a scale has no place for: zero and less on a logarithmic one. No map holds this brown. */
export const UNDER_COLOUR = /** @type {Colour} */ ([77, 58, 36]);

/** @type {Map<string, Colour[]>} */
const parsed = new Map();
/** @type {Map<string, Uint8Array>} */
const tables = new Map();

/**
 * @param {string} map
 * @returns {Colour[]}
 */
function anchorsOf(map) {
  const known = parsed.get(map);
  if (known) return known;
  const text = ANCHORS[map] ?? ANCHORS.viridis ?? "";
  const anchors = text.trim().split(/\s+/).map(parseColour);
  parsed.set(map, anchors);
  return anchors;
}

/**
 * @param {string} hex six digits
 * @returns {Colour}
 */
function parseColour(hex) {
  const word = Number.parseInt(hex, 16);
  return [word >> 16, (word >> 8) & 255, word & 255];
}

/**
 * @param {number} share 0 to 1, clamped
 * @param {string} [map]
 * @returns {Colour}
 */
export function colourAt(share, map = "viridis") {
  const anchors = anchorsOf(map);
  const place = Math.min(1, Math.max(0, share)) * (anchors.length - 1);
  const index = Math.min(anchors.length - 2, Math.floor(place));
  const low = anchors[index] ?? [0, 0, 0];
  const high = anchors[index + 1] ?? low;
  const [red = 0, green = 0, blue = 0] = low.map((channel, i) =>
    Math.round(channel + (place - index) * ((high[i] ?? 0) - channel)),
  );
  return [red, green, blue];
}

/**
 * The map as a table of RGBA bytes, for a texture.
 *
 * @param {string} [map]
 * @returns {Uint8Array}
 */
export function colourTable(map = "viridis") {
  const known = tables.get(map);
  if (known) return known;
  const table = new Uint8Array(STEPS * 4);
  for (let i = 0; i < STEPS; i++) table.set([...colourAt(i / (STEPS - 1), map), 255], i * 4);
  tables.set(map, table);
  return table;
}

/**
 * The colour of a share as `shareOf` says it: not a number, below the scale, or a place on it.
 *
 * @param {number} share
 * @param {string} map
 * @returns {Colour}
 */
export function colourOf(share, map) {
  if (Number.isNaN(share)) return NAN_COLOUR;
  return share < 0 ? UNDER_COLOUR : colourAt(share, map);
}

/**
 * A colour as an RGBA word, as an ImageData's buffer holds them on little-endian machines.
 *
 * @param {Colour} colour
 */
export function wordOf([red, green, blue]) {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/**
 * Whether dark letters read better than light ones on a colour.
 *
 * Source: relative luminance of WCAG 2; 0.18 is where black and white are of equal contrast.
 *
 * @param {Colour} colour
 */
export function isLight(colour) {
  const [red = 0, green = 0, blue = 0] = colour.map((channel) => (channel / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18;
}
