/** Writes, or changes that were seen, per second, over a span of time. */

import { scaleOver } from "../line/y_scale.js";
import { atLeast, paceOf } from "../overview/pace.js";
import { h, need, setText } from "../page/element.js";
import { formatRate, formatTick } from "../page/format.js";
import { extentOf } from "../page/scaling.js";
import { traceKey } from "../plot/legend.js";
import { Plot } from "../plot/plot.js";
import { CHANNELS } from "../plot/trace_style.js";
import { historyTraces, latest } from "./history.js";
import { FIVE_MINUTES, formatPast, spanTicks } from "./time_span.js";
import { TIME_SYNC } from "./watch_row.js";

const Y_DIVISIONS = 4;
/** More lines than colours and dashes can tell apart are not drawn. */
const MOST_TRACES = CHANNELS * 2;
const HEADINGS = {
  writes: "Writes per second",
  changes: "Changes per second, at least",
};
/** Changes have a channel of their own, so that they are not taken for writes. */
const CHANGES_CHANNEL = 2;

export class HistoryPanel {
  /** @type {Plot | null} */
  #plot = null;
  #key = "";
  /** @type {import("../line/y_scale.js").YScale | null} */
  #y = null;
  #span = FIVE_MINUTES;

  constructor() {
    this.root = need("#history");
    this.legend = need("#history-legend");
    this.area = h("div", { class: "plot", role: "img" });
    this.root.append(this.area);
  }

  /**
   * @param {Pick<import("../page/types.js").ArrayBody, "history" | "row">} body
   * @param {import("./time_span.js").TimeSpan} span
   */
  update({ history, row }, span) {
    const { time_s, traces } = historyTraces(history, row.writers);
    const shown = traces.slice(0, MOST_TRACES);
    const heading = HEADINGS[history.counts];
    this.#span = span;
    this.#prepare(shown, history.counts === "changes" ? CHANGES_CHANNEL : 0);
    this.#draw(time_s, shown);
    shown.forEach((trace, i) => {
      const rate = history.counts === "changes" ? atLeast : formatRate;
      setText(need("[data-rate]", this.legend.children[i]), rate(latest(trace)));
    });
    setText(need("#rates-title"), `${heading}, ${span.words}`);
    this.area.setAttribute("aria-label", `${heading}: now ${paceOf(row).rate}`);
  }

  /**
   * @param {number[]} time_s
   * @param {import("./history.js").Trace[]} traces
   */
  #draw(time_s, traces) {
    const { span_s } = this.#span;
    const first = time_s.findIndex((time) => time >= -span_s);
    const seen = traces.map(({ values }) => extentOf(values.slice(first).map(Number)).hi);
    const reach = { lo: 0, hi: Math.max(...seen, 1), positive: 1 };
    this.#y = scaleOver(this.#y, reach, "linear", Y_DIVISIONS);
    this.#plot?.draw({
      x: time_s,
      curves: traces.map(({ values }) => ({ low: values, high: null })),
      across: { lo: -span_s, hi: 0 },
      y: this.#y,
    });
  }

  /**
   * @param {import("./history.js").Trace[]} traces
   * @param {number} channel of the first, from 0
   */
  #prepare(traces, channel) {
    const key = JSON.stringify([channel, traces.map(({ label, pid }) => [label, pid])]);
    if (key === this.#key) return;
    this.#key = key;
    this.#plot?.unmount();
    this.#plot = new Plot(this.area, {
      labels: traces.map(({ label }) => label),
      channel,
      ticks: (_, fitting) => spanTicks(this.#span, fitting),
      formatX: (time_s) => formatPast(this.#span, time_s),
      formatY: formatTick,
      sync: TIME_SYNC,
    });
    this.legend.replaceChildren(...traces.map((trace, i) => keyOf(trace, channel + i)));
  }
}

/**
 * @param {import("./history.js").Trace} trace
 * @param {number} index
 */
function keyOf({ label, pid }, index) {
  const process = pid === null ? null : h("span", { class: "key-pid" }, `pid ${pid}`);
  return traceKey(label, index, process, h("span", { class: "key-rate", "data-rate": "" }));
}
