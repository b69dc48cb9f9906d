/** A plot with its legend as a picture of its own. */
import { rem_px } from "../page/element.js";
import { Ink, traceStyle } from "./trace_style.js";

const LINE_REM = 1.6;
const KEY_REM = 2;
const TEXT_REM = 0.85;

/**
 * @param {import("./plot.js").Plot} plot
 * @param {string[]} labels of the traces; none for a single line
 * @param {string} caption
 */
export function plotPicture({ canvas, root }, labels, caption) {
  const ink = new Ink(root);
  const rem = rem_px() * devicePixelRatio;
  const lines = labels.length + 1;
  const picture = document.createElement("canvas");
  picture.width = canvas.width;
  picture.height = Math.round(canvas.height + (lines + 0.5) * LINE_REM * rem);
  const context = picture.getContext("2d");
  if (!context) return picture;
  context.fillStyle = ink.colour("--screen");
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(canvas, 0, 0);
  context.font = ink.mono(TEXT_REM * rem);
  context.textBaseline = "middle";
  const at = (/** @type {number} */ line) => canvas.height + (line + 0.5) * LINE_REM * rem;
  context.fillStyle = ink.colour("--screen-ink");
  context.fillText(caption, rem, at(0));
  for (const [index, label] of labels.entries()) {
    drawKey(context, ink, label, index, at(index + 1), rem);
  }
  return picture;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Ink} ink
 * @param {string} label
 * @param {number} index
 * @param {number} top
 * @param {number} rem
 */
function drawKey(context, ink, label, index, top, rem) {
  context.strokeStyle = ink.trace(index);
  context.lineWidth = 2 * devicePixelRatio;
  context.setLineDash(traceStyle(index).dash.map((length) => length * devicePixelRatio));
  context.beginPath();
  context.moveTo(rem, top);
  context.lineTo(rem + KEY_REM * rem, top);
  context.stroke();
  context.fillText(label, (1.5 + KEY_REM) * rem, top);
}
