/** Exact numbers written into the elements of a picture, where these are large enough. */

import { cellWriter } from "../grid/cell_text.js";
import { formatNumber } from "../page/format.js";
import { colourOf, isLight } from "./colormap.js";
import { shareOf } from "./colour_scale.js";
import { fitCanvas } from "./gl.js";

/**
 * @typedef {import("./seen_values.js").Rectangle} Rectangle
 *
 * @typedef {object} Cells
 * @property {import("./values.js").Coloured["cells"]} cells what is written
 * @property {ArrayLike<number>} drawn one number an element, what the colour is taken by
 * @property {import("./colour_scale.js").ColourScale} scale
 * @property {string} map
 * @property {Rectangle} rectangle what is seen
 * @property {import("./stage.js").Span} span of the whole frame
 * @property {{rows: number, columns: number}} size of the frame
 * @property {number[] | null} reduced
 * @property {string} format
 * @property {{width: number, height: number}} css size of the stage
 */

const LEAST = { width: 36, height: 16 };
const MOST_CELLS = 4000;
const FONT_PX = { least: 10, most: 15 };
/** Letters that a number should have room for, before its digits grow taller. */
const USUAL_LETTERS = 7;
/** The width of a letter of a monospaced font, as a part of its height. */
const LETTER = 0.61;
const MARGIN_PX = 3;
const DARK = "#101413";
const LIGHT = "#ffffff";

/**
 * The size of an element on the screen, if numbers go into it; null where they do not.
 *
 * @param {Pick<Cells, "rectangle" | "span" | "size" | "reduced" | "css">} cells
 */
export function cellSize({ rectangle, span, size, reduced, css }) {
  const { top, bottom, left, right } = rectangle;
  const width = ((span.right - span.left) * css.width) / size.columns;
  const height = ((span.bottom - span.top) * css.height) / size.rows;
  const exact = reduced === null || reduced.every((factor) => factor === 1);
  const few = (bottom - top) * (right - left) <= MOST_CELLS;
  return exact && few && width >= LEAST.width && height >= LEAST.height ? { width, height } : null;
}

/**
 * The longest text of a number that fits; empty where none does. A whole number is not rounded.
 *
 * @param {string} exact
 * @param {number} value
 * @param {number} letters
 */
export function fittingText(exact, value, letters) {
  if (exact.length <= letters) return exact;
  const digits = Number.isSafeInteger(value) ? [6] : [6, 4, 3, 2];
  const shorter = digits.map((count) => formatNumber(value, count));
  return shorter.find((text) => text.length <= letters) ?? "";
}

/**
 * @param {HTMLCanvasElement} canvas over the picture
 * @param {Cells} cells
 * @returns {boolean} whether there are numbers
 */
export function drawNumbers(canvas, cells) {
  const size = cellSize(cells);
  canvas.hidden = size === null;
  const context = size && canvas.getContext("2d");
  if (!size || !context) return false;
  const fine = devicePixelRatio;
  const { width, height } = cells.css;
  fitCanvas(canvas, { width: Math.round(width * fine), height: Math.round(height * fine) });
  context.setTransform(fine, 0, 0, fine, 0, 0);
  context.clearRect(0, 0, width, height);
  writeCells(context, cells, size);
  return true;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Cells} cells
 * @param {{width: number, height: number}} size
 */
function writeCells(context, cells, size) {
  const { rectangle, span, css } = cells;
  const room_px = size.width - 2 * MARGIN_PX;
  const fitting_px = Math.min(size.height * 0.45, room_px / (USUAL_LETTERS * LETTER));
  const font_px = Math.min(FONT_PX.most, Math.max(FONT_PX.least, fitting_px));
  const letters = Math.floor(room_px / (font_px * LETTER));
  context.font = `${font_px}px ${getComputedStyle(context.canvas).fontFamily}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const write = cellWriter(cells.cells, cells.format === "auto" ? "full" : cells.format);
  for (let row = rectangle.top; row < rectangle.bottom; row++) {
    const y = span.top * css.height + (row + 0.5) * size.height;
    for (let column = rectangle.left; column < rectangle.right; column++) {
      const x = span.left * css.width + (column + 0.5) * size.width;
      writeCell(context, cells, write, row * rectangle.stride + column, { x, y, letters });
    }
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Cells} cells
 * @param {import("../grid/cell_text.js").Writer} write
 * @param {number} index
 * @param {{x: number, y: number, letters: number}} at
 */
function writeCell(context, { cells, drawn, scale, map }, write, index, { x, y, letters }) {
  const value = Number(drawn[index]);
  const text = fittingText(write(cells.values, index).text, value, letters);
  context.fillStyle = isLight(colourOf(shareOf(scale, value), map)) ? DARK : LIGHT;
  context.fillText(text, x, y);
}
