/**
 * Watches as traces, and what to ask for to have one.
 *
 * @typedef {import("../page/types.js").Watch} Watch
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../values/types.js").Part} Part
 * @typedef {import("./time_span.js").TimeSpan} TimeSpan
 *
 * @typedef {{kind: Watch["kind"], select: string, field: string | null, part: Part | null}} WatchWish
 */
import { formatNumber } from "../page/format.js";
import { formatSelection, parseSelection } from "../values/selection.js";
import { firstWithin } from "./time_span.js";

/** @type {{id: Watch["kind"], label: string}[]} */
export const KINDS = [
  { id: "mean", label: "mean" },
  { id: "min", label: "minimum" },
  { id: "max", label: "maximum" },
  { id: "std", label: "standard deviation" },
  { id: "sum", label: "sum" },
  { id: "value", label: "value" },
];

/**
 * A watch over a span of time: seconds before now, ascending, and values with gaps.
 *
 * @param {Watch} watch
 * @param {TimeSpan} span
 */
export function watchTrace({ age_s, values }, { span_s }) {
  const first = firstWithin(age_s, span_s);
  const time_s = Array.from(age_s).slice(first);
  return {
    time_s: time_s.map((age) => -age),
    values: Array.from(values).slice(first).map(finite),
  };
}

/** @param {number} value */
function finite(value) {
  return Number.isFinite(value) ? value : null;
}

/** @param {Watch} watch its newest value, with its unit */
export function latestText({ latest, unit }) {
  return `${formatNumber(latest)}${unit && latest !== null ? ` ${unit}` : ""}`;
}

/**
 * A text equivalent of a trace.
 *
 * @param {Watch} watch
 * @param {(number | null)[]} values
 * @param {TimeSpan} span
 */
export function watchText(watch, values, { words }) {
  const numbers = values.filter((value) => value !== null);
  if (numbers.length === 0) return `${watch.label}, ${words}: no value`;
  const [lo, hi] = [Math.min(...numbers), Math.max(...numbers)];
  const range = `from ${formatNumber(lo, 4)} to ${formatNumber(hi, 4)}`;
  return `${watch.label}, ${words}: ${range}, now ${latestText(watch)}`;
}

/**
 * What is on the screen as a selection, for a watch.
 *
 * @param {Schema} schema
 * @param {import("../views/types.js").Viewport | null} viewport
 */
export function selectionSeen({ select, shape, selected }, viewport) {
  const entries = parseSelection(select, shape.length) ?? [];
  selected.forEach((axis, i) => {
    const { lo, hi } = viewport?.[i] ?? { lo: 0, hi: axis.count };
    const whole = Math.round(lo) <= 0 && Math.round(hi) >= (shape[axis.axis] ?? axis.count);
    entries[axis.axis] = whole && axis.step === 1 ? ":" : sliceOf(axis, lo, hi);
  });
  return entries.every((entry) => entry === ":") ? "..." : formatSelection(entries);
}

/**
 * @param {import("../values/types.js").Axis} axis
 * @param {number} lo place
 * @param {number} hi place
 */
function sliceOf({ start, step, count }, lo, hi) {
  const first = Math.max(0, Math.floor(lo));
  const last = Math.min(count, Math.ceil(hi)) - 1;
  const stop = start + last * step + Math.sign(step);
  const ends = `${start + first * step}:${stop < 0 ? "" : stop}`;
  return step === 1 ? ends : `${ends}:${step}`;
}

/**
 * The watch of one element of what a view shows.
 *
 * @param {Schema} schema
 * @param {number[]} index in the array, one an axis of the selection or of all of the array
 * @returns {WatchWish}
 */
export function elementWish({ select, shape, selected, field, part, kind }, index) {
  const entries = parseSelection(select, shape.length) ?? shape.map(() => ":");
  const own = index.length === selected.length;
  index.forEach((at, i) => {
    entries[own ? (selected[i]?.axis ?? i) : i] = String(at);
  });
  const half = part ?? (kind === "complex" ? "magnitude" : null);
  return { kind: "value", select: formatSelection(entries), field, part: half };
}
