/** Statistics of the whole array: one column a field, one row a figure. */
import { h, need, setAttribute, setText } from "./element.js";
import { formatDuration, formatNumber, formatShare } from "./format.js";

/** @typedef {import("./types.js").Statistics} Statistics */

/** @type {[string, string, (entry: Statistics) => string, ((entry: Statistics) => boolean)?][]} */
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

/** @param {Statistics[]} statistics */
export function showStatistics(statistics) {
  const root = need("#statistics");
  const key = JSON.stringify(statistics.map(({ field }) => field));
  if (root.dataset.key !== key) {
    root.dataset.key = key;
    root.replaceChildren(statistics.length > 0 ? tableOf(statistics) : none());
  }
  statistics.forEach((entry, column) => {
    for (const [id, , read, stands] of FIGURES) {
      const cell = need(`[data-figure="${id}"][data-column="${column}"]`, root);
      setText(cell, read(entry));
      setAttribute(cell, "data-mark", stands?.(entry) ? "odd" : null);
    }
  });
  setText(need("#statistics-note"), noteOf(statistics));
}

/** @param {Statistics[]} statistics */
function noteOf(statistics) {
  if (statistics.length === 0) return "";
  const coverage = Math.min(...statistics.map((entry) => entry.coverage));
  const age_s = Math.max(...statistics.map((entry) => entry.age_s));
  const scanned = coverage < 1 ? `${formatShare(coverage)} scanned, ` : "";
  return `${scanned}${formatDuration(age_s)} old`;
}

function none() {
  return h("p", { class: "hint" }, "Nothing numeric to reckon with, or not scanned yet.");
}

/** @param {Statistics[]} statistics */
function tableOf(statistics) {
  const names = statistics.map(({ field }) => field ?? "");
  const plain = names.every((name) => name === "");
  const top = names.map((name) => h("th", { scope: "col" }, name));
  const lines = FIGURES.map(([id, heading]) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, heading),
      ...names.map((_, column) => figure(id, column)),
    ),
  );
  return h(
    "table",
    { class: "data figures", "data-testid": "statistics-table" },
    h("caption", { class: "visually-hidden" }, "Statistics of the whole array"),
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
