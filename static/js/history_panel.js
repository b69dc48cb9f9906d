/** Writes, or changes that were seen, per second over the last five minutes. */
import { h, need, setText } from "./element.js";
import { formatRate, formatTick } from "./format.js";
import { HISTORY_S, historyTraces, latest } from "./history.js";
import { atLeast, paceOf } from "./pace.js";
import { CHANNELS, Plot } from "./plot.js";
import { traceKey } from "./plot_legend.js";
import { extentOf, steadyDivisions } from "./scaling.js";

const Y_DIVISIONS = 4;
/** More lines than colours and dashes can tell apart are not drawn. */
const MOST_TRACES = CHANNELS * 2;
const MINUTES = [5, 4, 3, 2, 1, 0];
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
  /** @type {import("./scaling.js").Divisions | null} */
  #divisions = null;

  constructor() {
    this.root = need("#history");
    this.legend = need("#history-legend");
    this.area = h("div", { class: "plot", role: "img" });
    this.root.append(this.area);
  }

  /** @param {import("./types.js").ArrayBody} body */
  update({ history, row }) {
    const { time_s, traces } = historyTraces(history, row.writers);
    const shown = traces.slice(0, MOST_TRACES);
    const heading = HEADINGS[history.counts];
    this.#prepare(shown, history.counts === "changes" ? CHANGES_CHANNEL : 0);
    const highest = Math.max(...shown.map(({ values }) => extentOf(values.map(Number)).hi), 1);
    this.#divisions = steadyDivisions(this.#divisions, { lo: 0, hi: highest }, Y_DIVISIONS);
    const x = { lo: -HISTORY_S, hi: 0 };
    this.#plot?.draw(
      time_s,
      shown.map(({ values }) => values),
      x,
      this.#divisions,
    );
    shown.forEach((trace, i) => {
      const rate = history.counts === "changes" ? atLeast : formatRate;
      setText(need("[data-rate]", this.legend.children[i]), rate(latest(trace)));
    });
    setText(need("#rates-title"), `${heading}, last five minutes`);
    this.area.setAttribute("aria-label", `${heading}: now ${paceOf(row).rate}`);
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
      xTicks: MINUTES.map((minutes) => -60 * minutes),
      formatX: (seconds) => (seconds === 0 ? "now" : `-${-seconds / 60} min`),
      formatY: formatTick,
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
