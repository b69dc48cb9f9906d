/** Writes per second over the last five minutes, a trace a writer. */
import { h, need, setText } from "./element.js";
import { formatRate, formatTick } from "./format.js";
import { HISTORY_S, historyTraces, latest } from "./history.js";
import { CHANNELS, Plot } from "./plot.js";
import { traceKey } from "./plot_legend.js";
import { extentOf, steadyDivisions } from "./scaling.js";

const Y_DIVISIONS = 4;
/** More lines than colours and dashes can tell apart are not drawn. */
const MOST_TRACES = CHANNELS * 2;
const MINUTES = [5, 4, 3, 2, 1, 0];

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
    this.#prepare(shown);
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
      setText(need("[data-rate]", this.legend.children[i]), formatRate(latest(trace)));
    });
    this.area.setAttribute("aria-label", `Writes per second: now ${formatRate(row.writes_per_s)}`);
  }

  /** @param {import("./history.js").Trace[]} traces */
  #prepare(traces) {
    const key = JSON.stringify(traces.map(({ label, pid }) => [label, pid]));
    if (key === this.#key) return;
    this.#key = key;
    this.#plot?.unmount();
    this.#plot = new Plot(this.area, {
      labels: traces.map(({ label }) => label),
      xTicks: MINUTES.map((minutes) => -60 * minutes),
      formatX: (seconds) => (seconds === 0 ? "now" : `-${-seconds / 60} min`),
      formatY: formatTick,
    });
    this.legend.replaceChildren(...traces.map(keyOf));
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
