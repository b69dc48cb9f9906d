/**
 * An index that a person writes, as places of the selection.
 *
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {{places: number[]} | {error: string}} Found
 */
import { parseSelection } from "../values/selection.js";

/**
 * Read `12, 40`: one number an axis of the selection, or of the array where the rest agrees with
 * what is selected. Missing ones are the first, negative ones count from the end.
 *
 * @param {string} text
 * @param {Schema} schema
 * @returns {Found}
 */
export function parseIndex(text, schema) {
  const words = text
    .trim()
    .replace(/^[[(](.*)[\])]$/s, "$1")
    .split(/[\s,]+/)
    .filter(Boolean);
  const wrong = words.find((word) => !/^[-+]?\d+$/.test(word));
  if (wrong !== undefined) return { error: `${wrong} is not a whole number.` };
  const given = words.map(Number);
  const axes = schema.selected;
  if (given.length === 0) return { error: "Write an index, one number an axis." };
  if (given.length > axes.length) return parseWhole(given, schema);
  const places = [];
  for (const [axis, { start }] of axes.entries()) {
    const found = placeOf(given[axis] ?? start, schema, axis);
    if (typeof found === "string") return { error: found };
    places.push(found);
  }
  return { places };
}

/**
 * An index with the axes that the selection has taken away.
 *
 * @param {number[]} given
 * @param {Schema} schema
 * @returns {Found}
 */
function parseWhole(given, schema) {
  const { shape, selected } = schema;
  if (given.length !== shape.length) {
    return { error: `${given.length} numbers are given for ${axesText(selected.length)}.` };
  }
  const other = fixedAxes(schema).find(({ axis, index }) => given[axis] !== index);
  if (other) return { error: `Of axis ${other.axis} only ${other.index} is selected.` };
  return parseIndex(selected.map(({ axis }) => given[axis]).join(","), schema);
}

/**
 * The axes that integers have taken away, with their indices.
 *
 * @param {Schema} schema
 */
export function fixedAxes({ select, shape, selected }) {
  const entries = parseSelection(select, shape.length) ?? [];
  const kept = new Set(selected.map(({ axis }) => axis));
  const axes = entries.map((entry, axis) => ({ axis, index: Number(entry) }));
  return axes.filter(({ axis, index }) => Number.isInteger(index) && !kept.has(axis));
}

/** @param {number} count */
function axesText(count) {
  return count === 1 ? "one axis" : `${count} axes`;
}

/**
 * @param {number} index
 * @param {Schema} schema
 * @param {number} k an axis of the selection
 * @returns {number | string} a place, or what is wrong
 */
function placeOf(index, { selected, shape }, k) {
  const { axis, start, step, count } = selected[k] ?? { axis: 0, start: 0, step: 1, count: 0 };
  const counted = index < 0 ? index + (shape[axis] ?? 0) : index;
  // Adding zero makes no negative zero of the first place.
  const place = (counted - start) / step + 0;
  if (Number.isInteger(place) && place >= 0 && place < count) return place;
  if (count === 0) return `Axis ${axis} has no elements.`;
  const last = start + (count - 1) * step;
  const every = Math.abs(step) === 1 ? "" : `, every ${Math.abs(step)}th`;
  const [lo, hi] = [Math.min(start, last), Math.max(start, last)];
  return `${index} is not on axis ${axis}, which has ${lo} to ${hi}${every}.`;
}
