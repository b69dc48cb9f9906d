/** What keys do on a picture, beside moving the cross. */

/** By how much a key zooms, and what part of the screen Ctrl and an arrow move it. */
const ZOOM = 1.5;
const PAN = 0.15;

/**
 * @typedef {import("../views/types.js").ViewAction} ViewAction
 * @typedef {import("./sight.js").Sight} Sight
 */

/** @type {Record<string, [number, number]>} */
const PANS = {
  ArrowUp: [0, -PAN],
  ArrowDown: [0, PAN],
  ArrowLeft: [-PAN, 0],
  ArrowRight: [PAN, 0],
};
/** @type {Record<string, ViewAction>} */
const ZOOMS = { "+": "zoom-in", "=": "zoom-in", "-": "zoom-out", 0: "zoom-all" };

/**
 * @param {Sight} sight
 * @param {ViewAction} action
 * @returns {boolean} whether it is one that a picture can do
 */
export function actOn(sight, action) {
  if (action === "zoom-in") sight.zoom(ZOOM);
  else if (action === "zoom-out") sight.zoom(1 / ZOOM);
  else if (action === "zoom-all") sight.all();
  else return false;
  return true;
}

/**
 * @param {Sight} sight
 * @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">} event
 * @returns {boolean} whether the key was one of these
 */
export function pressOn(sight, { key, ctrlKey, metaKey, altKey }) {
  const pan = ctrlKey ? PANS[key] : undefined;
  if (pan) {
    sight.pan(...pan);
    return true;
  }
  // Ctrl and plus is the browser's own zoom.
  const action = ctrlKey || metaKey || altKey ? undefined : ZOOMS[key];
  return action ? actOn(sight, action) : false;
}
