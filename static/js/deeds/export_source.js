/**
 * Where the values of a file come from: the frame on the screen, where that is one that stays or
 * that the array itself does not hold; else the array as it is when the file is made.
 *
 * @typedef {import("../values/page_state.js").ArrayState} ArrayState
 * @typedef {import("../values/screen.js").Shown} Shown
 *
 * @typedef {object} Source
 * @property {boolean} isFrame
 * @property {[number, number][]} window places of the selection
 * @property {string} says what files hold
 */

import { formatClock } from "../page/format.js";
import { pointsOf, seenPlaces, selectionOfWindow } from "./export_model.js";
import { isComplete } from "./frame_file.js";

/**
 * @param {Shown | null} shown
 * @param {ArrayState} state
 * @returns {Source | string} or why there is none
 */
export function sourceOf(shown, state) {
  if (!shown) return "Nothing is shown yet.";
  const { schema, frame } = shown;
  const special = state.paused || schema.against !== null || state.layout !== null;
  if (special && isComplete(schema, frame)) return frameSource(shown);
  if (state.layout) return "This layout is only tried: keep it to have its values as files.";
  const window = seenPlaces(schema, state.viewport);
  const what = described(shown, window);
  return { isFrame: false, window, says: `Files hold ${what}, ${whenRead(shown, state)}.` };
}

/**
 * @param {Shown} shown
 * @returns {Source}
 */
function frameSource(shown) {
  const { schema, frame } = shown;
  const what = `${described(shown, schema.window)} of the frame of ${formatClock(frame.taken_unix_s)}`;
  const difference = schema.against ? ", the difference" : "";
  return { isFrame: true, window: schema.window, says: `Files hold ${what}${difference}.` };
}

/**
 * @param {Shown} shown
 * @param {[number, number][]} window
 */
function described({ schema }, window) {
  const count = pointsOf(window).toLocaleString("en-US");
  return `[${selectionOfWindow(schema, window)}], ${count} elements`;
}

/**
 * @param {Shown} shown
 * @param {ArrayState} state
 */
function whenRead({ schema }, { paused }) {
  if (schema.against) return "of the array itself: the difference on the screen is reduced";
  return paused ? "read anew: the frame on the screen is not whole" : "as they are then";
}
