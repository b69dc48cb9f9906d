/** The elements of a stage, one within the other. */
import { h, rem_px } from "../page/element.js";
import { fitBox } from "./picture_model.js";

/** @typedef {{x: number, y: number, width: number, height: number}} Box in pixels */

/** No canvas is larger, however large and fine the screen. */
const MOST_PIXELS = 2048;
const MARGIN_REM = { left: 3.4, bottom: 1.8 };
const HELP =
  "Picture; arrow keys read out an element, plus and minus zoom, 0 shows all, " +
  "Control and arrow keys move, w watches";

export function stageParts() {
  const canvas = freshCanvas();
  const overlay = h("canvas", { class: "stage-overlay", "aria-hidden": "true", hidden: true });
  const frame = h("div", { class: "stage", role: "group", tabindex: 0, "aria-label": HELP });
  frame.append(canvas, overlay);
  const left = h("div", { class: "scale scale-left", "aria-hidden": "true" });
  const bottom = h("div", { class: "scale scale-bottom", "aria-hidden": "true" });
  const area = h("div", { class: "stage-area" }, frame, left, bottom);
  return { canvas, overlay, frame, left, bottom, area };
}

export function freshCanvas() {
  return h("canvas", { "data-testid": "values-canvas", role: "img" });
}

/**
 * Where a picture and its scales stand within their area.
 *
 * @param {HTMLElement} area
 * @param {{rows: number, columns: number}} size
 * @returns {{frame: Box, left: Box, bottom: Box}}
 */
export function boxesOf({ clientWidth, clientHeight }, { rows, columns }) {
  const rem = rem_px();
  const margin = {
    left: Math.round(MARGIN_REM.left * rem),
    bottom: Math.round(MARGIN_REM.bottom * rem),
  };
  const room = { width: clientWidth - margin.left, height: clientHeight - margin.bottom };
  const { width, height } = fitBox(columns, rows, room);
  const x = margin.left + Math.max(0, Math.floor((room.width - width) / 2));
  const y = Math.max(0, Math.floor((room.height - height) / 2));
  return {
    frame: { x, y, width, height },
    left: { x: x - margin.left, y, width: margin.left, height },
    bottom: { x, y: y + height, width, height: margin.bottom },
  };
}

/**
 * How many pixels a canvas of a size has.
 *
 * @param {number} width
 * @param {number} height
 */
export function pixelsOf(width, height) {
  const fine = Math.min(devicePixelRatio, MOST_PIXELS / Math.max(width, height));
  return { width: Math.round(width * fine), height: Math.round(height * fine) };
}

/**
 * Put an element into its place, in pixels.
 *
 * @param {HTMLElement} element
 * @param {Box} box
 */
export function place({ style }, { x, y, width, height }) {
  style.left = `${x}px`;
  style.top = `${y}px`;
  style.width = `${Math.max(1, width)}px`;
  style.height = `${Math.max(1, height)}px`;
}
