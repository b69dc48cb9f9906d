/**
 * What is said of a picture: what is under the cross, what part is shown, how it was reduced.
 *
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../values/types.js").Frame} Frame
 * @typedef {import("../views/types.js").Viewport} Viewport
 * @typedef {import("./seen_values.js").Plane} Plane
 * @typedef {import("./pointer.js").Place} Place
 */

import { describeReduction } from "../values/readout.js";
import { parseSelection } from "../values/selection.js";
import { elementAt, indexOf } from "../values/viewport.js";

/** How a reduced element is introduced; a stride's is an element of its own. */
const DEEDS = { mean: "mean", min: "min", max: "max", envelope: "range", stride: "" };

/**
 * Where in a frame the element under a place lies; null where the frame does not reach.
 *
 * @param {Schema} schema
 * @param {Plane} plane
 * @param {Place} place
 */
export function spotAt(schema, { down, across }, { row, column }) {
  const [y, x] = [elementAt(schema, down, row), elementAt(schema, across, column)];
  return y === null || x === null ? null : { y, x };
}

/**
 * What an element is called: `[3, 4]`, or `mean of [0:4, 8:12]` where it stands for several.
 *
 * @param {Schema} schema
 * @param {Plane} plane
 * @param {{y: number, x: number}} spot
 */
export function spotName(schema, { down, across }, { y, x }) {
  const deed = schema.reduced && schema.how ? DEEDS[schema.how] : "";
  const parts = [entryOf(schema, down, y, deed), entryOf(schema, across, x, deed)];
  return `${deed ? `${deed} of ` : ""}[${parts.join(", ")}]`;
}

/**
 * @param {Schema} schema
 * @param {number} axis
 * @param {number} element
 * @param {string} deed
 */
function entryOf(schema, axis, element, deed) {
  const size = schema.reduced?.[axis] ?? 1;
  const [from = 0, to = 0] = schema.window[axis] ?? [];
  const first = from + element * size;
  if (!deed || size === 1) return String(indexOf(schema, axis, first));
  return sliceText(schema, axis, first, Math.min(to, first + size));
}

/**
 * Places of an axis as a slice of the array: `10:14`, or `10:20:2`.
 *
 * @param {Schema} schema
 * @param {number} axis
 * @param {number} from
 * @param {number} to
 */
export function sliceText(schema, axis, from, to) {
  const step = schema.selected[axis]?.step ?? 1;
  const last = indexOf(schema, axis, to - 1) + Math.sign(step);
  const end = last < 0 ? "" : last;
  return `${indexOf(schema, axis, from)}:${end}${step === 1 ? "" : `:${step}`}`;
}

/**
 * The part that is seen: `[100:200, 30:80] of 4096 × 4096`.
 *
 * @param {Schema} schema
 * @param {Plane} plane
 * @param {Viewport} seen
 */
export function partText(schema, { down, across }, seen) {
  const axes = [down, across];
  const slices = axes.map((axis) => {
    const { lo, hi } = seen[axis] ?? { lo: 0, hi: 1 };
    return sliceText(schema, axis, Math.floor(lo), Math.ceil(hi));
  });
  const size = axes.map((axis) => schema.selected[axis]?.count ?? 0).join(" × ");
  return `[${slices.join(", ")}] of ${size}`;
}

/**
 * What is not as the array is: reduced, still being gathered.
 *
 * @param {Schema} schema
 * @param {Frame} frame
 */
export function reductionText(schema, { coverage = 1 }) {
  const gathered = coverage < 1 ? `${Math.floor(coverage * 100)} % gathered` : "";
  return [describeReduction(schema), gathered].filter(Boolean).join(", ");
}

/**
 * The index in the whole array of an element of the selection.
 *
 * @param {Schema} schema
 * @param {number[]} places one an axis of the selection
 */
export function arrayIndex(schema, places) {
  const { selected, shape, select } = schema;
  const entries = parseSelection(select, shape.length) ?? [];
  const index = entries.map((entry, axis) => {
    const fixed = Number.parseInt(entry, 10) || 0;
    return fixed < 0 ? fixed + (shape[axis] ?? 0) : fixed;
  });
  for (const [i, { axis }] of selected.entries()) {
    index[axis] = indexOf(schema, i, places[i] ?? 0);
  }
  return index;
}
