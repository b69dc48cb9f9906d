/** The plot of a view of lines, with its legend; made anew where other traces are drawn. */
import { h } from "../page/element.js";
import { formatTick } from "../page/format.js";
import { heldKey, traceKey } from "../plot/legend.js";
import { plotPicture } from "../plot/picture.js";
import { Plot } from "../plot/plot.js";
import { indexOf } from "../values/viewport.js";
import { indexTicks, plotRange } from "./across.js";
import { acrossOf, lineAxes } from "./axes.js";

/**
 * @typedef {import("./view.js").Shown} Shown
 *
 * @typedef {object} LinePlotDeeds
 * @property {(element: number | null, curve: number) => void} cursor
 * @property {() => void} resized
 */

export class LinePlot {
  /** @type {Plot | null} */
  #plot = null;
  #labels = "";
  #legend = "";
  /** @type {import("../values/types.js").Schema | null} */
  #schema = null;

  /**
   * @param {HTMLElement} area
   * @param {LinePlotDeeds} deeds
   */
  constructor(area, deeds) {
    this.area = area;
    this.deeds = deeds;
    this.keys = h("ul", { class: "legend on-screen" });
    this.choice = h("div", { class: "line-choice", hidden: true });
  }

  /**
   * @param {Shown} shown
   * @param {import("./y_scale.js").YScale} y
   * @param {import("./overlays.js").LineOverlays} overlays
   */
  draw({ schema, lines, options }, y, overlays) {
    this.#schema = schema;
    const labels = lines.traces.map(({ label }) => label);
    this.#plotFor(labels).draw({
      x: lines.x,
      curves: lines.traces,
      across: plotRange(acrossOf(schema, options.viewport)),
      y,
      held: overlays.drawings,
      marks: lines.marks,
    });
    this.#showKeys(
      labels,
      overlays.held.map(({ label }) => label),
    );
  }

  /** @param {string[]} labels */
  #plotFor(labels) {
    const key = JSON.stringify(labels);
    if (this.#plot && this.#labels === key) return this.#plot;
    this.#plot?.unmount();
    this.#labels = key;
    this.#plot = new Plot(this.area, {
      labels,
      ticks: (range, fitting) => this.#ticks(range, fitting),
      formatX: (place) => this.#indexText(place),
      formatY: formatTick,
      onCursor: this.deeds.cursor,
      onResize: this.deeds.resized,
    });
    this.#plot.over.append(this.choice);
    return this.#plot;
  }

  /**
   * @param {import("../views/types.js").Range} range
   * @param {number} fitting
   */
  #ticks(range, fitting) {
    if (!this.#schema) return [];
    const axis = this.#schema.selected[lineAxes(this.#schema).across];
    return axis ? indexTicks(axis, range, fitting) : [];
  }

  /** @param {number} place */
  #indexText(place) {
    if (!this.#schema) return "";
    return String(indexOf(this.#schema, lineAxes(this.#schema).across, Math.round(place)));
  }

  /**
   * @param {string[]} labels
   * @param {string[]} held
   */
  #showKeys(labels, held) {
    const key = JSON.stringify([labels, held]);
    if (key === this.#legend) return;
    this.#legend = key;
    const named = labels.length > 1 || held.length > 0 ? labels : [];
    const keys = named.map((label, i) => traceKey(label || "now", i));
    this.keys.replaceChildren(...keys, ...held.map((label) => heldKey(label)));
  }

  get width_px() {
    return this.#plot?.width_px ?? 0;
  }

  /** @param {number} clientX */
  shareAt(clientX) {
    return this.#plot?.shareAt(clientX) ?? 0;
  }

  /** @param {number | null} element */
  pointAt(element) {
    this.#plot?.pointAt(element);
  }

  /**
   * Mark what is being chosen.
   *
   * @param {number} from
   * @param {number} to shares of the width; the same one for nothing
   */
  mark(from, to) {
    this.choice.hidden = from === to;
    this.choice.style.left = `${from * 100}%`;
    this.choice.style.width = `${(to - from) * 100}%`;
  }

  /** @param {string} caption */
  picture(caption) {
    if (!this.#plot) return null;
    return plotPicture(this.#plot, this.#plot.options.labels.filter(Boolean), caption);
  }

  unmount() {
    this.#plot?.unmount();
  }
}
