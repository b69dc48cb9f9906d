/** Every element as text: large digits for few, a grid to scroll through for many. */
import { sizeOf } from "../grid_model.js";
import { GridView } from "../grid_view.js";
import { countsOf } from "../viewport.js";
import { FEW } from "../virtual_grid.js";

const WORDS = {
  label: "Values, element by element",
  testid: "numbers-table",
  kind: "numbers",
  large: true,
  one: "value",
  many: "values",
};

/** @type {import("../types.js").View} */
export const numbers = {
  id: "numbers",
  label: "Numbers",
  tools: ["axes", "format", "changes"],
  fits(schema) {
    if (schema.kind === "records" || schema.kind === "text") return 0;
    return sizeOf(countsOf(schema)) <= FEW ? 80 : 5;
  },
  mount: (root, actions) => new GridView(root, actions, WORDS),
};
