/** Heat maps where WebGL 2 is missing: a lookup table and a plain canvas. */
import { colourTable, NAN_COLOUR, STEPS, UNDER_COLOUR, wordOf } from "./colormap.js";
import { shareOf } from "./colour_scale.js";
import { Sheet } from "./sheet.js";

/** @typedef {import("./colour_scale.js").ColourScale} ColourScale */

/**
 * Colour values into RGBA words.
 *
 * @param {ArrayLike<number>} values
 * @param {ColourScale} scale
 * @param {string} map
 * @param {Uint32Array} target
 */
function paintWords(values, scale, map, target) {
  const words = new Uint32Array(colourTable(map).buffer);
  const [none, under] = [wordOf(NAN_COLOUR), wordOf(UNDER_COLOUR)];
  for (let i = 0; i < target.length; i++) {
    const share = shareOf(scale, /** @type {number} */ (values[i]));
    if (share >= 0) target[i] = /** @type {number} */ (words[(share * (STEPS - 1) + 0.5) | 0]);
    else target[i] = share < 0 ? under : none;
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {import("./gl.js").Painter}
 */
export function canvasPainter(canvas) {
  const sheet = new Sheet(canvas);
  let key = "";
  /** @type {ArrayLike<number>} */
  let held = [];
  return {
    paint({ picture, span, scale, map, pixels }) {
      const { rows, columns, values } = picture;
      const wanted = JSON.stringify([scale, map, rows, columns]);
      if (values !== held || wanted !== key) {
        const words = new Uint32Array(sheet.pixelsFor(columns, rows).buffer);
        paintWords(values, scale, map, words);
        sheet.take();
        [held, key] = [values, wanted];
      }
      sheet.draw(span, pixels);
    },
    release() {},
  };
}
