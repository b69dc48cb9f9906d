/** Shapes that say what colour alone must not: health levels, writers' states, users' access. */
import { h, s } from "./element.js";

/** @type {Map<string, string>} outlines in a box of 16 */
const LEVELS = new Map([
  ["ok", "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 1 0 0-11M5.4 8.2l1.9 1.9 3.5-4"],
  ["warning", "M8 2 14.6 13.6H1.4ZM8 6.4v3.4M8 11.4v.6"],
  [
    "critical",
    "M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2ZM5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8",
  ],
]);

/** @type {Map<string, string>} outlines in a box of 16 */
const EVENTS = new Map([
  ...LEVELS,
  ["appeared", "M8 3v10M3 8h10"],
  ["went", "M3 8h10"],
  ["recreated", "M13 8a5 5 0 1 1-1.6-3.7M13.2 1.8v3h-3"],
  ["cleared", "M3 8.6l3.4 3.4L13 4.6"],
]);

/** @type {Map<string, string>} outlines in a box of 10 */
const STATES = new Map([
  ["alive", "M5 1.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 1 0 0-7"],
  ["stopped", "M3 1.5v7M7 1.5v7"],
  ["dead", "M1.8 1.8l6.4 6.4M8.2 1.8l-6.4 6.4"],
  ["left", "M5 2a3 3 0 1 0 0 6 3 3 0 1 0 0-6"],
  ["rw", "M5 1.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 1 0 0-7"],
  ["r", "M5 2.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 1 0 0-4.4"],
  ["open", "M2.5 5h5"],
  ["unseen", "M3.4 3.4a1.7 1.7 0 1 1 2.3 1.9c-.5.2-.7.5-.7 1M5 8v.6"],
]);

/**
 * The shape of a health level, or of something that came or went.
 *
 * @param {string} kind
 * @param {import("./element.js").Attributes} [place]
 */
export function eventShape(kind, place = {}) {
  const shape = s("path", { d: EVENTS.get(kind) ?? EVENTS.get("recreated") });
  const box = { class: "level-icon", viewBox: "0 0 16 16", "aria-hidden": "true" };
  return s("svg", { ...box, ...place }, shape);
}

/**
 * A health level as icon and word.
 *
 * @param {string} level
 */
export function levelMark(level) {
  const icon = eventShape(LEVELS.has(level) ? level : "warning");
  const word = h("span", { class: "level-word" }, level);
  return h(
    "span",
    { class: "level", "data-level": level, "data-testid": "health-level" },
    icon,
    word,
  );
}

/**
 * A writer's state, or a user's access, as a dot of its own shape.
 *
 * @param {string} state
 */
export function stateDot(state) {
  const shape = s("path", { d: STATES.get(state) ?? STATES.get("unseen") });
  return s(
    "svg",
    { class: "state-dot", viewBox: "0 0 10 10", "data-state": state, "aria-hidden": "true" },
    shape,
  );
}
