/** Text, dates and mixed objects as a list. */
import { h } from "../element.js";
import { formatCount } from "../format.js";
import { gridOf } from "../grid_model.js";
import { GridTable } from "../grid_table.js";

/** @type {import("../types.js").View} */
export const text = {
  id: "text",
  label: "Text",
  fits: ({ kind }) => (kind === "text" ? 80 : 0),
  mount(root) {
    const box = h("div", {
      class: "scroll texts",
      tabindex: 0,
      role: "region",
      "aria-label": "Values",
    });
    root.append(box);
    const table = new GridTable(box, "Values, entry by entry", "text-table");
    return {
      draw(schema, frame) {
        table.draw(gridOf(schema, frame));
        return { text: formatCount(frame.values?.length ?? 0, "entry", "entries"), range: null };
      },
      unmount() {},
    };
  },
};
