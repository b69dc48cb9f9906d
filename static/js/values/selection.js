/**
 * The text of a numpy basic selection, as far as the page has to understand it: to say what every
 * axis is used for, and to suggest a first selection. The server is the judge of what is valid.
 */

/** Bytes of a page of a hex dump. */
export const PAGE_BYTES = 4096;

/**
 * One entry an axis, `...` and missing entries written out; null if the text has too many.
 *
 * @param {string} text
 * @param {number} dimensions
 * @returns {string[] | null}
 */
export function parseSelection(text, dimensions) {
  const bare = text.trim().replace(/^\[(.*)\]$/s, "$1");
  const parts = bare === "" ? [] : bare.split(",").map((part) => part.trim());
  if (parts.at(-1) === "") parts.pop();
  const gap = parts.indexOf("...");
  const given = gap < 0 ? parts.length : parts.length - 1;
  if (given > dimensions || parts.indexOf("...", gap + 1) > 0) return null;
  const missing = Array(dimensions - given).fill(":");
  if (gap < 0) return [...parts, ...missing];
  return [...parts.slice(0, gap), ...missing, ...parts.slice(gap + 1)];
}

/** @param {string[]} entries */
export function formatSelection(entries) {
  return entries.length === 0 ? "..." : entries.join(", ");
}

/**
 * What to look at first: the whole of what a picture can show, the first entries of the axes
 * before; of bytes the first ones.
 *
 * @param {{shape: number[], dtype_spec: import("../layout/types.js").Layout["dtype"]}} row a length of -1
 *   is one that nobody knows yet
 */
export function firstSelection({ shape, dtype_spec }) {
  const lengths = shape.map((length) => (length < 0 ? Number.POSITIVE_INFINITY : length));
  const [first = 0] = lengths;
  if (isRecords(dtype_spec)) return "...";
  const bytes = /^(\|?u1|uint8)$/.test(String(dtype_spec));
  if (bytes && shape.length === 1) return first > PAGE_BYTES ? `0:${PAGE_BYTES}` : "...";
  const channels = lengths.at(-1) ?? 0;
  const image = bytes && (channels === 3 || channels === 4);
  const leading = shape.length - (image ? 3 : 2);
  const small = lengths.reduce((product, length) => product * length, 1) <= 64;
  if (leading <= 0 || small) return "...";
  return formatSelection(shape.map((_, axis) => (axis < leading ? "0" : ":")));
}

/**
 * A list of fields, or fields as a person writes them: `time:<f8, price:<f4`.
 *
 * @param {import("../layout/types.js").Layout["dtype"]} dtype
 */
export function isRecords(dtype) {
  return Array.isArray(dtype) || /[:(,]/.test(dtype);
}

/**
 * What to look at first of a layout by hand, whose shape may be text.
 *
 * @param {import("../layout/types.js").Layout} layout
 */
export function firstOfLayout({ dtype, shape = [-1] }) {
  const lengths = typeof shape === "string" ? (shape.match(/-?\d+/g) ?? []).map(Number) : shape;
  return firstSelection({ shape: lengths, dtype_spec: dtype });
}

/**
 * What a selection depends on: the dtype and how many axes there are.
 *
 * @param {import("../layout/types.js").Layout | import("../page/types.js").Facts | null} of
 */
export function axesKey(of) {
  if (!of) return "";
  const dtype = "dtype_spec" in of ? of.dtype_spec : of.dtype;
  const { shape = [-1] } = of;
  const lengths = typeof shape === "string" ? shape.match(/-?\d+/g) : shape;
  return JSON.stringify([dtype, lengths?.length ?? 0]);
}
