/** One axis as a line, a few columns as a line each, or some of many rows. */
import { MOST_TRACES } from "../line/axes.js";

/** @type {import("./types.js").View} */
export const line = {
  id: "line",
  label: "Line",
  tools: ["axes", "scale", "range"],
  fits({ kind, selected }) {
    const numeric = kind === "numbers" || kind === "bool" || kind === "complex";
    const [first, second] = selected.map(({ count }) => count);
    if (!numeric || first === undefined || selected.length > 2) return 0;
    if (second === undefined) return first < 2 ? 0 : 50;
    if (second <= MOST_TRACES) return first < 2 ? 0 : 45;
    return 20;
  },
  async load() {
    const { LineView } = await import("../line/view.js");
    return (root, actions) => new LineView(root, actions);
  },
};
