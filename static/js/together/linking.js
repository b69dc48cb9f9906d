/**
 * What panels of one page share: a change in one is a change of the others, as far as it makes
 * sense there.
 *
 * @typedef {import("../values/page_state.js").ArrayState} ArrayState
 * @typedef {import("../views/types.js").Viewport} Viewport
 *
 * What goes from panel to panel beside rate and pause, which all share: where they look, and how.
 * @typedef {{places: boolean, looks: boolean}} Links
 *
 * The panel that a change goes to, as far as it is known: its array's shape, and how many axes its
 * selection has.
 * @typedef {{state: ArrayState, shape: number[] | null, kept: number | null}} Target
 */
import { formatSelection, parseSelection } from "../values/selection.js";

const SHARED = /** @type {const} */ (["rate_hz", "paused"]);
const PLACES = /** @type {const} */ (["select", "order", "viewport"]);

/**
 * What has changed of what is shared.
 *
 * @param {ArrayState} before
 * @param {ArrayState} after
 * @param {Links} links
 * @returns {Partial<ArrayState>}
 */
export function sharedChange(before, after, { places, looks }) {
  const keys = [...SHARED, ...(places ? PLACES : [])];
  const changed = keys.filter((key) => !same(before[key], after[key]));
  const look = looks ? changedFields(before.look, after.look) : {};
  return {
    ...Object.fromEntries(changed.map((key) => [key, after[key]])),
    ...(Object.keys(look).length > 0 ? { look: /** @type {any} */ (look) } : {}),
  };
}

/**
 * As much of a change as fits a panel: null where nothing of it does.
 *
 * @param {Partial<ArrayState>} change of which `look` holds but what has changed
 * @param {number} dimensions of the array that it comes from
 * @param {Target} target
 * @returns {Partial<ArrayState> | null}
 */
export function fittedChange({ select, order, viewport, look, ...rest }, dimensions, target) {
  const { state, shape, kept } = target;
  /** @type {Partial<ArrayState>} */
  const fitted = { ...rest };
  if (look) fitted.look = { ...state.look, ...look };
  if (shape?.length === dimensions) {
    if (select) fitted.select = selectionWithin(select, shape);
    if (order !== undefined) fitted.order = order;
    if (viewport === null || viewport?.length === kept) fitted.viewport = viewport;
  }
  const changed = changedFields(state, { ...state, ...fitted });
  return Object.keys(changed).length > 0 ? changed : null;
}

/**
 * A selection of another array with as many axes: indices beyond its end become the last.
 *
 * @param {string} select
 * @param {number[]} shape
 */
function selectionWithin(select, shape) {
  const entries = parseSelection(select, shape.length);
  if (!entries) return select;
  const inside = entries.map((entry, axis) => {
    if (!/^\+?\d+$/.test(entry)) return entry;
    return String(Math.max(0, Math.min(Number(entry), (shape[axis] ?? 1) - 1)));
  });
  return same(entries, inside) ? select : formatSelection(inside);
}

/**
 * @template {object} T
 * @param {T} before
 * @param {T} after
 * @returns {Partial<T>}
 */
function changedFields(before, after) {
  const keys = /** @type {(keyof T)[]} */ (Object.keys(after));
  const changed = keys.filter((key) => !same(before[key], after[key]));
  return /** @type {Partial<T>} */ (Object.fromEntries(changed.map((key) => [key, after[key]])));
}

/**
 * @param {unknown} a
 * @param {unknown} b
 */
function same(a, b) {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
