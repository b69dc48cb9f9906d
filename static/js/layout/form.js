/**
 * A layout by hand between its forms: the texts of a form, the JSON that is asked for, the words that
 * describe it. The server is the judge of what is valid.
 *
 * @typedef {import("./types.js").Layout} Layout
 * @typedef {"dtype" | "shape" | "offset" | "order" | "strides"} Field
 * @typedef {Record<Field, string>} Form
 * @typedef {{field: Field, detail: string}} Mistake
 */

/** @type {Field[]} */
export const FIELDS = ["dtype", "shape", "offset", "order", "strides"];

const WHOLE = /^(?:0x[0-9a-f]+|\d+)$/i;
const STRIDES = /^[([]?\s*-?\d+(?:[\s,]+-?\d+)*\s*,?\s*[)\]]?$/;

/**
 * Read a form; what stands at its default is left out.
 *
 * @param {Form} form
 * @returns {{layout: Layout, mistake: null} | {layout: null, mistake: Mistake}}
 */
export function readForm(form) {
  const mistake = mistakeIn(form);
  if (mistake) return { layout: null, mistake };
  /** @type {Layout} */
  const layout = { dtype: readDtype(form.dtype.trim()) };
  if (form.shape.trim()) layout.shape = form.shape.trim();
  if (Number(form.offset) > 0) layout.offset = Number(form.offset);
  if (form.order === "F") layout.order = "F";
  if (form.strides.trim()) layout.strides = form.strides.match(/-?\d+/g)?.map(Number) ?? [];
  return { layout, mistake: null };
}

/**
 * Only what cannot be told to the server at all: it finds the other mistakes itself.
 *
 * @param {Form} form
 * @returns {Mistake | null}
 */
function mistakeIn({ dtype, offset, strides }) {
  if (!dtype.trim()) return { field: "dtype", detail: "Say what one element is: <f4, uint8, …" };
  const at = offset.trim();
  if (at && !(WHOLE.test(at) && Number.isSafeInteger(Number(at)))) {
    const detail = `The offset is a number of bytes such as 64 or 0x40, not ${quoted(at)}.`;
    return { field: "offset", detail };
  }
  if (strides.trim() && !STRIDES.test(strides.trim())) {
    const detail = `Strides are bytes, one number an axis, such as 4096, 4; not ${quoted(strides)}.`;
    return { field: "strides", detail };
  }
  return null;
}

/** @param {string} text */
function quoted(text) {
  return `“${text.length > 40 ? `${text.slice(0, 40)}…` : text}”`;
}

/**
 * A list of fields in JSON is sent as a list, everything else as the text it is.
 *
 * @param {string} text
 * @returns {Layout["dtype"]}
 */
function readDtype(text) {
  if (!text.startsWith("[")) return text;
  try {
    const list = JSON.parse(text);
    return Array.isArray(list) ? list : text;
  } catch {
    return text;
  }
}

/**
 * @param {Layout} layout
 * @returns {Form}
 */
export function formOf({ dtype, shape, offset, order, strides }) {
  return {
    dtype: dtypeText(dtype),
    shape: shapeText(shape),
    offset: String(offset ?? 0),
    order: order ?? "C",
    strides: strides?.join(", ") ?? "",
  };
}

/** @param {Layout["shape"]} shape */
function shapeText(shape) {
  if (!Array.isArray(shape)) return shape ?? "";
  return shape.length === 0 ? "()" : shape.join(", ");
}

/**
 * A dtype as a person writes it: fields as `time:<f8, xyz:(3,)<f4`, nested ones as JSON.
 *
 * @param {Layout["dtype"]} dtype
 */
export function dtypeText(dtype) {
  if (typeof dtype === "string") return dtype;
  const fields = dtype.map((field) => fieldText(/** @type {unknown[]} */ (field)));
  return fields.includes("") ? JSON.stringify(dtype) : fields.join(", ");
}

/** @param {unknown[]} field empty where the short form cannot hold it */
function fieldText(field) {
  const [name, spec, shape] = Array.isArray(field) ? field : [];
  const plain = typeof name === "string" && /^[^\s,:;(){}[\]'"]+$/.test(name);
  if (!plain || typeof spec !== "string") return "";
  return `${name}:${Array.isArray(shape) ? `(${shape.join(",")},)` : ""}${spec}`;
}

/**
 * A layout as the form would say it, to be compared with others.
 *
 * @param {Layout | null} layout
 */
export function keyOfLayout(layout) {
  return JSON.stringify(layout && (readForm(formOf(layout)).layout ?? layout));
}

/**
 * Whether a form says this layout.
 *
 * @param {Form} form
 * @param {Layout | null} layout
 */
export function says(form, layout) {
  return keyOfLayout(readForm(form).layout) === keyOfLayout(layout);
}

/** @param {Layout} layout `<f4 · 4 × 1024 · at 64` */
export function describeLayout({ dtype, shape, offset, order, strides }) {
  const lengths = shapeText(shape)
    .replace(/[()[\]]/g, "")
    .trim();
  const parts = [
    dtypeText(dtype),
    lengths ? lengths.split(/\s*[,x]\s*|\s+/).join(" × ") : shape ? "scalar" : "as many as fit",
    offset ? `at ${offset}` : "",
    order === "F" ? "order F" : "",
    strides ? `strides ${strides.join(", ")}` : "",
  ];
  return parts.filter(Boolean).join(" · ");
}
