/**
 * One number of an array as text, in each of the formats that a user can choose.
 *
 * @typedef {number | bigint} Scalar
 * @typedef {16 | 32 | 64} Bits of a float
 */
import { formatFloat, formatNumber } from "./format.js";

/** From here on a fixed number of decimals says nothing, and an exponent does. */
const LARGEST_FIXED = 1e15;
/** Where Python and numpy write an exponent. */
const LEAST_PLAIN = -4;
const MOST_PLAIN = 16;
/** Digits that tell any two floats of so many bits apart. */
const MOST_DIGITS = { 16: 5, 32: 9, 64: 17 };
const EXPONENT_DIGITS = 5;
/** A half float: ten bits behind the point, its smallest normal number two to the minus 14. */
const HALF_MANTISSA = 10;
const HALF_LEAST = -14;
const HALF_LARGEST = 65504;
const HALF_INFINITE = 65520;

/**
 * The nearest half float, ties to even.
 *
 * @param {number} value
 */
export function toHalf(value) {
  if (!Number.isFinite(value) || value === 0) return value;
  if (Math.abs(value) >= HALF_INFINITE) return Math.sign(value) * Number.POSITIVE_INFINITY;
  const step = 2 ** (exponentOf(value) - HALF_MANTISSA);
  const whole = value / step;
  const floor = Math.floor(whole);
  const rest = whole - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  return Math.max(-HALF_LARGEST, Math.min(HALF_LARGEST, (floor + (up ? 1 : 0)) * step));
}

/** @param {number} value finite and not zero */
function exponentOf(value) {
  const size = Math.abs(value);
  let exponent = Math.floor(Math.log2(size));
  if (2 ** exponent > size) exponent -= 1;
  return Math.max(HALF_LEAST, exponent);
}

/**
 * The bits of a half float.
 *
 * @param {number} value one that a half float can hold
 */
export function halfBits(value) {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  if (Number.isNaN(value)) return 0x7e00;
  if (!Number.isFinite(value)) return sign | 0x7c00;
  if (value === 0) return sign;
  const exponent = exponentOf(value);
  const mantissa = Math.abs(value) / 2 ** (exponent - HALF_MANTISSA);
  // Below the smallest normal number the first bit is missing, and the exponent's field is zero.
  return sign | (mantissa + (exponent - HALF_LEAST) * 2 ** HALF_MANTISSA);
}

/**
 * The shortest rounding that gives back the very float, written as Python does.
 *
 * @param {number} value
 * @param {Bits} bits
 */
export function shortest(value, bits) {
  if (!Number.isFinite(value)) return formatNumber(value);
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [digits = "", exponent = "0"] = shortestExponential(value, bits).split("e");
  const power = Number(exponent);
  if (power < LEAST_PLAIN || power >= MOST_PLAIN) return `${digits}e${twoDigits(power)}`;
  return plain(digits, power);
}

/**
 * @param {number} value
 * @param {Bits} bits
 */
function shortestExponential(value, bits) {
  if (bits === 64) return value.toExponential();
  const nearest = bits === 32 ? Math.fround : toHalf;
  for (let digits = 0; digits < MOST_DIGITS[bits]; digits++) {
    const text = value.toExponential(digits);
    if (nearest(Number(text)) === value) return text;
  }
  return value.toExponential();
}

/** @param {number} power */
function twoDigits(power) {
  const sign = power < 0 ? "-" : "+";
  return `${sign}${String(Math.abs(power)).padStart(2, "0")}`;
}

/**
 * @param {string} mantissa such as `-1.25`
 * @param {number} power of ten
 */
function plain(mantissa, power) {
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  if (power < 0) return `${sign}0.${"0".repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, "0");
  return `${sign}${whole}.${digits.slice(power + 1) || "0"}`;
}

/**
 * @param {number} value
 * @param {Bits} bits
 */
function autoFloat(value, bits) {
  // A time in seconds since 1970 keeps its milliseconds.
  return formatFloat(value, bits === 64 && Math.abs(value) >= 1e6 ? 13 : 6);
}

/** @param {number} decimals */
function fixed(decimals) {
  return (/** @type {number} */ value) =>
    Math.abs(value) < LARGEST_FIXED ? value.toFixed(decimals) : value.toExponential(decimals);
}

/** @type {Record<string, (value: number, bits: Bits) => string>} */
const FLOATS = {
  auto: autoFloat,
  fixed2: fixed(2),
  fixed6: fixed(6),
  exp: (value) => value.toExponential(EXPONENT_DIGITS),
  full: shortest,
};

/**
 * A float in a format; hexadecimal is for `bitsOf`.
 *
 * @param {number} value
 * @param {Bits} bits
 * @param {string} format
 */
export function formatReal(value, bits, format) {
  if (!Number.isFinite(value)) return formatNumber(value);
  return (FLOATS[format] ?? autoFloat)(value, bits);
}

/**
 * An integer in a format: none takes a digit away but `exp`.
 *
 * @param {Scalar} value
 * @param {number} bits
 * @param {string} format
 */
export function formatInteger(value, bits, format) {
  if (format === "hex") return hexOf(BigInt(value), bits);
  return format === "exp" ? Number(value).toExponential(EXPONENT_DIGITS) : value.toString();
}

/**
 * The bits of an integer, as two's complement where it is below zero.
 *
 * @param {bigint} value
 * @param {number} bits
 */
function hexOf(value, bits) {
  return `0x${BigInt.asUintN(bits, value)
    .toString(16)
    .padStart(bits / 4, "0")}`;
}

/**
 * The bits of a float as they lie in memory, a NaN's own ones too.
 *
 * @param {Float32Array | Float64Array} values
 * @param {number} index
 * @param {Bits} bits
 */
export function hexOfFloat(values, index, bits) {
  if (bits === 16) return hexOf(BigInt(halfBits(values[index] ?? 0)), 16);
  const { buffer, byteOffset, BYTES_PER_ELEMENT: size } = values;
  const view = new DataView(buffer, byteOffset + index * size, size);
  return hexOf(size === 4 ? BigInt(view.getUint32(0, true)) : view.getBigUint64(0, true), size * 8);
}
