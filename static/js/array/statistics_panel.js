/** Statistics of the whole array: a histogram a field, and figures with one column a field. */
import { h, need, setAttribute, setText } from "../page/element.js";
import { formatDuration, formatNumber, formatShare } from "../page/format.js";
import { HistogramFigure } from "./histogram.js";
import { isSampled } from "./histogram_model.js";

/**
 * @typedef {import("../page/types.js").Statistics} Statistics
 * @typedef {[string, string, (entry: Statistics) => string, ((entry: Statistics) => boolean)?]} Figure
 */

/** @type {Figure[]} */
const FIGURES = [
  ["min", "min", ({ min }) => formatNumber(min)],
  ["max", "max", ({ max }) => formatNumber(max)],
  ["mean", "mean", ({ mean }) => formatNumber(mean)],
  ["std", "std", ({ std }) => formatNumber(std)],
  ["count", "count", ({ count }) => String(count)],
  ["zeros", "zeros", ({ zeros }) => String(zeros)],
  ["nan", "NaN", ({ nan }) => String(nan), ({ nan }) => Number(nan) > 0],
  ["inf", "inf", ({ inf }) => String(inf), ({ inf }) => Number(inf) > 0],
];

/** @type {Figure[]} */
const SPREAD = [
  percentile("1", "1 %"),
  percentile("5", "5 %"),
  percentile("25", "25 %"),
  percentile("50", "median"),
  percentile("75", "75 %"),
  percentile("95", "95 %"),
  percentile("99", "99 %"),
  ["distinct", "distinct", ({ distinct }) => distinctText(distinct)],
];

/** @type {HistogramFigure[]} */
let histograms = [];

/** @param {Statistics[]} statistics */
export function showStatistics(statistics) {
  const root = need("#statistics");
  const key = JSON.stringify(statistics.map(({ field }) => field));
  if (root.dataset.key !== key) {
    root.dataset.key = key;
    histograms = statistics.map(({ field }) => new HistogramFigure(field));
    root.replaceChildren(...(statistics.length > 0 ? parts(statistics) : [none()]));
  }
  statistics.forEach((entry, column) => {
    histograms[column]?.show(entry);
    for (const [id, , read, stands] of [...FIGURES, ...SPREAD]) {
      const cell = need(`[data-figure="${id}"][data-column="${column}"]`, root);
      setText(cell, read(entry));
      setAttribute(cell, "data-mark", stands?.(entry) ? "odd" : null);
    }
  });
  setText(need("#statistics-note"), noteOf(statistics));
}

/**
 * @param {string} percent
 * @param {string} heading
 * @returns {Figure}
 */
function percentile(percent, heading) {
  const read = /** @param {Statistics} entry */ ({ percentiles }) =>
    formatNumber(percentiles?.[percent]);
  return [`p${percent}`, heading, read];
}

/** @param {Statistics["distinct"]} distinct */
function distinctText(distinct) {
  if (distinct === null) return formatNumber(null);
  return distinct.at_least ? `≥ ${distinct.count}` : String(distinct.count);
}

/** @param {Statistics[]} statistics */
function noteOf(statistics) {
  if (statistics.length === 0) return "";
  const coverage = Math.min(...statistics.map((entry) => entry.coverage));
  const age_s = Math.max(...statistics.map((entry) => entry.age_s));
  const scanned = coverage < 1 ? `${formatShare(coverage)} scanned, all over the array, ` : "";
  return `${scanned}${formatDuration(age_s)} old${sampleText(statistics)}`;
}

/** @param {Statistics[]} statistics */
function sampleText(statistics) {
  const sampled = statistics.filter(isSampled).map(({ sample }) => Number(sample));
  return sampled.length > 0 ? `, spread of a sample of ${Math.max(...sampled)}` : "";
}

function none() {
  return h("p", { class: "hint" }, "Nothing numeric to reckon with, or not scanned yet.");
}

/** @param {Statistics[]} statistics */
function parts(statistics) {
  const pictures = histograms.map(({ element }) => element);
  const names = statistics.map(({ field }) => field ?? "");
  return [
    h("div", { class: "histograms" }, ...pictures),
    h(
      "div",
      { class: "statistics-tables" },
      tableOf(FIGURES, names, "Statistics of the whole array", "statistics-table"),
      tableOf(
        SPREAD,
        names,
        "Percentiles, and how many different values there are",
        "spread-table",
      ),
    ),
  ];
}

/**
 * @param {Figure[]} figures
 * @param {string[]} names of the fields
 * @param {string} caption
 * @param {string} testid
 */
function tableOf(figures, names, caption, testid) {
  const plain = names.every((name) => name === "");
  const top = names.map((name) => h("th", { scope: "col" }, name));
  const lines = figures.map(([id, heading]) =>
    h("tr", {}, h("th", { scope: "row" }, heading), ...names.map((_, at) => figure(id, at))),
  );
  return h(
    "table",
    { class: "data figures", "data-testid": testid },
    h("caption", { class: "visually-hidden" }, caption),
    plain ? null : h("thead", {}, h("tr", {}, h("td"), ...top)),
    h("tbody", {}, ...lines),
  );
}

/**
 * @param {string} id
 * @param {number} column
 */
function figure(id, column) {
  return h("td", {
    class: "number",
    "data-figure": id,
    "data-column": column,
    "data-testid": `stat-${id}`,
  });
}
