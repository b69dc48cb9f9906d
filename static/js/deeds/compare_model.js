/**
 * Comparing: what an array's values are taken from, what that does to the look, and what is said
 * of the difference.
 *
 * @typedef {import("../values/types.js").Against} Against
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../values/types.js").Difference} Difference
 * @typedef {import("../views/types.js").Viewport} Viewport
 * @typedef {import("../page/types.js").Row} Row
 * @typedef {import("../values/page_state.js").ArrayState} ArrayState
 * @typedef {import("../values/types.js").Copy} Copy
 *
 * What the difference took the place of, to be given back.
 * @typedef {Pick<ArrayState, "range" | "look">} Before
 */
import { formatClock } from "../page/format.js";
import { DEFAULT_LOOK } from "../values/look.js";
import { countsOf } from "../values/viewport.js";

/** Differences have a middle, so their colours should. */
export const DIFFERENCE_MAP = "coolwarm";
/** What is gone to is seen with at least so many elements around it. */
const LEAST_SPAN = 16;
const PART_OF_WHOLE = 8;

/**
 * The change of state that begins, changes or ends a comparison.
 *
 * @param {ArrayState} state
 * @param {Against | null} against
 * @param {Before | null} before
 * @returns {Partial<ArrayState>}
 */
export function comparing(state, against, before) {
  const { look } = state;
  if (against && state.against) return { against, range: null };
  if (against) {
    const scale = look.scale === "log" ? "symlog" : look.scale; // a difference can be negative
    return { against, range: null, look: { ...look, map: DIFFERENCE_MAP, scale } };
  }
  if (!state.against) return {};
  const usual = before ?? { range: null, look: DEFAULT_LOOK };
  const { map, scale } = usual.look;
  // What the user has chosen meanwhile stays.
  const back = look.map === DIFFERENCE_MAP ? { map, scale } : {};
  return { against: null, range: usual.range, look: { ...look, ...back } };
}

/** @param {Against | null} against */
export function againstKey(against) {
  return JSON.stringify(against);
}

/**
 * The name of an array within its id.
 *
 * @param {string} id
 */
export function nameOfId(id) {
  const name = id.split("/").at(-1) ?? id;
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // bytes that are no text
  }
}

/**
 * @param {Against} against
 * @param {Copy[]} copies
 */
export function describeAgainst(against, copies) {
  if ("array" in against) return nameOfId(against.array);
  const copy = copies.find(({ number }) => number === against.copy);
  return copy ? `copy of ${formatClock(copy.taken_unix_s)}` : `copy ${against.copy}`;
}

/**
 * What the values on the screen are: `now minus the copy of 12:03:11`.
 *
 * @param {Against} against
 * @param {Copy[]} copies
 * @param {number | null} frozen_unix_s when the frame was taken, if it is one that stays
 */
export function describeComparison(against, copies, frozen_unix_s) {
  const now = frozen_unix_s === null ? "now" : formatClock(frozen_unix_s);
  const other = describeAgainst(against, copies);
  return `${now} minus ${"copy" in against ? `the ${other}` : other}`;
}

/**
 * How much differs and where: `12 of 65,536 differ; largest 3.5 mm at [3, 4]; first at [0, 1]`.
 *
 * @param {Difference} difference
 * @param {Schema} schema
 * @param {number} coverage the part that was looked at so far
 */
export function describeDifference({ differing, of, largest, at, first }, schema, coverage) {
  const some = schema.window.some(([lo, hi], i) => hi - lo !== schema.selected[i]?.count);
  const parts = [`${grouped(differing)} of ${grouped(of)}${some ? " in this part" : ""} differ`];
  if (Number(differing) > 0) {
    const unit = schema.unit ? ` ${schema.unit}` : "";
    if (largest === null) parts.push("none by a finite number");
    else parts.push(`largest ${brief(largest)}${unit}${at ? ` at ${placed(at)}` : ""}`);
    if (first) parts.push(`first at ${placed(first)}`);
  }
  if (coverage < 1) parts.push(`${Math.floor(coverage * 100)} % looked at so far`);
  return parts.join("; ");
}

/** @param {number | bigint} count */
function grouped(count) {
  return count.toLocaleString("en-US");
}

/** @param {number | bigint} value */
function brief(value) {
  // A sentence needs no zeros at the end.
  return typeof value === "bigint" ? String(value) : String(Number(value.toPrecision(6)));
}

/** @param {number[]} index */
function placed(index) {
  return `[${index.join(", ")}]`;
}

/**
 * A part of the selection with an element in its middle, as large as what is seen now; of all,
 * some elements around it.
 *
 * @param {Schema} schema
 * @param {Viewport | null} viewport
 * @param {number[]} index of the element in the array, one an axis of the selection
 * @returns {Viewport}
 */
export function viewportAround(schema, viewport, index) {
  return countsOf(schema).map((count, axis) => {
    const { start = 0, step = 1 } = schema.selected[axis] ?? {};
    const middle = ((index[axis] ?? start) - start) / step + 0.5;
    const seen = viewport?.[axis];
    const some = Math.max(LEAST_SPAN, Math.ceil(count / PART_OF_WHOLE));
    const span = Math.min(count, seen ? seen.hi - seen.lo : some);
    const lo = Math.max(0, Math.min(count - span, middle - span / 2));
    return { lo, hi: lo + span };
  });
}

/**
 * The arrays that one can be compared with: of the same shape, and called as wished.
 *
 * @param {Row[]} rows
 * @param {Pick<Row, "id" | "shape">} own
 * @param {string} filter
 */
export function comparableRows(rows, { id, shape }, filter) {
  const wanted = filter.trim().toLowerCase();
  const alike = rows.filter(
    (row) => row.id !== id && row.gone_s === null && row.shape.join() === shape.join(),
  );
  return alike.filter(({ name }) => name.toLowerCase().includes(wanted));
}
