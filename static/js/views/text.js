/** Text, dates and mixed objects as a grid, one below the other. */
import { loadGrid } from "../grid/load.js";

const WORDS = {
  label: "Values, entry by entry",
  testid: "text-table",
  kind: "texts",
  large: false,
  one: "entry",
  many: "entries",
};

/** @type {import("./types.js").View} */
export const text = {
  id: "text",
  label: "Text",
  tools: ["axes", "changes"],
  fits: ({ kind }) => (kind === "text" ? 80 : 0),
  load: () => loadGrid(WORDS),
};
