/**
 * What the cursor stands on, exactly, as text.
 *
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../values/types.js").Frame} Frame
 * @typedef {import("./model.js").Lines} Lines
 */
import { cellWriter } from "../grid/cell_text.js";
import { indexOf } from "../values/viewport.js";
import { lineAxes } from "./axes.js";

/**
 * The places that an element across stands for; one that was picked stands for itself.
 *
 * @param {Schema} schema
 * @param {number} element
 */
export function placesAt({ window, reduced, how, selected }, element) {
  const across = lineAxes({ selected }).across;
  const [from = 0, to = 0] = window[across] ?? [];
  const each = reduced?.[across] ?? 1;
  const first = from + element * each;
  return { first, last: how === "stride" ? first : Math.min(first + each, to) - 1 };
}

/**
 * @param {Schema} schema
 * @param {Frame} frame
 * @param {Lines} lines
 * @param {number} element across
 */
export function readOutAt(schema, frame, lines, element) {
  const { first, last } = placesAt(schema, element);
  const { across } = lineAxes(schema);
  const [from, to] = [indexOf(schema, across, first), indexOf(schema, across, last)];
  const where = first === last ? `[${from}]` : `[${from} … ${to}]`;
  const unit = schema.unit ? ` ${schema.unit}` : "";
  const values = lines.traces.map(({ label, offset }) => {
    const text = valueAt(schema, frame, offset + element * lines.stride, lines.envelope);
    return `${label ? `${label} ` : ""}${text}${unit}`;
  });
  return `${where} ${lines.envelope ? "" : "= "}${values.join(" · ")}`;
}

/**
 * @param {Schema} schema
 * @param {Frame} frame
 * @param {number} at
 * @param {boolean} envelope
 */
function valueAt(schema, { values = [] }, at, envelope) {
  const write = cellWriter(schema, schema.kind === "complex" ? "auto" : "full");
  const text = (/** @type {number} */ index) => write(values, index).text;
  return envelope ? `min ${text(at)}, max ${text(at + 1)}` : text(at);
}

/**
 * The index in the array that a trace has at an element, one an axis of the selection.
 *
 * @param {Schema} schema
 * @param {number} element
 * @param {number} place of the trace
 */
export function indexAt(schema, element, place) {
  const { across, traces } = lineAxes(schema);
  const { first } = placesAt(schema, element);
  return schema.selected.map((_, axis) => {
    if (axis === across) return indexOf(schema, axis, first);
    return indexOf(schema, axis, axis === traces ? place : 0);
  });
}
