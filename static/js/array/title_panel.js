/** What an array is: the strip of facts under its name. */

import { isCounted, lookingInWords, paceOf } from "../overview/pace.js";
import { layoutInWords } from "../overview/provenance.js";
import { h, need, setText } from "../page/element.js";
import {
  formatBytes,
  formatDuration,
  formatRate,
  formatShape,
  formatShare,
} from "../page/format.js";
import { levelMark } from "../page/icons.js";

/** @typedef {import("../page/types.js").Row} Row */

/**
 * @param {Row} row
 * @returns {[string, string, string][]} test id, heading, value
 */
function factsOf(row) {
  const offset = row.offset > 0 ? ` at ${row.offset}` : "";
  /** @type {[string, string, string | null][]} */
  const facts = [
    ["mechanism", "mechanism", row.mechanism],
    ["dtype", "dtype", row.dtype],
    ["shape", "shape", formatShape(row.shape)],
    ["size", "size", formatBytes(row.size_bytes)],
    ["unit", "unit", row.unit],
    ["segment-name", "segment", row.segment_name === null ? null : `${row.segment_name}${offset}`],
    [
      "segment-size",
      "segment size",
      row.segment_bytes === null ? null : formatBytes(row.segment_bytes),
    ],
    ["identity", "identity", row.segment],
    isCounted(row)
      ? ["rate", "writes", `${formatRate(row.writes_per_s)} · ${row.writes} in all`]
      : ["changes", "changes, at least", changesInWords(row)],
    ["torn", "torn copies", row.torn.of > 0 ? `${row.torn.copies} of ${row.torn.of}` : null],
    ["read-cost", "cost of looking", readCost(row)],
    ["layout", "layout", layoutInWords(row)],
    ["why", "how it is known", row.why || null],
    ["paths", row.paths.length === 1 ? "path" : "paths", row.paths.join("  ") || null],
    ["companions", "belongs with", row.companions.join("  ") || null],
  ];
  return /** @type {[string, string, string][]} */ (facts.filter(([, , value]) => value !== null));
}

/** @param {Row} row */
function changesInWords(row) {
  const { counts, rate } = paceOf(row);
  if (counts !== "changes" || !row.changes) return rate;
  return `${rate} · ${lookingInWords(row.changes)}`;
}

/** @param {Row} row */
function readCost({ read_cost }) {
  if (!read_cost) return null;
  const { look_s, looks_per_s, share } = read_cost;
  const each = `${formatDuration(look_s)} a look, ${formatRate(looks_per_s)}`;
  return `${each}: ${formatShare(share)} of the manager's time`;
}

/** @param {Row} row */
export function showTitle(row) {
  setText(need("#about"), row.about ?? "");
  const facts = factsOf(row);
  const list = need("#facts");
  const key = facts.map(([id]) => id).join();
  if (list.dataset.facts !== key) {
    list.dataset.facts = key;
    list.replaceChildren(
      ...facts.map(([id, heading]) =>
        h(
          "div",
          {},
          h("dt", {}, heading),
          h("dd", { class: `fact-${id}`, "data-testid": `fact-${id}` }),
        ),
      ),
    );
  }
  for (const [id, , value] of facts) setText(need(`[data-testid="fact-${id}"]`, list), value);
  showLevel(row.health.level);
}

/** @param {string} level */
function showLevel(level) {
  const slot = need("#title-level");
  if (slot.dataset.level === level) return;
  slot.dataset.level = level;
  slot.replaceChildren(levelMark(level));
}
