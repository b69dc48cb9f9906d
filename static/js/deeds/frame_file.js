/**
 * A frame as a file, for what no server can be asked for again: a frame that stays, a difference, a
 * layout that is only tried.
 *
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../values/types.js").Frame} Frame
 * @typedef {import("../values/types.js").Numbers} Numbers
 */

/** @type {[Function, string][]} */
const DESCRS = [
  [Float32Array, "<f4"],
  [Float64Array, "<f8"],
  [Int8Array, "|i1"],
  [Int16Array, "<i2"],
  [Int32Array, "<i4"],
  [BigInt64Array, "<i8"],
  [Uint8Array, "|u1"],
  [Uint16Array, "<u2"],
  [Uint32Array, "<u4"],
  [BigUint64Array, "<u8"],
];
/** Magic, version 1.0 and the header's length come before it; all together fill whole lines of 64. */
const PREFIX = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
const ALIGNMENT = 64;

/**
 * Whether a frame holds every element of its window as a number.
 *
 * @param {Schema} schema
 * @param {Frame} frame
 */
export function isComplete({ reduced, kind }, { values }) {
  const numeric = kind === "numbers" || kind === "bool" || kind === "complex";
  return reduced === null && numeric && ArrayBuffer.isView(values);
}

/**
 * numpy's .npy file of a complete frame.
 *
 * Source: numpy.lib.format, version 1.0.
 *
 * @param {Schema} schema
 * @param {Frame} frame
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function npyOf({ kind, axes }, { values }) {
  const numbers = /** @type {Numbers} */ (values);
  const shape = axes.map(({ count }) => `${count},`).join(" ");
  const descr = descrOf(numbers, kind);
  const said = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`;
  const header = padded(said, PREFIX.length + 2);
  const start = PREFIX.length + 2 + header.length;
  const file = new Uint8Array(start + numbers.byteLength);
  file.set(PREFIX);
  file.set([header.length & 255, header.length >> 8], PREFIX.length);
  file.set(new TextEncoder().encode(header), PREFIX.length + 2);
  file.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), start);
  return file;
}

/**
 * @param {Numbers} values
 * @param {Schema["kind"]} kind
 */
function descrOf(values, kind) {
  if (kind === "bool") return "|b1";
  const descr = DESCRS.find(([type]) => values instanceof type)?.[1] ?? "|u1";
  if (kind === "complex") return descr === "<f4" ? "<c8" : "<c16";
  return descr;
}

/**
 * @param {string} header
 * @param {number} before bytes before it
 */
function padded(header, before) {
  const length = Math.ceil((before + header.length + 1) / ALIGNMENT) * ALIGNMENT - before;
  return `${header.padEnd(length - 1)}\n`;
}

/**
 * A line an element: its index in the array, and its value, as the server writes them.
 *
 * @param {Schema} schema
 * @param {Frame} frame
 */
export function csvOf({ kind, axes }, { values }) {
  const numbers = /** @type {Numbers} */ (values);
  const lines = [[...axes.map(({ axis }) => `axis_${axis}`), "value"].join()];
  const places = axes.map(() => 0);
  const total = axes.reduce((product, { count }) => product * count, 1);
  for (let i = 0; i < total; i++) {
    const index = axes.map(({ start, step }, axis) => start + (places[axis] ?? 0) * step);
    lines.push([...index, cellOf(numbers, i, kind)].join());
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      places[axis] = (places[axis] ?? 0) + 1;
      if ((places[axis] ?? 0) < (axes[axis]?.count ?? 0)) break;
      places[axis] = 0;
    }
  }
  return `${lines.join("\n")}\n`;
}

/**
 * @param {Numbers} values
 * @param {number} i
 * @param {Schema["kind"]} kind
 */
function cellOf(values, i, kind) {
  const short = values instanceof Float32Array;
  if (kind === "bool") return values[i] ? "True" : "False";
  if (kind !== "complex") return written(values[i] ?? 0, short);
  const imaginary = written(values[2 * i + 1] ?? 0, short);
  return `(${written(values[2 * i] ?? 0, short)}${imaginary.startsWith("-") ? "" : "+"}${imaginary}j)`;
}

/**
 * A number in the digits that it takes to read it back.
 *
 * @param {number | bigint} value
 * @param {boolean} short whether it is a float of 32 bits
 */
function written(value, short) {
  if (typeof value === "bigint") return String(value);
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  for (let digits = 6; short && digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(value);
}
