/**
 * Which axes of an array run down and across the screen, and at which index the others stand: the
 * selection as text and the order of the axes that it keeps, seen axis by axis.
 *
 * @typedef {"down" | "across" | "kept" | "index"} Role
 * @typedef {{axis: number, length: number, role: Role, index: number | null, entry: string}} AxisState
 * @typedef {{select: string, order: number[] | null}} Choice
 */
import { formatSelection, parseSelection } from "./selection.js";

/**
 * Every axis of an array with what it is used for; null where the text cannot be understood.
 *
 * @param {Choice} choice
 * @param {number[]} shape
 * @returns {AxisState[] | null}
 */
export function axesOf({ select, order }, shape) {
  const entries = parseSelection(select, shape.length);
  if (!entries) return null;
  const kept = entries.flatMap((entry, axis) => (isIndex(entry) ? [] : [axis]));
  const ordered = arranged(kept, order);
  return entries.map((entry, axis) => {
    const length = shape[axis] ?? 0;
    if (!isIndex(entry)) return { axis, length, role: roleOf(ordered, axis), index: null, entry };
    const index = Number(entry);
    return { axis, length, role: "index", index: index < 0 ? index + length : index, entry };
  });
}

/** @param {string} entry */
function isIndex(entry) {
  return /^[+-]?\d+$/.test(entry);
}

/**
 * @param {number[]} kept
 * @param {number[] | null} order
 */
function arranged(kept, order) {
  if (!order || order.length !== kept.length) return kept;
  return order.map((place) => kept[place] ?? 0);
}

/**
 * @param {number[]} ordered
 * @param {number} axis
 * @returns {Role}
 */
function roleOf(ordered, axis) {
  const fromEnd = ordered.length - ordered.indexOf(axis);
  if (fromEnd === 1) return "across";
  return fromEnd === 2 ? "down" : "kept";
}

/**
 * Let an axis run down or across; the one that did so before takes its place.
 *
 * @param {AxisState[]} axes
 * @param {Choice} choice
 * @param {number} axis
 * @param {"down" | "across"} role
 * @returns {Choice}
 */
export function withRole(axes, choice, axis, role) {
  const taken = axes.find((other) => other.role === role);
  const wanted = axes[axis];
  if (!wanted || wanted.role === role) return choice;
  const entries = axes.map(({ entry }) => entry);
  const ordered = keptInOrder(axes, choice);
  if (wanted.role === "index") {
    entries[axis] = ":";
    if (taken) entries[taken.axis] = "0";
    const next = taken
      ? ordered.map((other) => (other === taken.axis ? axis : other))
      : joined(ordered, axis, role);
    return choiceOf(entries, next);
  }
  const next = ordered.map((other) => {
    if (other === axis) return taken?.axis ?? axis;
    return other === taken?.axis ? axis : other;
  });
  return choiceOf(entries, next);
}

/**
 * @param {number[]} ordered
 * @param {number} axis
 * @param {"down" | "across"} role
 */
function joined(ordered, axis, role) {
  return role === "down" ? [axis, ...ordered] : [...ordered, axis];
}

/**
 * Stand at an index of an axis that is not on the screen.
 *
 * @param {AxisState[]} axes
 * @param {Choice} choice
 * @param {number} axis
 * @param {number} index
 * @returns {Choice}
 */
export function withIndex(axes, choice, axis, index) {
  const { length = 0 } = axes[axis] ?? {};
  const inside = Math.max(0, Math.min(length - 1, Math.round(index)));
  const entries = axes.map(({ entry }, i) => (i === axis ? String(inside) : entry));
  return { ...choice, select: formatSelection(entries) };
}

/**
 * The axes that are left, first to last on the screen.
 *
 * @param {AxisState[]} axes
 * @param {Choice} choice
 */
function keptInOrder(axes, { order }) {
  const kept = axes.filter(({ role }) => role !== "index").map(({ axis }) => axis);
  return arranged(kept, order);
}

/**
 * @param {string[]} entries
 * @param {number[]} ordered
 * @returns {Choice}
 */
function choiceOf(entries, ordered) {
  const kept = [...ordered].sort((a, b) => a - b);
  const order = ordered.map((axis) => kept.indexOf(axis));
  const usual = order.every((place, i) => place === i);
  return { select: formatSelection(entries), order: usual ? null : order };
}
