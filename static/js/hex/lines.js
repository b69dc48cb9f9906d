/**
 * The lines of a hex dump, written in place. Marks of change are steps and not animations: thousands
 * of animations at once leave a browser no time to draw (measured: 2 frames a second for a page of
 * 4096 bytes that all change).
 */
import { h, setAttribute } from "../page/element.js";
import { ChangeMarks, hexDigits, kindOfByte, letterOf } from "./model.js";

/** What a mark is called in the style sheet, by its level. */
const LEVELS = [null, "recent", "now"];

/** @typedef {{digits: HTMLElement, text: Text}} Cell */

export class HexLines {
  /** @type {Cell[]} */
  #cells = [];
  /** @type {Text[]} one a line */
  #letters = [];
  #width = 1;
  #marks = new ChangeMarks(0);

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
  }

  /**
   * @param {string[]} addresses one a line
   * @param {Uint8Array} bytes
   * @param {number} width bytes a line
   */
  build(addresses, bytes, width) {
    this.#width = width;
    this.#marks = new ChangeMarks(bytes.length);
    this.#cells = Array.from(bytes, cellOf);
    this.#letters = addresses.map(() => document.createTextNode(""));
    this.root.replaceChildren(...addresses.map((address, line) => this.#line(address, line)));
    for (const line of addresses.keys()) this.#spell(line, bytes);
  }

  /**
   * @param {string} address
   * @param {number} line
   */
  #line(address, line) {
    const cells = this.#cells.slice(line * this.#width, (line + 1) * this.#width);
    const digits = cells.flatMap(({ digits }, i) => (i === 0 ? [digits] : [" ", digits]));
    return h(
      "div",
      { class: "hex-line", role: "row", "data-testid": "hex-line" },
      h("span", { class: "hex-address", role: "rowheader" }, address),
      h("span", { class: "hex-digits", role: "cell" }, ...digits),
      h("span", { class: "hex-letters", role: "cell" }, this.#letters[line]),
    );
  }

  /**
   * @param {Uint8Array} bytes
   * @param {number[]} changed their places
   * @param {number} now_ms
   */
  update(bytes, changed, now_ms) {
    const lines = new Set();
    for (const place of changed) {
      const cell = this.#cells[place];
      if (cell) write(cell, bytes[place] ?? 0);
      lines.add(Math.floor(place / this.#width));
    }
    for (const line of lines) this.#spell(line, bytes);
    this.#marks.update(changed, now_ms, (place, level) => {
      const cell = this.#cells[place];
      if (cell) setAttribute(cell.digits, "data-changed", LEVELS[level]);
    });
  }

  /**
   * @param {number} line
   * @param {Uint8Array} bytes
   */
  #spell(line, bytes) {
    const part = bytes.subarray(line * this.#width, (line + 1) * this.#width);
    const text = this.#letters[line];
    if (text) text.data = Array.from(part, letterOf).join("");
  }
}

/** @param {number} byte */
function cellOf(byte) {
  const text = document.createTextNode("");
  const cell = { digits: h("span", {}, text), text };
  write(cell, byte);
  return cell;
}

/**
 * @param {Cell} cell
 * @param {number} byte
 */
function write({ digits, text }, byte) {
  text.data = hexDigits(byte);
  setAttribute(digits, "data-kind", kindOfByte(byte));
}
