/**
 * What a plot of lines shows, in words.
 *
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../views/types.js").Viewport} Viewport
 * @typedef {import("./model.js").Lines} Lines
 */
import { formatNumber } from "../page/format.js";
import { indexOf } from "../values/viewport.js";
import { isZoomed } from "./across.js";
import { acrossOf, lineAxes } from "./axes.js";

/**
 * The text equivalent.
 *
 * @param {Schema} schema
 * @param {Lines} lines
 * @param {Viewport | null} viewport
 */
export function describe(schema, { traces, extent, envelope, marks }, viewport) {
  const { across } = lineAxes(schema);
  const count = schema.selected[across]?.count ?? 0;
  const what = traces.length === 1 ? "Line" : `${traces.length} lines`;
  const points = `${what} of ${count} points`;
  const part = partInWords(schema, viewport);
  const unit = schema.unit ? ` ${schema.unit}` : "";
  const range =
    extent.lo > extent.hi
      ? "without a finite value"
      : `from ${formatNumber(extent.lo, 4)} to ${formatNumber(extent.hi, 4)}${unit}`;
  const more = [
    part,
    range,
    envelope ? `minimum and maximum of each ${schema.reduced?.[across]}` : "",
    marks.length > 0 ? `${marks.length} infinite` : "",
  ];
  return [points, ...more].filter(Boolean).join(", ");
}

/**
 * What part of the axis is on the screen; empty where all of it is.
 *
 * @param {Schema} schema
 * @param {Viewport | null} viewport
 */
export function partInWords(schema, viewport) {
  if (!isZoomed(schema, viewport)) return "";
  const { across } = lineAxes(schema);
  const { lo, hi } = acrossOf(schema, viewport);
  const count = schema.selected[across]?.count ?? 0;
  const first = indexOf(schema, across, Math.max(0, Math.round(lo)));
  const last = indexOf(schema, across, Math.min(count, Math.round(hi)) - 1);
  return `showing ${first} … ${last}`;
}
