/** Keys for a panel of values: they press what stands in the panel, so they do what it does. */
import { part } from "../page/element.js";
import { fillScreen } from "./full_screen.js";

/**
 * @typedef {import("./panel.js").ValuesPanel} ValuesPanel
 * @typedef {import("../keys/keys.js").Key} Key
 * @typedef {import("../keys/keys.js").KeyGroup} KeyGroup
 */

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/**
 * @param {() => ValuesPanel | null} panelOf the panel that keys are meant for
 * @returns {KeyGroup[]}
 */
export function valuesKeys(panelOf) {
  const on = (/** @type {Deed} */ deed) => (/** @type {string} */ key) => {
    const panel = panelOf();
    return panel !== null && deed(panel, key);
  };
  return [
    { heading: "Time", keys: timeKeys(on) },
    { heading: "What is seen", keys: placeKeys(on) },
    { heading: "How it is drawn", keys: lookKeys(on) },
    { heading: "To keep and compare", keys: deedKeys(on) },
  ];
}

/**
 * @typedef {(panel: ValuesPanel, key: string) => boolean} Deed does what a key asks for and says
 *   whether it could
 * @typedef {(deed: Deed) => (key: string) => boolean} On
 */

/**
 * @param {On} on
 * @returns {Key[]}
 */
function timeKeys(on) {
  return [
    { keys: [" "], says: "Pause, or go on", does: on(({ root }) => press(root, "pause")) },
    {
      keys: ["."],
      says: "One frame more",
      does: on(({ root }) => press(root, "step")),
      repeats: true,
    },
    { keys: ["r"], says: "Faster", does: on(({ root }) => turn(root, '[data-part="rate"]', 1)) },
    { keys: ["R"], says: "Slower", does: on(({ root }) => turn(root, '[data-part="rate"]', -1)) },
  ];
}

/**
 * @param {On} on
 * @returns {Key[]}
 */
function placeKeys(on) {
  const act = (/** @type {import("../views/types.js").ViewAction} */ action) =>
    on(({ screen }) => screen.slot.view?.act?.(action) ?? false);
  const step = (/** @type {number} */ by) => on(({ controls }) => controls.axes.step(by));
  return [
    { keys: ["+", "="], says: "Zoom in", does: act("zoom-in"), repeats: true },
    { keys: ["-"], says: "Zoom out", does: act("zoom-out"), repeats: true },
    { keys: ["0"], says: "All of the selection", does: act("zoom-all") },
    {
      keys: ["]"],
      says: "Next index of the first axis that stands at one",
      does: step(1),
      repeats: true,
    },
    { keys: ["["], says: "Index before", does: step(-1), repeats: true },
    {
      keys: ["t"],
      says: "Swap the two axes on the screen",
      does: on(({ root }) => swapAxes(root)),
    },
    { keys: ["g"], says: "Go to an element", does: act("go-to") },
    {
      keys: ["/"],
      says: "Write a selection",
      does: on(({ root }) => focusOn(part(root, "select"))),
    },
    { keys: ["f"], says: "Fill the screen, or no more", does: on(({ root }) => fillScreen(root)) },
  ];
}

/**
 * @param {On} on
 * @returns {Key[]}
 */
function lookKeys(on) {
  const tool = (/** @type {string} */ id, /** @type {number} */ by) =>
    on(({ root }) => turn(root, `[data-tool="${id}"]`, by));
  const show = on(({ root }, digit) => chooseView(root, Number(digit)));
  return [
    { keys: DIGITS, says: "Show the first view that fits, the second, …", does: show },
    { keys: ["c"], says: "Next colours", does: tool("map", 1), repeats: true },
    { keys: ["C"], says: "Colours before", does: tool("map", -1), repeats: true },
    { keys: ["l"], says: "Next scale: linear, log, symlog", does: tool("scale", 1) },
    { keys: ["m"], says: "Next way to reduce", does: tool("reduce", 1) },
    {
      keys: ["h"],
      says: "Hold the scale, or follow the values",
      does: on(({ root }) => press(root, "hold")),
    },
    {
      keys: ["n"],
      says: "Show what changes",
      does: on(({ root }) => click(root, '[data-tool="changes"]')),
    },
  ];
}

/**
 * @param {On} on
 * @returns {Key[]}
 */
function deedKeys(on) {
  return [
    { keys: ["k"], says: "Keep a copy", does: on(({ root }) => press(root, "keep")) },
    {
      keys: ["d"],
      says: "Difference from another",
      does: on(({ root }) => press(root, "compare")),
    },
    { keys: ["e"], says: "Save as a file", does: on(({ root }) => press(root, "export")) },
  ];
}

/**
 * @param {HTMLElement} root
 * @param {string} selector of a button
 */
function click(root, selector) {
  /** @type {HTMLElement | null} */
  const button = root.querySelector(selector);
  if (!button || button.hidden || button.matches(":disabled")) return false;
  if (button.tagName === "SUMMARY") button.focus(); // what it opens goes on from there
  button.click();
  return true;
}

/**
 * @param {HTMLElement} root
 * @param {string} name
 */
function press(root, name) {
  return click(root, `[data-part="${name}"]`);
}

/**
 * Choose what stands next in a select, round about.
 *
 * @param {HTMLElement} root
 * @param {string} selector
 * @param {number} by
 */
function turn(root, selector, by) {
  /** @type {HTMLSelectElement | null} */
  const select = root.querySelector(`select${selector}`);
  if (!select || select.options.length < 2) return false;
  const { length } = select.options;
  select.selectedIndex = (select.selectedIndex + by + length) % length;
  select.dispatchEvent(new Event("change"));
  return true;
}

/**
 * @param {HTMLElement} root
 * @param {number} place among the views that fit; at 0 stands the automatic choice
 */
function chooseView(root, place) {
  const radio = part(root, "view-switch").querySelectorAll("input")[place];
  radio?.click();
  return radio !== undefined;
}

/** @param {HTMLElement} root */
function swapAxes(root) {
  const across = part(root, "axes").querySelector('[data-role="across"][aria-pressed="true"]');
  const bar = /** @type {HTMLElement | null | undefined} */ (across?.closest("[data-axis]"));
  return bar ? click(bar, '[data-role="down"]') : false;
}

/** @param {HTMLElement} element */
function focusOn(element) {
  element.focus();
  return document.activeElement === element;
}
