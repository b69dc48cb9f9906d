/**
 * What ends when the user looks at something else.
 *
 * @typedef {import("./page_state.js").ArrayState} ArrayState
 */
import { clampViewport, countsOf } from "./viewport.js";

/** What belongs to one selection and ends with it. */
const NEW_SELECTION = { range: null, viewport: null };
/** What belongs to one layout and ends with it. */
export const NEW_LAYOUT = { ...NEW_SELECTION, select: null, order: null, field: null, part: null };

/**
 * A change with what ends by it, and a viewport that lies within the selection.
 *
 * @param {Partial<ArrayState>} change
 * @param {import("./types.js").Schema | null} schema of what is shown
 * @returns {Partial<ArrayState>}
 */
export function completed(change, schema) {
  const { select, order, viewport } = change;
  if (viewport && schema) return { ...change, viewport: clampViewport(viewport, countsOf(schema)) };
  if (viewport || (select === undefined && order === undefined)) return change;
  return { ...NEW_SELECTION, ...change };
}
