/**
 * What can be taken along of what is seen: which selection it is, where to get it, what to call it.
 *
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../views/types.js").Viewport} Viewport
 * @typedef {"npy" | "csv"} Format
 */
import { formatClock } from "../page/format.js";
import { describeReduction } from "../values/readout.js";
import { formatSelection, parseSelection } from "../values/selection.js";

/** As the REST API has it. */
const DEFAULT_POINTS = 1_000_000;
/** A text of more lines costs the server, and whoever opens it, more than it gives. */
export const MOST_POINTS = { npy: 1 << 26, csv: 1 << 22 };
const MOST_NAME = 80;

/**
 * From where to where of the selection is seen, in whole places, an axis.
 *
 * @param {Schema} schema
 * @param {Viewport | null} viewport
 * @returns {[number, number][]}
 */
export function seenPlaces({ selected }, viewport) {
  return selected.map(({ count }, axis) => {
    const { lo, hi } = viewport?.[axis] ?? { lo: 0, hi: count };
    return [Math.max(0, Math.floor(lo)), Math.min(count, Math.ceil(hi))];
  });
}

/**
 * What is seen as numpy's basic selection of the array, in the order of the array's own axes.
 *
 * @param {Schema} schema
 * @param {[number, number][]} [window] places of the selection; else what the frames hold
 */
export function selectionOfWindow(schema, window = schema.window) {
  const entries = parseSelection(schema.select, schema.shape.length) ?? [];
  schema.selected.forEach(({ axis, start, step }, i) => {
    const [lo, hi] = window[i] ?? [0, 0];
    entries[axis] = formatSlice(start + lo * step, hi - lo > 1 ? step : 1, hi - lo);
  });
  return formatSelection(entries);
}

/**
 * @param {number} start
 * @param {number} step
 * @param {number} count
 */
function formatSlice(start, step, count) {
  const stop = start + count * step;
  return `${start}:${stop < 0 ? "" : stop}${step === 1 ? "" : `:${step}`}`;
}

/** @param {[number, number][]} window */
export function pointsOf(window) {
  return window.reduce((product, [lo, hi]) => product * (hi - lo), 1);
}

/**
 * Where the REST API has what is seen, not reduced.
 *
 * @param {Schema} schema
 * @param {[number, number][]} window
 * @param {Format} format
 */
export function valuesQuery(schema, window, format) {
  const { field, part, order } = schema;
  const points = pointsOf(window);
  const query = new URLSearchParams({ select: selectionOfWindow(schema, window), format });
  if (field !== null) query.set("field", field);
  if (part !== null) query.set("part", part);
  if (order !== null) query.set("order", order.join());
  if (points > DEFAULT_POINTS) query.set("max_points", String(points));
  return `values?${query}`;
}

/**
 * Why a file cannot be had, or null.
 *
 * @param {number} points
 * @param {Format} format
 */
export function whyTooMuch(points, format) {
  const most = MOST_POINTS[format];
  if (points <= most) return null;
  const counted = points.toLocaleString("en-US");
  return `${counted} elements are more than the ${most.toLocaleString("en-US")} of one ${format === "npy" ? ".npy" : "CSV"} file: select or zoom to fewer.`;
}

/**
 * A name for a file that any system takes: of letters, digits, dots, dashes and underscores.
 *
 * @param {string} name of the array
 * @param {number} unix_s
 * @param {string} ending
 */
export function fileName(name, unix_s, ending) {
  const plain = name.replace(/[^\p{L}\p{N}._-]+/gu, "_").replace(/^[._]+|[._]+$/g, "");
  const short = [...plain].slice(0, MOST_NAME).join("") || "array";
  return `${short}-${formatDay(unix_s)}-${formatClock(unix_s).replaceAll(":", "-")}.${ending}`;
}

/** @param {number} unix_s */
function formatDay(unix_s) {
  const date = new Date(unix_s * 1000);
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}

/**
 * What stands above a picture: the array, what of it, when, and how it was reduced.
 *
 * @param {string} name
 * @param {Pick<import("../values/screen.js").Shown, "schema" | "frame">} shown
 * @param {Viewport | null} viewport
 * @param {string} comparison empty for none
 */
export function pictureTitle(name, { schema, frame }, viewport, comparison) {
  const { taken_unix_s } = frame;
  const { field, part, unit } = schema;
  const of = [part, field].filter((said) => said !== null).join(" of ");
  const facts = [
    `[${selectionOfWindow(schema, seenPlaces(schema, viewport))}]`,
    of,
    unit ? `in ${unit}` : "",
    describeReduction(schema),
    comparison,
    `${formatDay(taken_unix_s)} ${formatClock(taken_unix_s)}`,
  ];
  return { name, facts: facts.filter((fact) => fact !== "") };
}

/**
 * A program that fetches what is seen.
 *
 * @param {string} address of a .npy file
 */
export function pythonSnippet(address) {
  return `import io
import urllib.request

import numpy as np

address = ${JSON.stringify(address)}
values = np.load(io.BytesIO(urllib.request.urlopen(address).read()))
`;
}
