/** Records as a grid: a row each, a column a field. */
import { loadGrid } from "../grid/load.js";

const WORDS = {
  label: "Records, field by field",
  testid: "records-table",
  kind: "records",
  large: false,
  one: "record",
  many: "records",
};

/** @type {import("./types.js").View} */
export const records = {
  id: "records",
  label: "Records",
  tools: ["axes", "format", "changes"],
  fits: ({ kind }) => (kind === "records" ? 80 : 0),
  load: () => loadGrid(WORDS),
};
