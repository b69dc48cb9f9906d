/** One watch: what it is, its newest value in large, and its trace. */

import { scaleOver } from "../line/y_scale.js";
import { h, setAttribute, setText } from "../page/element.js";
import { formatTick } from "../page/format.js";
import { extentOf } from "../page/scaling.js";
import { Plot } from "../plot/plot.js";
import { spanTicks } from "./time_span.js";
import { latestText, watchText, watchTrace } from "./watch_model.js";

/**
 * @typedef {import("../page/types.js").Watch} Watch
 * @typedef {import("./time_span.js").TimeSpan} TimeSpan
 */

const Y_DIVISIONS = 3;
/** Plots of the page that share a time axis share their cursor. */
export const TIME_SYNC = "time";

export class WatchRow {
  /** @type {import("../line/y_scale.js").YScale | null} */
  #y = null;
  /** @type {Plot | null} */
  #plot = null;

  /**
   * @param {Watch} watch
   * @param {number} channel of its trace, from 0
   * @param {() => void} onRemove
   */
  constructor(watch, channel, onRemove) {
    this.channel = channel;
    /** @type {TimeSpan | null} */
    this.span = null;
    this.latest = h("span", { class: "watch-latest", "data-testid": "watch-latest" });
    this.problem = h("p", { class: "watch-problem", "data-testid": "watch-problem", hidden: true });
    this.area = h("div", { class: "plot", role: "img", "data-testid": "watch-plot" });
    this.root = h(
      "li",
      { class: "watch", "data-testid": "watch", "data-watch": watch.number },
      h("div", { class: "watch-head" }, ...this.#head(watch, onRemove)),
      h("div", { class: "screen live watch-screen" }, this.area),
    );
  }

  /**
   * @param {Watch} watch
   * @param {() => void} onRemove
   */
  #head({ label }, onRemove) {
    const name = `Remove the trace of ${label}`;
    const remove = h("button", { type: "button", "aria-label": name, title: name }, "×");
    setAttribute(remove, "data-testid", "watch-remove");
    remove.addEventListener("click", onRemove);
    const title = h("h3", { class: "watch-label", "data-testid": "watch-label" }, label);
    return [title, remove, this.latest, this.problem];
  }

  /**
   * @param {Watch} watch
   * @param {TimeSpan} span
   */
  update(watch, span) {
    const { time_s, values } = watchTrace(watch, span);
    this.span = span;
    const { lo, hi } = extentOf(values.map((value) => value ?? Number.NaN));
    this.#y = scaleOver(this.#y, { lo, hi, positive: hi }, "linear", Y_DIVISIONS);
    this.#plot ??= this.#newPlot(watch.label);
    this.#plot.draw({
      x: time_s,
      curves: [{ low: values, high: null }],
      across: { lo: -span.span_s, hi: 0 },
      y: this.#y,
    });
    setText(this.latest, latestText(watch));
    this.problem.hidden = watch.problem === null;
    setText(this.problem, watch.problem ?? "");
    setAttribute(this.area, "aria-label", watchText(watch, values, span));
  }

  /** @param {string} label */
  #newPlot(label) {
    return new Plot(this.area, {
      labels: [label],
      channel: this.channel,
      plain: true,
      ticks: (_, fitting) => (this.span ? spanTicks(this.span, fitting) : []),
      formatX: null,
      formatY: formatTick,
      sync: TIME_SYNC,
    });
  }

  unmount() {
    this.#plot?.unmount();
    this.root.remove();
  }
}
