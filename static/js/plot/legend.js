/** Keys of a plot's traces: a stroke in the trace's colour and dash, and its name. */
import { h, s } from "../page/element.js";
import { traceStyle } from "./trace_style.js";

/**
 * @param {string} label
 * @param {number} index
 * @param {import("../page/element.js").Child[]} more
 */
export function traceKey(label, index, ...more) {
  const { channel, dash } = traceStyle(index);
  return keyItem(`channel-${channel}`, dash, label, ...more);
}

/** @param {string} label of traces that are held, each in the colour of its present one */
export function heldKey(label) {
  return keyItem("held", [], label);
}

/**
 * @param {string} style
 * @param {number[]} dash
 * @param {string} label
 * @param {import("../page/element.js").Child[]} more
 */
function keyItem(style, dash, label, ...more) {
  const attributes = { x1: 0, y1: 4, x2: 24, y2: 4, class: style };
  const stroke = s("line", { ...attributes, "stroke-dasharray": dash.join(" ") || null });
  const icon = s("svg", { class: "key", viewBox: "0 0 24 8", "aria-hidden": "true" }, stroke);
  const name = h("span", { class: "key-name" }, label);
  return h("li", { "data-testid": "legend-item" }, icon, name, ...more);
}
