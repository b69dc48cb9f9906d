/**
 * What the user sees, as the query of the page's address, so that it can be bookmarked, sent, and
 * found again.
 *
 * @typedef {object} ArrayState
 * @property {string} view a view's id, or "auto"
 * @property {string | null} select null: the page's suggestion
 * @property {number} rate_hz
 * @property {boolean} paused
 * @property {import("./types.js").Range | null} range held by the user, or null to follow the values
 * @property {import("./types.js").Layout | null} layout a preview, or null for the array's own
 *
 * @typedef {object} OverviewState
 * @property {string} filter
 * @property {string} sort a column's id
 * @property {boolean} descending
 * @property {boolean} everything memory that programs keep for themselves, too
 *
 * @typedef {object} HostState
 * @property {string} about of the timeline: `appeared`, `went` or a rule; empty for all
 */

import { parseLayout } from "./layout_sources.js";

export const RATES_HZ = [1, 5, 10, 20, 30, 60];
const DEFAULT_RATE_HZ = 10;
const READABLE = /%(?:3A|2C|7B|7D|5B|5D)/g;

/**
 * @param {string} query
 * @returns {ArrayState}
 */
export function parseArrayState(query) {
  const asked = new URLSearchParams(query);
  const rate_hz = Number(asked.get("rate"));
  return {
    view: asked.get("view") ?? "auto",
    select: asked.get("select"),
    rate_hz: RATES_HZ.includes(rate_hz) ? rate_hz : DEFAULT_RATE_HZ,
    paused: asked.get("paused") === "1",
    range: parseRange(asked.get("range")),
    layout: parseLayout(asked.get("layout")),
  };
}

/** @param {ArrayState} state */
export function formatArrayState({ view, select, rate_hz, paused, range, layout }) {
  return formatQuery({
    view: view === "auto" ? null : view,
    select,
    rate: rate_hz === DEFAULT_RATE_HZ ? null : String(rate_hz),
    paused: paused ? "1" : null,
    range: range ? `${range.lo},${range.hi}` : null,
    layout: layout && JSON.stringify(layout),
  });
}

/**
 * @param {string} query
 * @returns {OverviewState}
 */
export function parseOverviewState(query) {
  const asked = new URLSearchParams(query);
  const sort = asked.get("sort") ?? "name";
  return {
    filter: asked.get("filter") ?? "",
    sort: sort.replace(/^-/, ""),
    descending: sort.startsWith("-"),
    everything: asked.get("show") === "all",
  };
}

/** @param {OverviewState} state */
export function formatOverviewState({ filter, sort, descending, everything }) {
  const order = `${descending ? "-" : ""}${sort}`;
  return formatQuery({
    filter: filter || null,
    sort: order === "name" ? null : order,
    show: everything ? "all" : null,
  });
}

/**
 * @param {string} query
 * @returns {HostState}
 */
export function parseHostState(query) {
  return { about: new URLSearchParams(query).get("about") ?? "" };
}

/** @param {HostState} state */
export function formatHostState({ about }) {
  return formatQuery({ about: about || null });
}

/**
 * @param {string | null} text
 * @returns {import("./types.js").Range | null}
 */
function parseRange(text) {
  const [lo = Number.NaN, hi = Number.NaN] = (text ?? "").split(",").map(Number.parseFloat);
  return lo < hi && Number.isFinite(hi - lo) ? { lo, hi } : null;
}

/** @param {Record<string, string | null>} fields */
function formatQuery(fields) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(fields)) {
    if (value !== null) query.set(key, value);
  }
  // Slices and layouts stay readable in the address bar.
  const text = query.toString().replaceAll(READABLE, decodeURIComponent);
  return text ? `?${text}` : "";
}
