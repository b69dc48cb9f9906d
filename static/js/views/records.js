/** Records as a table: a row each, a column a field. */
import { h } from "../element.js";
import { formatCount } from "../format.js";
import { recordsOf } from "../grid_model.js";
import { GridTable } from "../grid_table.js";

/** @type {import("../types.js").View} */
export const records = {
  id: "records",
  label: "Records",
  fits: ({ kind }) => (kind === "records" ? 80 : 0),
  mount(root) {
    const box = h("div", {
      class: "scroll records",
      tabindex: 0,
      role: "region",
      "aria-label": "Records",
    });
    root.append(box);
    const table = new GridTable(box, "Records, field by field", "records-table");
    return {
      draw(schema, frame) {
        const grid = recordsOf(schema, frame);
        table.draw(grid);
        return { text: `${formatCount(grid.total, "record")} in a table`, range: null };
      },
      unmount() {},
    };
  },
};
