/** The table of views: a new one is a module and a line here. */
import { heat } from "./heat.js";
import { hex } from "./hex.js";
import { image } from "./image.js";
import { line } from "./line.js";
import { numbers } from "./numbers.js";
import { records } from "./records.js";
import { text } from "./text.js";

/** @typedef {import("./types.js").View} View */

export const VIEWS = [numbers, line, heat, image, records, text, hex];

/**
 * The views that can show a schema, the best first.
 *
 * @param {import("../values/types.js").Schema} schema
 * @returns {View[]}
 */
export function viewsFor(schema) {
  const fitting = VIEWS.filter((view) => view.fits(schema) > 0);
  return fitting.sort((a, b) => b.fits(schema) - a.fits(schema));
}

/**
 * @param {import("../values/types.js").Schema} schema
 * @param {string} wanted a view's id, or "auto"
 * @returns {View | undefined}
 */
export function chooseView(schema, wanted) {
  const fitting = viewsFor(schema);
  return fitting.find(({ id }) => id === wanted) ?? fitting[0];
}
