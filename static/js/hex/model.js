/**
 * Bytes as a hex dump: addresses, two digits and a letter each, what changed, and pages.
 *
 * @typedef {import("../values/types.js").Axis} Axis
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {{start: number, size: number, length: number}} Page in elements of the array
 */
import { PAGE_BYTES } from "../values/selection.js";

/** Bytes of a line. */
export const WIDE = 16;
export const NARROW = 8;

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
/** What stands for a byte that is no printable letter of ASCII. */
const NO_LETTER = "·";

/** @param {number} byte */
export function hexDigits(byte) {
  return DIGITS[byte] ?? "";
}

/** @param {number} byte */
export function letterOf(byte) {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : NO_LETTER;
}

/** @param {number} byte what is nothing is dimmed */
export function kindOfByte(byte) {
  return byte === 0 ? "nul" : null;
}

/**
 * The bytes that are sent, as they lie in memory: a signed one is shown by its bits.
 *
 * @param {import("../values/types.js").Frame} frame
 */
export function bytesOf({ values }) {
  if (values instanceof Uint8Array) return values.subarray(0, PAGE_BYTES);
  if (!(values instanceof Int8Array)) return new Uint8Array(0);
  return new Uint8Array(values.buffer, values.byteOffset, Math.min(values.length, PAGE_BYTES));
}

/**
 * The address of every line's first byte, with as many digits as the last byte of all needs.
 *
 * @param {Schema} schema
 * @param {number} count bytes shown
 * @param {number} width bytes a line
 * @param {number} origin address of the array's first byte
 */
export function addresses({ axes, shape }, count, width, origin) {
  const { start = 0, step = 1 } = axes[0] ?? {};
  const last = origin + Math.max(0, (shape.at(-1) ?? 1) - 1);
  const digits = Math.max(4, last.toString(16).length);
  return Array.from({ length: Math.ceil(count / width) }, (_, line) =>
    (origin + start + line * width * step).toString(16).padStart(digits, "0"),
  );
}

/**
 * Places of the bytes that differ; none where the lengths do.
 *
 * @param {Uint8Array | null} before
 * @param {Uint8Array} after
 */
export function changedBytes(before, after) {
  /** @type {number[]} */
  const places = [];
  if (before?.length !== after.length) return places;
  for (let i = 0; i < after.length; i++) if (before[i] !== after[i]) places.push(i);
  return places;
}

/** So long after a change a byte is still marked. */
export const RECENT_MS = 800;

/** How lately each byte changed: in this frame (2), a moment ago (1), or not (0). */
export class ChangeMarks {
  /** @param {number} count of bytes */
  constructor(count) {
    this.changed_ms = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
    this.levels = new Uint8Array(count);
  }

  /**
   * @param {number[]} changed places of the bytes that differ from the frame before
   * @param {number} now_ms
   * @param {(place: number, level: number) => void} onLevel called for every mark that changes
   */
  update(changed, now_ms, onLevel) {
    for (const place of changed) this.changed_ms[place] = now_ms;
    for (const [place, changed_ms] of this.changed_ms.entries()) {
      const level = changed_ms === now_ms ? 2 : Number(now_ms - changed_ms < RECENT_MS);
      if (level === this.levels[place]) continue;
      this.levels[place] = level;
      onLevel(place, level);
    }
  }
}

/**
 * What is shown, as a page to turn; null where everything is shown, or what is shown is not one
 * piece of a single axis.
 *
 * @param {Schema} schema
 * @returns {Page | null}
 */
export function pageOf({ axes, shape }) {
  const [axis] = axes;
  const [length = 0] = shape;
  if (!axis || shape.length !== 1 || length <= Math.min(axis.count, PAGE_BYTES)) return null;
  const start = Math.min(axis.start, axis.start + (axis.count - 1) * axis.step);
  // The last page is shorter; the one before it is not.
  const whole = axis.step === 1 && start + axis.count < length;
  return { start, size: whole ? Math.min(axis.count, PAGE_BYTES) : PAGE_BYTES, length };
}

/**
 * The selection of the page before (-1) or after (1); null where there is none.
 *
 * @param {Page} page
 * @param {-1 | 1} direction
 */
export function turned({ start, size, length }, direction) {
  const next = Math.max(0, start + direction * size);
  if (next === start || next >= length) return null;
  return selectionFrom(next, size, length);
}

/**
 * @param {number} start
 * @param {number} size
 * @param {number} length
 */
function selectionFrom(start, size, length) {
  return `${start}:${Math.min(length, start + size)}`;
}

/**
 * The selection of a page that begins with the line of an address; null where that is no address
 * of the array.
 *
 * @param {Page} page
 * @param {string} text `4096` or `0x1000`
 * @param {number} origin
 */
export function selectionAt({ size, length }, text, origin) {
  const address = /^(?:0x[0-9a-f]+|\d+)$/i.test(text.trim()) ? Number(text) : Number.NaN;
  const index = address - origin;
  if (!(index >= 0 && index < length)) return null;
  return selectionFrom(Math.floor(index / WIDE) * WIDE, size, length);
}
