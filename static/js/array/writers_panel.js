/** Who writes: a row a slot, written in place. */

import { hasWriters } from "../overview/users.js";
import { h, need, setAttribute, setText } from "../page/element.js";
import { formatAge, formatRate } from "../page/format.js";
import { stateDot } from "../page/icons.js";

/** @typedef {import("../page/types.js").Writer} Writer */

const HEADINGS = ["Label", "pid", "State", "Writes", "Rate", "Last write", "In write"];

/** @param {import("../page/types.js").Row} row */
export function showWriters(row) {
  const { writers } = row;
  need("#writers-panel").hidden = !hasWriters(row);
  const root = need("#writers");
  const key = JSON.stringify(writers.map(({ slot, pid }) => [slot, pid]));
  if (root.dataset.key !== key) {
    root.dataset.key = key;
    root.replaceChildren(writers.length > 0 ? tableOf(writers) : nobody());
  }
  for (const writer of writers) updateWriter(need(`[data-slot="${writer.slot}"]`, root), writer);
}

function nobody() {
  return h("p", { class: "hint" }, "No writer has introduced itself.");
}

/** @param {Writer[]} writers */
function tableOf(writers) {
  const headings = HEADINGS.map((heading) => h("th", { scope: "col" }, heading));
  return h(
    "table",
    { class: "data", "data-testid": "writers-table" },
    h("caption", { class: "visually-hidden" }, "Writers"),
    h("thead", {}, h("tr", {}, ...headings)),
    h("tbody", {}, ...writers.map(rowOf)),
  );
}

/** @param {Writer} writer */
function rowOf({ slot, pid, thread, label }) {
  const threadText = thread !== pid ? `thread ${thread}` : null;
  return h(
    "tr",
    { "data-testid": "writer-row", "data-slot": slot, "data-pid": pid },
    h("th", { scope: "row" }, label || `writer ${slot}`),
    h("td", { class: "number", title: threadText }, String(pid)),
    h("td", { "data-cell": "state" }),
    h("td", { "data-cell": "writes", class: "number" }),
    h("td", { "data-cell": "rate", class: "number", "data-testid": "writer-rate" }),
    h("td", { "data-cell": "last", class: "number" }),
    h("td", { "data-cell": "in-write" }),
  );
}

/**
 * @param {HTMLElement} row
 * @param {Writer} writer
 */
function updateWriter(row, { state, writes, writes_per_s, last_write_age_s, in_write }) {
  const stateCell = need("[data-cell=state]", row);
  if (row.dataset.state !== state) {
    row.dataset.state = state;
    stateCell.replaceChildren(stateDot(state), h("span", { "data-testid": "writer-state" }, state));
  }
  setText(need("[data-cell=writes]", row), String(writes));
  setText(need("[data-cell=rate]", row), formatRate(writes_per_s));
  setText(need("[data-cell=last]", row), formatAge(last_write_age_s));
  const inside = need("[data-cell=in-write]", row);
  setText(inside, in_write ? "yes" : "no");
  setAttribute(inside, "data-inside", in_write);
}
