/** Two boxes for the ends of a scale: what is written into them is held until it is given back. */
import { h } from "../page/element.js";
import { formatWithin } from "../page/format.js";

/**
 * @typedef {import("../views/types.js").Range} Range
 * @typedef {Range & {kind: import("../views/types.js").Look["scale"]}} Scale
 */

const DIGITS = 5;

/**
 * An end of a scale, with the digits that matter on it.
 *
 * @param {Scale} scale
 * @param {number} value
 */
function endText({ kind, lo, hi }, value) {
  if (kind === "linear") return formatWithin(value, hi - lo);
  return String(Number(value.toPrecision(DIGITS)));
}

export class RangeInputs {
  /** @type {Scale} */
  #shown = { kind: "linear", lo: 0, hi: 1 };

  /**
   * @param {(range: Range | null) => void} hold
   * @param {{of?: string, id?: string}} [words] what it is the scale of
   */
  constructor(hold, { of = "colour scale", id = "heat" } = {}) {
    this.hold = hold;
    this.top = this.#input(`Top of the ${of}`, `${id}-max`);
    this.bottom = this.#input(`Foot of the ${of}`, `${id}-min`);
    this.auto = h("button", { type: "button", "data-testid": `${id}-auto`, hidden: true }, "Auto");
    this.auto.title = "Let the scale follow the values again";
    this.auto.addEventListener("click", () => hold(null));
  }

  /**
   * @param {string} name
   * @param {string} testid
   */
  #input(name, testid) {
    const input = h("input", { type: "text", class: "range-end", "aria-label": name });
    input.dataset.testid = testid;
    input.inputMode = "decimal";
    input.autocomplete = "off";
    input.title = `${name}: write a number to hold it`;
    input.addEventListener("change", () => this.#take());
    input.addEventListener("keydown", ({ key }) => {
      if (key === "Enter") this.#take();
      if (key === "Escape") this.#write();
    });
    input.addEventListener("blur", () => this.#write());
    return input;
  }

  /**
   * @param {Scale} scale
   * @param {boolean} held
   */
  show(scale, held) {
    this.#shown = scale;
    this.auto.hidden = !held;
    // What is being written is not written over.
    if (![this.top, this.bottom].some((input) => input.matches(":focus"))) this.#write();
  }

  #write() {
    const { lo, hi } = this.#shown;
    for (const [input, value] of /** @type {const} */ ([
      [this.top, hi],
      [this.bottom, lo],
    ])) {
      const text = endText(this.#shown, value);
      if (input.value !== text) input.value = text;
      input.removeAttribute("aria-invalid");
    }
  }

  #take() {
    const { lo, hi } = this.#shown;
    const next = { lo: this.#read(this.bottom, lo), hi: this.#read(this.top, hi) };
    if (next.lo === lo && next.hi === hi) return;
    const valid = Number.isFinite(next.lo) && Number.isFinite(next.hi) && next.lo < next.hi;
    for (const input of [this.top, this.bottom]) {
      input.setAttribute("aria-invalid", String(!valid));
    }
    if (valid) this.hold(next);
  }

  /**
   * The number that is written, or the very end of the scale where its rounding was left alone.
   *
   * @param {HTMLInputElement} input
   * @param {number} end
   */
  #read(input, end) {
    const text = input.value.trim().replace(",", ".");
    const untouched = text === endText(this.#shown, end);
    return untouched ? end : text === "" ? Number.NaN : Number(text);
  }
}
