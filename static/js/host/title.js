/** What the host's shared memory comes to: the strip of figures under its name. */
import { h, need, setText } from "../page/element.js";
import { formatBytes, formatCount, formatShare } from "../page/format.js";
import { levelMark } from "../page/icons.js";

/** @typedef {import("../health/health_types.js").HostBody} HostBody */

/** Slower than this is a page now and then, and no growth. */
const STEADY_BYTES_PER_S = 1;

/**
 * @param {HostBody} body
 * @returns {[string, string, string][]} test id, heading, value
 */
function figuresOf({ room }) {
  const share = room.size_bytes > 0 ? formatShare(room.used_bytes / room.size_bytes) : "–";
  return [
    ["path", "path", room.path],
    ["size", "size", formatBytes(room.size_bytes)],
    ["used", "used", `${formatBytes(room.used_bytes)} · ${share}`],
    ["free", "free", formatBytes(room.free_bytes)],
    ["claimed", "claimed by segments", formatBytes(room.claimed_bytes)],
    ["resident", "taken by segments", formatBytes(room.resident_bytes)],
    ["growth", "over the last minute", growthInWords(room.growth_bytes_per_s)],
    ["orphans", "orphans", orphansInWords(room)],
  ];
}

/** @param {number | null} growth_bytes_per_s */
export function growthInWords(growth_bytes_per_s) {
  if (growth_bytes_per_s === null) return "not known yet";
  if (Math.abs(growth_bytes_per_s) < STEADY_BYTES_PER_S) return "steady";
  const rate = `${formatBytes(Math.abs(growth_bytes_per_s))}/s`;
  return growth_bytes_per_s > 0 ? `grows by ${rate}` : `shrinks by ${rate}`;
}

/** @param {import("../health/health_types.js").Room} room */
function orphansInWords({ orphans, orphan_bytes }) {
  return orphans > 0 ? `${formatCount(orphans, "segment")}, ${formatBytes(orphan_bytes)}` : "none";
}

/** @param {HostBody} body */
export function showHostTitle(body) {
  const list = need("#facts");
  const figures = figuresOf(body);
  if (list.childElementCount === 0) {
    list.append(...figures.map(([id, heading]) => pair(id, heading)));
  }
  for (const [id, , value] of figures) setText(need(`[data-testid="fact-${id}"]`, list), value);
  showLevel(body.host.health.level);
}

/**
 * @param {string} id
 * @param {string} heading
 */
function pair(id, heading) {
  return h("div", {}, h("dt", {}, heading), h("dd", { "data-testid": `fact-${id}` }));
}

/** @param {string} level */
function showLevel(level) {
  const slot = need("#title-level");
  if (slot.dataset.level === level) return;
  slot.dataset.level = level;
  slot.replaceChildren(levelMark(level));
}
