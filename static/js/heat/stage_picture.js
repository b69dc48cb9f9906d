/** A picture with its scales and its colour bar on one canvas, for an image file. */

import { h } from "../page/element.js";
import { barTicks, drawBar } from "./colour_bar.js";

/**
 * @typedef {import("./stage_scale.js").EdgeTick} EdgeTick
 * @typedef {{scale: import("./colour_scale.js").ColourScale, map: string, unit: string}} Key
 * @typedef {{width: number, height: number}} Size
 *
 * @typedef {object} Parts
 * @property {HTMLCanvasElement[]} layers one above the other
 * @property {Size} css
 * @property {{left: EdgeTick[], bottom: EdgeTick[]}} ticks
 * @property {Key | null} key
 * @property {string} note
 */

const MARGIN = { left: 56, top: 14, right: 14, bottom: 48 };
const KEY = { gap: 18, bar: 14, labels: 84 };
const FONT = "12px monospace";
const TICK_PX = 5;
const LINE_PX = 9;

/**
 * @param {Parts} parts
 * @returns {HTMLCanvasElement}
 */
export function composePicture({ layers, css, ticks, key, note }) {
  const right = key ? KEY.gap + KEY.bar + KEY.labels : MARGIN.right;
  const size = {
    width: MARGIN.left + css.width + right,
    height: MARGIN.top + css.height + MARGIN.bottom,
  };
  const fine = Math.max(1, (layers[0]?.width ?? 1) / css.width);
  const { canvas, context, ink } = paper(size, fine);
  for (const layer of layers.filter(({ hidden }) => !hidden)) {
    context.drawImage(layer, MARGIN.left, MARGIN.top, css.width, css.height);
  }
  context.fillStyle = ink;
  drawEdges(context, css, ticks);
  context.textAlign = "left";
  context.fillText(note, MARGIN.left, size.height - LINE_PX);
  if (key) drawKey(context, css, key, ink);
  return canvas;
}

/**
 * A sheet of the screen's colour, and its ink.
 *
 * @param {Size} size
 * @param {number} fine pixels of the file for one of the screen
 */
function paper({ width, height }, fine) {
  const canvas = h("canvas", {
    width: Math.round(width * fine),
    height: Math.round(height * fine),
  });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const style = getComputedStyle(document.documentElement);
  context.scale(fine, fine);
  context.fillStyle = style.getPropertyValue("--screen");
  context.fillRect(0, 0, width, height);
  context.imageSmoothingEnabled = false;
  context.font = FONT;
  context.textBaseline = "middle";
  return { canvas, context, ink: style.getPropertyValue("--screen-ink") };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Size} css
 * @param {{left: EdgeTick[], bottom: EdgeTick[]}} ticks
 */
function drawEdges(context, css, { left, bottom }) {
  context.textAlign = "right";
  for (const { share, text } of left) {
    const y = MARGIN.top + share * css.height;
    context.fillRect(MARGIN.left - TICK_PX, y, TICK_PX, 1);
    context.fillText(text, MARGIN.left - TICK_PX - 4, y);
  }
  context.textAlign = "center";
  for (const { share, text } of bottom) {
    const x = MARGIN.left + share * css.width;
    context.fillRect(x, MARGIN.top + css.height, 1, TICK_PX);
    context.fillText(text, x, MARGIN.top + css.height + TICK_PX + LINE_PX);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Size} css
 * @param {Key} key
 * @param {string} ink
 */
function drawKey(context, css, { scale, map, unit }, ink) {
  const x = MARGIN.left + css.width + KEY.gap;
  drawBar(context, map, { x, y: MARGIN.top, width: KEY.bar, height: css.height });
  context.fillStyle = ink;
  for (const { share, text } of barTicks(scale)) {
    const y = MARGIN.top + (1 - share) * css.height;
    context.fillRect(x + KEY.bar, y, TICK_PX, 1);
    context.fillText(text, x + KEY.bar + TICK_PX + 4, y);
  }
  context.fillText(unit, x, MARGIN.top + css.height + TICK_PX + LINE_PX);
}
