/**
 * One element of a frame as the text of a cell. What a cell cuts short stands whole in a copy.
 *
 * @typedef {import("../values/types.js").Kind} Kind
 * @typedef {import("../values/types.js").Values} Values
 * @typedef {import("../page/number_format.js").Bits} Bits
 * @typedef {"" | "number" | "zero" | "odd" | "true" | "false"} Mark
 * @typedef {{text: string, mark: Mark}} Cell
 * @typedef {(values: Values, index: number) => Cell} Writer
 * @typedef {{dtype: string, kind: Kind}} Element
 */
import { formatComplex } from "../page/format.js";
import { formatInteger, formatReal, hexOfFloat } from "../page/number_format.js";

/** Elements of a field's own array that a cell shows. */
const MOST_INNER = 12;
/** Letters of a text that a cell shows. */
const MOST_LETTERS = 512;

/** @type {Cell} */
const NOTHING = { text: "", mark: "" };

/**
 * The function that writes the elements of a dtype in a format.
 *
 * @param {Element} element
 * @param {string} format
 * @returns {Writer}
 */
export function cellWriter({ dtype, kind }, format) {
  if (kind === "bool") return flag;
  if (kind === "text") return format === "full" ? wholeText : shownText;
  if (kind === "complex") return (values, index) => pair(values, index, format);
  const half = /f2$/.test(dtype);
  return (values, index) => real(values, index, half, format);
}

/** @type {Writer} */
function flag(values, index) {
  const value = values[index];
  if (value === undefined) return NOTHING;
  return value ? { text: "true", mark: "true" } : { text: "false", mark: "false" };
}

/** @type {Writer} */
function wholeText(values, index) {
  return { text: String(values[index] ?? ""), mark: "" };
}

/** @type {Writer} */
function shownText(values, index) {
  const text = String(values[index] ?? "");
  const cut = text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text;
  // A cell is one line high.
  return { text: cut.replace(/\r\n?|\n/g, "↵"), mark: "" };
}

/**
 * @param {Values} values
 * @param {number} index
 * @param {boolean} half
 * @param {string} format
 * @returns {Cell}
 */
function real(values, index, half, format) {
  const value = values[index];
  if (value === undefined) return NOTHING;
  if (typeof value === "string") return { text: value, mark: "" };
  const mark = markOf(Number(value));
  if (values instanceof Float32Array || values instanceof Float64Array) {
    const bits = half ? 16 : bitsOf(values);
    if (format === "hex") return { text: hexOfFloat(values, index, bits), mark };
    return { text: formatReal(Number(value), bits, format), mark };
  }
  const bits = "BYTES_PER_ELEMENT" in values ? values.BYTES_PER_ELEMENT * 8 : 64;
  return { text: formatInteger(value, bits, format), mark };
}

/**
 * @param {Float32Array | Float64Array} values
 * @returns {Bits}
 */
function bitsOf(values) {
  return values instanceof Float32Array ? 32 : 64;
}

/**
 * @param {number} value
 * @returns {Mark}
 */
function markOf(value) {
  if (value === 0) return "zero";
  return Number.isFinite(value) ? "number" : "odd";
}

/**
 * A complex number, its halves side by side in `values`.
 *
 * @param {Values} values
 * @param {number} index
 * @param {string} format
 * @returns {Cell}
 */
function pair(values, index, format) {
  if (!(values instanceof Float32Array || values instanceof Float64Array)) return NOTHING;
  const [at, bits] = [2 * index, bitsOf(values)];
  const [re, im] = [values[at], values[at + 1]];
  if (re === undefined || im === undefined) return NOTHING;
  const odd = markOf(re) === "odd" || markOf(im) === "odd";
  const mark = odd ? "odd" : re === 0 && im === 0 ? "zero" : "number";
  if (format === "hex") {
    const halves = [hexOfFloat(values, at, bits), hexOfFloat(values, at + 1, bits)];
    return { text: halves.join(" "), mark };
  }
  if (format === "auto") return { text: formatComplex(re, im), mark };
  const sign = im < 0 || Object.is(im, -0) ? "-" : "+";
  const space = format === "full" ? "" : " ";
  const size = formatReal(Math.abs(im), bits, format);
  return { text: `${formatReal(re, bits, format)}${space}${sign}${space}${size}j`, mark };
}

/**
 * The function that writes a field of records, whose own elements stand in brackets.
 *
 * @param {import("../values/types.js").Field} field
 * @param {string} format
 * @returns {Writer}
 */
export function fieldWriter({ dtype, kind, shape }, format) {
  const write = cellWriter({ dtype, kind }, format);
  if (shape.length === 0) return write;
  const size = shape.reduce((product, length) => product * length, 1);
  const most = format === "full" ? size : MOST_INNER;
  return (values, index) => inner(values, index * size, shape, most, write);
}

/**
 * @param {Values} values
 * @param {number} first
 * @param {number[]} shape
 * @param {number} most
 * @param {Writer} write
 * @returns {Cell}
 */
function inner(values, first, shape, most, write) {
  const size = shape.reduce((product, length) => product * length, 1);
  const shown = Math.min(size, most);
  const cells = Array.from({ length: shown }, (_, i) => write(values, first + i));
  const texts = cells.map(({ text }) => text);
  const mark = cells.some((cell) => cell.mark === "odd") ? "odd" : "";
  return { text: bracketed(texts, shape, shown < size), mark };
}

/**
 * @param {string[]} texts in C order
 * @param {number[]} shape
 * @param {boolean} cut whether there are more than `texts`
 * @returns {string}
 */
function bracketed(texts, [length = 0, ...rest], cut) {
  if (rest.length === 0 || cut) return `[${texts.join(", ")}${cut ? ", …" : ""}]`;
  const size = rest.reduce((product, count) => product * count, 1);
  const parts = Array.from({ length }, (_, i) => texts.slice(i * size, (i + 1) * size));
  return `[${parts.map((part) => bracketed(part, rest, false)).join(", ")}]`;
}
