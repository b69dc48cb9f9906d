/**
 * The words of docs/stream.md on values, as types. Nothing here runs.
 *
 * @typedef {Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array
 *   | Uint32Array | BigInt64Array | BigUint64Array} Numbers
 * @typedef {Numbers | string[]} Values
 *
 * @typedef {"numbers" | "complex" | "bool" | "text" | "records"} Kind
 * @typedef {{axis: number, start: number, step: number, count: number}} Axis
 * @typedef {{name: string, dtype: string, kind: Kind, shape: number[]}} Field
 *
 * How what is too much for the screen is reduced. An envelope is the minimum and the maximum, as a
 * last axis of two.
 * @typedef {"stride" | "mean" | "min" | "max" | "envelope"} Reduction
 * @typedef {"real" | "imaginary" | "magnitude" | "phase"} Part
 * @typedef {{array: string} | {copy: number}} Against
 *
 * `selected` are the axes of the selection, `window` says from where to where of them is sent, and
 * `reduced` how many of its elements each element of `axes` stands for.
 *
 * @typedef {object} Schema
 * @property {string} array
 * @property {string} dtype
 * @property {number[]} shape
 * @property {string} select
 * @property {string | null} field
 * @property {Part | null} part
 * @property {number[] | null} order
 * @property {Against | null} against
 * @property {Axis[]} selected
 * @property {[number, number][]} window
 * @property {Axis[]} axes
 * @property {number[] | null} reduced
 * @property {Reduction | null} how
 * @property {number | null} [thinned]
 * @property {Kind} kind
 * @property {Field[] | null} fields
 * @property {string | null} unit
 * @property {string[] | null} labels
 *
 * @typedef {object} Frame
 * @property {number} taken_unix_s
 * @property {"clean" | "torn" | "unverified"} verdict
 * @property {number} attempts
 * @property {number[]} shape
 * @property {Values} [values]
 * @property {Values[]} [columns]
 * @property {number} [coverage]
 * @property {Difference | null} [difference]
 *
 * @typedef {object} Difference
 * @property {number | bigint} differing
 * @property {number | bigint} of
 * @property {number | bigint | null} largest
 * @property {number[] | null} at
 * @property {number[] | null} first
 *
 * All of an array as it once was, kept by the server.
 *
 * @typedef {object} Copy
 * @property {number} number
 * @property {number} taken_unix_s
 * @property {Frame["verdict"]} verdict
 * @property {number} size_bytes
 * @property {number[]} shape
 * @property {string} dtype
 */
export {};
