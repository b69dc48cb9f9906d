/** Every element as text: large digits for few, a dense table for many. */
import { h, setAttribute } from "../element.js";
import { gridOf } from "../grid_model.js";
import { GridTable } from "../grid_table.js";

/** @typedef {import("../types.js").Schema} Schema */

/** Up to here, numbers are read rather than drawn. */
const FEW = 64;

/** @param {Schema} schema */
function countOf({ axes }) {
  return axes.reduce((product, { count }) => product * count, 1);
}

/**
 * As large as the values fit: few and short ones are read from across the room.
 *
 * @param {number} count
 * @param {number} width letters in the widest row
 */
function sizeFor(count, width) {
  if (count <= 4 && width <= 24) return "huge";
  if (count <= 16 && width <= 40) return "large";
  return count <= FEW && width <= 72 ? "medium" : "small";
}

/** @param {import("../grid_model.js").Grid} grid */
function widthOf({ rows }) {
  const widths = rows.map(({ cells }) => cells.reduce((sum, { text }) => sum + text.length, 0));
  return Math.max(0, ...widths);
}

/** @type {import("../types.js").View} */
export const numbers = {
  id: "numbers",
  label: "Numbers",
  fits(schema) {
    if (schema.kind === "records" || schema.kind === "text") return 0;
    return countOf(schema) <= FEW ? 80 : 5;
  },
  mount(root) {
    const box = h("div", {
      class: "scroll numbers",
      tabindex: 0,
      role: "region",
      "aria-label": "Values",
    });
    root.append(box);
    const table = new GridTable(box, "Values, element by element", "numbers-table");
    let widest = 0;
    return {
      draw(schema, frame) {
        const count = countOf(schema);
        const grid = gridOf(schema, frame);
        // Never growing again: digits that come and go must not make the table jump.
        widest = Math.max(widest, widthOf(grid));
        setAttribute(box, "data-size", sizeFor(count, widest));
        table.draw(grid);
        return {
          text: `${count} values in a table${schema.unit ? `, in ${schema.unit}` : ""}`,
          range: null,
        };
      },
      unmount() {},
    };
  },
};
