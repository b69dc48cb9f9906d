/** Bytes as a hex dump: address, digits, letters. */

/** @type {import("./types.js").View} */
export const hex = {
  id: "hex",
  label: "Hex",
  tools: [],
  fits({ kind, dtype, selected: axes, shape, labels }) {
    if (kind !== "numbers" || !/[ui]1$/.test(dtype) || axes.length !== 1) return 0;
    if (shape.length > 1 || labels) return 4;
    return /u1$/.test(dtype) ? 85 : 30;
  },
  async load() {
    const { HexDump } = await import("../hex/dump.js");
    return (root, actions) => new HexDump(root, actions);
  },
};
