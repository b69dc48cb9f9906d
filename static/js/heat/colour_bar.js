/** A colour scale as a bar with ticks, and beside it how the values on the screen lie on it. */

import { h } from "../page/element.js";
import { formatTick } from "../page/format.js";
import { colourAt } from "./colormap.js";
import { scaleTicks } from "./colour_scale.js";
import { BINS } from "./seen_values.js";

/** @typedef {import("./colour_scale.js").ColourScale} ColourScale */

const TICKS = 6;
const SHADES = 256;
/** Where a bin is less than a pixel long it is still seen. */
const SHORTEST = 0.02;

/**
 * @param {ColourScale} scale
 * @returns {{share: number, text: string}[]}
 */
export function barTicks(scale) {
  return scaleTicks(scale, TICKS).map(({ share, value }) => ({ share, text: formatTick(value) }));
}

/**
 * Draw a bar, its foot at the bottom.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {string} map
 * @param {{x: number, y: number, width: number, height: number}} box
 */
export function drawBar(context, map, { x, y, width, height }) {
  const shade = height / SHADES;
  for (let i = 0; i < SHADES; i++) {
    context.fillStyle = `rgb(${colourAt(1 - i / (SHADES - 1), map).join(" ")})`;
    context.fillRect(x, y + i * shade, width, shade + 0.5);
  }
}

export class ColourBar {
  #map = "";
  #ticks = "";

  constructor() {
    this.shades = h("canvas", { class: "bar-colours", width: 1, height: SHADES });
    this.bins = h("canvas", { class: "bar-bins", width: BINS, height: BINS });
    this.marks = h("div", { class: "bar-ticks" });
    this.root = h("div", { class: "bar", "aria-hidden": "true" });
    this.root.append(this.bins, this.shades, this.marks);
  }

  /**
   * @param {ColourScale} scale
   * @param {string} map
   */
  show(scale, map) {
    const context = this.shades.getContext("2d");
    if (context && map !== this.#map) {
      drawBar(context, map, { x: 0, y: 0, width: 1, height: SHADES });
      this.#map = map;
    }
    const key = JSON.stringify(scale);
    if (key === this.#ticks) return;
    this.#ticks = key;
    this.marks.replaceChildren(...barTicks(scale).map(mark));
  }

  /** @param {Uint32Array} counts one a bin, the lowest first */
  showBins(counts) {
    const context = this.bins.getContext("2d");
    if (!context) return;
    const largest = Math.max(1, ...counts);
    context.clearRect(0, 0, BINS, BINS);
    context.fillStyle = getComputedStyle(this.root).color;
    for (const [i, count] of counts.entries()) {
      const length = count === 0 ? 0 : Math.max(SHORTEST, count / largest) * BINS;
      context.fillRect(BINS - length, BINS - 1 - i, length, 1);
    }
  }
}

/** @param {{share: number, text: string}} tick */
function mark({ share, text }) {
  const element = h("span", { class: "bar-tick" }, text);
  element.style.bottom = `${share * 100}%`;
  return element;
}
