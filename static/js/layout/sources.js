/**
 * Where a layout to begin with comes from: the array's own row, or the page's address.
 *
 * @typedef {import("./types.js").Layout} Layout
 * @typedef {import("../page/types.js").Row} Row
 */

/**
 * The layout of a row, as it would be said by hand. Raw bytes are as many as fit, so that another
 * dtype fits too.
 *
 * @param {Pick<Row, "dtype_spec" | "shape" | "strides" | "offset" | "size_bytes" | "provenance">} row
 * @returns {Layout}
 */
export function layoutOfRow({ dtype_spec, shape, strides, offset, size_bytes, provenance }) {
  const count = shape.reduce((product, length) => product * length, 1);
  const dense = (/** @type {number[]} */ order) =>
    isDense(order, shape, strides, size_bytes / count);
  const axes = shape.map((_, axis) => axis);
  /** @type {Layout} */
  const layout = { dtype: dtype_spec };
  if (provenance !== "bytes") layout.shape = shape;
  if (offset > 0) layout.offset = offset;
  if (count === 0 || dense(axes.toReversed())) return layout;
  return dense(axes) ? { ...layout, order: "F" } : { ...layout, strides };
}

/**
 * @param {number[]} order axes, the one whose elements are neighbours first
 * @param {number[]} shape
 * @param {number[]} strides
 * @param {number} item_bytes
 */
function isDense(order, shape, strides, item_bytes) {
  let wanted = item_bytes;
  for (const axis of order) {
    const length = shape[axis] ?? 1;
    // An axis of one element is never walked along.
    if (length > 1 && strides[axis] !== wanted) return false;
    wanted *= length;
  }
  return true;
}

/**
 * A layout that came as JSON in an address; anything else is passed over.
 *
 * @param {string | null} text
 * @returns {Layout | null}
 */
export function parseLayout(text) {
  try {
    const layout = JSON.parse(text ?? "null");
    return isLayout(layout) ? layout : null;
  } catch {
    return null;
  }
}

/** @param {any} layout */
function isLayout(layout) {
  if (typeof layout !== "object" || layout === null) return false;
  const { dtype, shape = [], offset = 0, order = "C", strides } = layout;
  return (
    (typeof dtype === "string" || Array.isArray(dtype)) &&
    (typeof shape === "string" || isIntegers(shape)) &&
    Number.isSafeInteger(offset) &&
    (order === "C" || order === "F") &&
    (strides === undefined || strides === null || isIntegers(strides))
  );
}

/** @param {unknown} list */
function isIntegers(list) {
  return Array.isArray(list) && list.every(Number.isSafeInteger);
}
