/** Keys of a plot's traces: a stroke in the trace's colour and dash, and its name. */
import { h, s } from "./element.js";
import { traceStyle } from "./plot.js";

/**
 * @param {string} label
 * @param {number} index
 * @param {import("./element.js").Child[]} more
 */
export function traceKey(label, index, ...more) {
  const { channel, dash } = traceStyle(index);
  const stroke = s("line", {
    x1: 0,
    y1: 4,
    x2: 24,
    y2: 4,
    class: `channel-${channel}`,
    "stroke-dasharray": dash.join(" ") || null,
  });
  const icon = s("svg", { class: "key", viewBox: "0 0 24 8", "aria-hidden": "true" }, stroke);
  return h(
    "li",
    { "data-testid": "legend-item" },
    icon,
    h("span", { class: "key-name" }, label),
    ...more,
  );
}
