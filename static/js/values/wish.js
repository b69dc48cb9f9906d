/**
 * What to ask the server for, from what the user wants to see and what the screen can show.
 *
 * @typedef {import("./page_state.js").ArrayState} ArrayState
 * @typedef {import("../views/types.js").Detail} Detail
 * @typedef {import("../layout/types.js").Layout} Layout
 * @typedef {import("../stream/actions.js").Request} Request
 *
 * `view` is what to see; another one is asked for anew. `layout` stands in it too, and is null for
 * the array's own.
 * @typedef {{view: Partial<Request>, layout: Layout | null, rate_hz: number, paused: boolean}} Wish
 */
import { askedWindow, mostOf } from "./viewport.js";

/** As many elements as the server sends in one frame. */
const MOST_POINTS = 1 << 22;
/** Of records, whose views begin at the first: as many are asked for before a view says more. */
const FIRST_RECORDS = 256;

/**
 * @param {ArrayState} state
 * @param {string} select
 * @param {{counts: number[] | null, detail: Detail | null, records: boolean}} screen counts of the
 *   selection, null before the server said them
 * @returns {Wish}
 */
export function wishOf(state, select, { counts, detail, records }) {
  const { order, field, part, layout, against, rate_hz, paused } = state;
  const said = { order, field, part, against, layout };
  const kept = Object.entries(said).filter(([, value]) => value !== null);
  const shown = detail ? shownPart(state, counts, detail) : firstPart(state, records);
  return {
    view: { select, ...Object.fromEntries(kept), ...shown },
    layout,
    rate_hz,
    paused,
  };
}

/**
 * @param {ArrayState} state
 * @param {boolean} records
 * @returns {Partial<Request>}
 */
function firstPart({ viewport }, records) {
  const window = askedWindow(
    viewport,
    (viewport ?? []).map(() => Number.POSITIVE_INFINITY),
  );
  if (window) return { window };
  return records ? { max_points: FIRST_RECORDS } : {};
}

/**
 * @param {ArrayState} state
 * @param {number[] | null} counts
 * @param {Detail} detail
 * @returns {Partial<Request>}
 */
function shownPart(state, counts, { most, reduce, window: own }) {
  const viewport = own ?? state.viewport;
  const known = counts ?? (viewport ?? []).map(() => Number.POSITIVE_INFINITY);
  const window = askedWindow(viewport, known);
  const part = window ? { window } : {};
  const wanted = most && mostOf(most, viewport, window).map((length) => Math.max(1, length));
  const lengths = window ? window.map(([lo, hi]) => hi - lo) : known;
  const points = lengths.reduce((product, length) => product * length, 1);
  const fits = wanted ? lengths.every((length, axis) => length <= (wanted[axis] ?? length)) : true;
  const max_points = MOST_POINTS;
  if (!wanted || (counts && fits)) return points > 1 << 18 ? { ...part, max_points } : part;
  return { ...part, most: wanted, reduce, max_points };
}
