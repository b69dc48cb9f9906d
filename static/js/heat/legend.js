/** What stands beside a heat map: the colour scale and its ends, what lies outside of it. */

import { h, setText } from "../page/element.js";
import { formatTick } from "../page/format.js";
import { RangeInputs } from "../values/range_inputs.js";
import { NAN_COLOUR, UNDER_COLOUR } from "./colormap.js";
import { ColourBar } from "./colour_bar.js";
import { histogramOf, sampleWithin } from "./seen_values.js";

/**
 * @typedef {import("./colour_scale.js").ColourScale} ColourScale
 * @typedef {import("./seen_values.js").SeenExtent} SeenExtent
 *
 * @typedef {object} Legend what a legend is told of a picture
 * @property {ArrayLike<number>} values
 * @property {import("./seen_values.js").Rectangle} rectangle what of them is seen
 * @property {SeenExtent} extent
 * @property {ColourScale} scale
 * @property {string} map
 * @property {string} unit
 * @property {boolean} held
 */

const SAMPLE = 1 << 16;
/** The histogram is renewed four times a second: a person reads it, and it costs a millisecond. */
const EVERY_MS = 250;

export class HeatLegend {
  #countedAt_ms = Number.NEGATIVE_INFINITY;
  #key = "";

  /**
   * @param {HTMLElement} root
   * @param {(range: import("../views/types.js").Range | null) => void} hold
   */
  constructor(root, hold) {
    this.bar = new ColourBar();
    this.ends = new RangeInputs(hold);
    this.unit = h("span", { class: "bar-unit", "data-testid": "heat-unit" });
    this.note = h("p", { class: "bar-note", "data-testid": "heat-scale" });
    this.nan = oddLine(NAN_COLOUR, "heat-nan");
    this.under = oddLine(UNDER_COLOUR, "heat-under");
    this.beyond = h("p", { class: "bar-note", "data-testid": "heat-beyond" });
    const { top, bottom, auto } = this.ends;
    root.append(this.unit, top, this.bar.root, bottom, auto, this.note);
    root.append(this.nan.root, this.under.root, this.beyond);
  }

  /**
   * @param {Legend} legend
   * @param {number} now_ms
   */
  show(legend, now_ms) {
    const { scale, map, unit, held, extent } = legend;
    this.bar.show(scale, map);
    this.ends.show(scale, held);
    setText(this.unit, unit);
    setText(this.note, scaleNote(scale));
    showOdd(this.nan, extent.nan, "NaN");
    const key = JSON.stringify([scale, legend.rectangle]);
    // A scale in motion is not waited for, and a frame is not worth the counting.
    if (now_ms - this.#countedAt_ms < EVERY_MS && (key === this.#key || !held)) return;
    [this.#countedAt_ms, this.#key] = [now_ms, key];
    this.#count(legend);
  }

  /** @param {Legend} legend */
  #count({ values, rectangle, scale, extent }) {
    const sample = sampleWithin(values, rectangle, SAMPLE);
    const { counts, below, above } = histogramOf(sample, scale);
    this.bar.showBins(counts);
    const finite = extent.count - extent.nan - extent.inf;
    const part = sample.length === 0 ? 1 : finite / sample.length;
    const placeless = scale.kind === "log" ? sample.reduce((n, v) => n + (v <= 0 ? 1 : 0), 0) : 0;
    showOdd(this.under, Math.round(placeless * part), "≤ 0", part > 1);
    setText(this.beyond, beyondText(extent.inf, (below - placeless) * part, above * part, part));
  }
}

/**
 * @param {number} inf
 * @param {number} below
 * @param {number} above
 * @param {number} part above 1 where the counts are estimates
 */
function beyondText(inf, below, above, part) {
  const about = part > 1 ? "≈ " : "";
  const counts = [
    inf > 0 ? `${inf} inf` : "",
    below > 0 ? `${about}${Math.round(below)} below` : "",
    above > 0 ? `${about}${Math.round(above)} above` : "",
  ];
  return counts.filter(Boolean).join(", ");
}

/** @param {ColourScale} scale */
export function scaleNote({ kind, threshold }) {
  if (kind === "linear") return "";
  return kind === "log"
    ? "log"
    : `symlog, linear to ±${formatTick(Number(threshold.toPrecision(2)))}`;
}

/**
 * @param {number[]} colour
 * @param {string} testid
 */
function oddLine(colour, testid) {
  const swatch = h("span", { class: "swatch" });
  swatch.style.background = `rgb(${colour.join(" ")})`;
  const count = h("span", { "data-testid": testid });
  return { root: h("p", { class: "bar-odd", hidden: true }, swatch, count), count };
}

/**
 * @param {{root: HTMLElement, count: HTMLElement}} line
 * @param {number} count
 * @param {string} what
 * @param {boolean} [about] whether it is an estimate
 */
function showOdd(line, count, what, about = false) {
  line.root.hidden = count === 0;
  setText(line.count, count === 0 ? "" : `${about ? "≈ " : ""}${count} ${what}`);
}
