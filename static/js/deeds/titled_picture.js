/** A picture of what is on the screen with a title above it, for an image file. */
import { rem_px } from "../page/element.js";

const NAME_REM = 1.15;
const FACTS_REM = 0.9;
const LINE = 1.5;
/** Between the facts of a title. */
const SEPARATOR = "  ·  ";
const EDGE_REM = 0.8;
/** A picture that is smaller is set in the middle, so that its title has room. */
const LEAST_WIDTH_REM = 36;

/**
 * @param {HTMLCanvasElement} picture
 * @param {{name: string, facts: string[]}} title
 * @returns {HTMLCanvasElement}
 */
export function titled(picture, { name, facts }) {
  const rem = rem_px() * devicePixelRatio;
  const style = getComputedStyle(document.documentElement);
  const canvas = document.createElement("canvas");
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const edge = Math.round(EDGE_REM * rem);
  const fonts = fontsOf(style, rem);
  const width = Math.round(Math.max(picture.width, LEAST_WIDTH_REM * rem));
  context.font = fonts.facts;
  const lines = wrapped(facts, width, (text) => context.measureText(text).width);
  const step = Math.round(FACTS_REM * LINE * rem);
  const top = Math.round(NAME_REM * LINE * rem) + lines.length * step + edge;
  canvas.width = width + 2 * edge;
  canvas.height = edge + top + picture.height + edge;
  context.fillStyle = style.getPropertyValue("--screen");
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.textBaseline = "top";
  context.fillStyle = style.getPropertyValue("--screen-ink");
  context.font = fonts.name;
  context.fillText(name, edge, edge, width);
  context.font = fonts.facts;
  lines.forEach((line, i) => {
    context.fillText(line, edge, Math.round(edge + NAME_REM * LINE * rem) + i * step, width);
  });
  context.drawImage(picture, edge + Math.floor((width - picture.width) / 2), edge + top);
  return canvas;
}

/**
 * @param {CSSStyleDeclaration} style
 * @param {number} rem
 */
function fontsOf(style, rem) {
  const name = `600 ${NAME_REM * rem}px ${style.getPropertyValue("--narrow")}`;
  return { name, facts: `${FACTS_REM * rem}px ${style.getPropertyValue("--mono")}` };
}

/**
 * Facts in lines that are no wider than they may be.
 *
 * @param {string[]} facts
 * @param {number} width
 * @param {(text: string) => number} measure
 */
export function wrapped(facts, width, measure) {
  /** @type {string[]} */
  const lines = [];
  for (const fact of facts) {
    const longer = lines.length > 0 ? `${lines.at(-1)}${SEPARATOR}${fact}` : fact;
    if (lines.length > 0 && measure(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(fact);
  }
  return lines;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<Blob>}
 */
export function pngOf(canvas) {
  return new Promise((done, fail) => {
    canvas.toBlob((blob) => {
      if (blob) done(blob);
      else fail(new Error("the browser could not make a picture"));
    }, "image/png");
  });
}
