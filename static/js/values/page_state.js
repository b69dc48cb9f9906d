/**
 * What the user sees, as the query of the page's address, so that it can be bookmarked, sent, and
 * found again.
 *
 * @typedef {object} ArrayState
 * @property {string} view a view's id, or "auto"
 * @property {string | null} select null: the page's suggestion
 * @property {number} rate_hz
 * @property {boolean} paused
 * @property {import("../views/types.js").Range | null} range held by the user, or null to follow the values
 * @property {import("../layout/types.js").Layout | null} layout a preview, or null for the array's own
 * @property {number[] | null} order of the axes that are left, or null as they come
 * @property {string | null} field of records, or null for all
 * @property {import("./types.js").Part | null} part of complex numbers
 * @property {import("../views/types.js").Viewport | null} viewport what part is on the screen, null for all
 * @property {import("./types.js").Against | null} against what the difference is taken from
 * @property {import("../views/types.js").Look} look
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

import { parseLayout } from "../layout/sources.js";
import { formatLook, parseLook } from "./look.js";

export const RATES_HZ = [1, 5, 10, 20, 30, 60];
const DEFAULT_RATE_HZ = 10;
const PARTS = ["real", "imaginary", "magnitude", "phase"];
const READABLE = /%(?:3A|2C|7B|7D|5B|5D|2F)/g;

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
    order: parseOrder(asked.get("order")),
    field: asked.get("field"),
    part: /** @type {ArrayState["part"]} */ (
      PARTS.find((part) => part === asked.get("part")) ?? null
    ),
    viewport: parseViewport(asked.get("window")),
    against: parseAgainst(asked.get("against")),
    look: parseLook((key) => asked.get(key)),
  };
}

/** @param {ArrayState} state */
export function formatArrayState(state) {
  const { view, select, rate_hz, paused, range, layout } = state;
  const { order, field, part, viewport, against, look } = state;
  return formatQuery({
    view: view === "auto" ? null : view,
    select,
    order: order?.join() ?? null,
    field,
    part,
    window: viewport?.map(({ lo, hi }) => `${brief(lo)}:${brief(hi)}`).join() ?? null,
    rate: rate_hz === DEFAULT_RATE_HZ ? null : String(rate_hz),
    paused: paused ? "1" : null,
    range: range ? `${range.lo},${range.hi}` : null,
    against: against && ("copy" in against ? `copy:${against.copy}` : against.array),
    layout: layout && JSON.stringify(layout),
    ...formatLook(look),
  });
}

/**
 * A place, to a hundredth.
 *
 * @param {number} place
 */
function brief(place) {
  return String(Math.round(place * 100) / 100);
}

/**
 * @param {string | null} text such as `1,0`
 * @returns {number[] | null}
 */
function parseOrder(text) {
  if (!text || !/^\d+(,\d+)*$/.test(text)) return null;
  const order = text.split(",").map(Number);
  return [...order].sort((a, b) => a - b).every((axis, i) => axis === i) ? order : null;
}

/**
 * @param {string | null} text such as `0:256,12.5:40`
 * @returns {import("../views/types.js").Viewport | null}
 */
function parseViewport(text) {
  const parts = text?.split(",").map((part) => parseRange(part.replace(":", ",")));
  return parts?.every((part) => part !== null) ? parts : null;
}

/**
 * @param {string | null} text an array's id, or `copy:` and a number
 * @returns {import("./types.js").Against | null}
 */
function parseAgainst(text) {
  if (!text) return null;
  const copy = /^copy:(\d{1,9})$/.exec(text);
  return copy ? { copy: Number(copy[1]) } : { array: text };
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
 * @returns {import("../views/types.js").Range | null}
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
  return readable(query);
}

/**
 * A query as text: slices, ids and layouts stay readable in the address bar.
 *
 * @param {URLSearchParams} query
 */
export function readable(query) {
  const text = query.toString().replaceAll(READABLE, decodeURIComponent);
  return text ? `?${text}` : "";
}
