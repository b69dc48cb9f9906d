/** Two axes as a heat map. */

/** @type {import("./types.js").View} */
export const heat = {
  id: "heat",
  label: "Heat map",
  tools: ["axes", "map", "scale", "range", "reduce", "format", "changes"],
  fits({ kind, selected }) {
    const numeric = kind === "numbers" || kind === "bool" || kind === "complex";
    return numeric && selected.length === 2 && selected.every(({ count }) => count > 1) ? 40 : 0;
  },
  async load() {
    const { HeatMap } = await import("../heat/heat_map.js");
    return (root, actions) => new HeatMap(root, actions);
  },
};
