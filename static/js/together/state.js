/**
 * Several arrays in one page, as the query of its address: which, in what order, and what is seen
 * of each. Rate and pause are common to all.
 *
 * @typedef {import("../values/page_state.js").ArrayState} ArrayState
 *
 * A state of null is one that the address does not tell: as the array was seen last.
 * @typedef {{id: string, state: ArrayState | null}} PanelState
 * @typedef {{panels: PanelState[], rate_hz: number, paused: boolean, left_out: number}} Together
 */
import { formatArrayState, parseArrayState, readable } from "../values/page_state.js";

/**
 * A client may have 32 subscriptions. The list of all arrays is one, and a panel has two while
 * another selection takes the place of the present one.
 */
export const MOST_PANELS = 15;
const { rate_hz: USUAL_RATE_HZ } = parseArrayState("");

/**
 * @param {string} query
 * @returns {Together}
 */
export function parseTogether(query) {
  const asked = new URLSearchParams(query);
  const { rate_hz, paused } = parseArrayState(query);
  const states = asked.getAll("s");
  const panels = asked.getAll("array").map((id, place) => {
    const text = states[place];
    return { id, state: text === undefined ? null : { ...parseArrayState(text), rate_hz, paused } };
  });
  const left_out = Math.max(0, panels.length - MOST_PANELS);
  return { panels: panels.slice(0, MOST_PANELS), rate_hz, paused, left_out };
}

/** @param {Pick<Together, "panels" | "rate_hz" | "paused">} together */
export function formatTogether({ panels, rate_hz, paused }) {
  const query = new URLSearchParams(panels.map(({ id }) => ["array", id]));
  const states = panels.map(({ state }) => ownQuery(state));
  // They stand in the order of the arrays, or not at all where nothing is to be told of any.
  for (const state of states.some(Boolean) ? states : []) query.append("s", state);
  if (rate_hz !== USUAL_RATE_HZ) query.set("rate", String(rate_hz));
  if (paused) query.set("paused", "1");
  return readable(query);
}

/** @param {ArrayState | null} state */
function ownQuery(state) {
  if (!state) return "";
  return formatArrayState({ ...state, rate_hz: USUAL_RATE_HZ, paused: false }).replace("?", "");
}

/**
 * The address of a page of several arrays, of which nothing is said but which they are.
 *
 * @param {string[]} ids
 */
export function togetherAddress(ids) {
  const panels = ids.map((id) => ({ id, state: null }));
  return `/together${formatTogether({ panels, rate_hz: USUAL_RATE_HZ, paused: false })}`;
}

/**
 * The address of a page where an array stands beside others, as it is seen now.
 *
 * @param {string} id
 * @param {ArrayState} state
 */
export function besideAddress(id, state) {
  const { rate_hz, paused } = state;
  return `/together${formatTogether({ panels: [{ id, state }], rate_hz, paused })}`;
}

/**
 * The list with one of its items a place earlier or later; the same where it stands at the end.
 *
 * @template T
 * @param {T[]} items
 * @param {T} item
 * @param {number} by
 */
export function moved(items, item, by) {
  const from = items.indexOf(item);
  const to = Math.max(0, Math.min(items.length - 1, from + by));
  const others = items.filter((other) => other !== item);
  return [...others.slice(0, to), item, ...others.slice(to)];
}
