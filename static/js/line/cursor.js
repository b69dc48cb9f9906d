/** The read-out below a plot: what the cursor stands on, moved by pointer or by keys. */
import { h, setAttribute, setText } from "../page/element.js";
import { acrossOf } from "./axes.js";
import { indexAt, placesAt, readOutAt } from "./readout.js";

/**
 * @typedef {import("./view.js").Shown} Shown
 *
 * @typedef {object} CursorDeeds
 * @property {(element: number | null) => void} point
 * @property {(index: number[]) => void} watch
 */

const STRIDE = 10;
/** @type {Map<string, number>} */
const ACROSS = new Map([
  ["ArrowLeft", -1],
  ["ArrowRight", 1],
  ["Home", Number.NEGATIVE_INFINITY],
  ["End", Number.POSITIVE_INFINITY],
]);
/** @type {Map<string, number>} */
const AMONG = new Map([
  ["ArrowUp", -1],
  ["ArrowDown", 1],
]);

export class LineCursor {
  /** @type {Shown | null} */
  #shown = null;
  /** @type {number | null} */
  #element = null;
  #trace = 0;
  #idle = "";

  /** @param {CursorDeeds} deeds */
  constructor(deeds) {
    this.deeds = deeds;
    this.text = h("span", { class: "pixel", "data-testid": "pixel-readout" });
    this.button = h("button", { type: "button", hidden: true, "data-testid": "watch-here" });
    this.button.addEventListener("click", () => this.watch());
    this.root = h("div", { class: "line-readout" }, this.text, this.button);
  }

  /**
   * @param {Shown} shown
   * @param {string} idle what is said while there is no cursor
   */
  show(shown, idle) {
    this.#shown = shown;
    this.#idle = idle;
    setAttribute(this.root, "data-many", shown.lines.traces.length > 2);
    this.#say();
  }

  /**
   * @param {number | null} element
   * @param {number} [trace] the nearest
   */
  stand(element, trace = this.#trace) {
    this.#element = element;
    this.#trace = trace;
    this.#say();
  }

  /** @param {KeyboardEvent} event; says whether the key was its own */
  key({ key, shiftKey }) {
    if (!this.#shown) return false;
    const [across, among] = [ACROSS.get(key), AMONG.get(key)];
    if (key === "Escape") this.deeds.point(null);
    else if (key === "w") this.watch();
    else if (across !== undefined) this.#move(across * (shiftKey ? STRIDE : 1));
    else if (among !== undefined) this.#choose(among);
    else return false;
    return true;
  }

  /** @param {number} step */
  #move(step) {
    const { first, last } = this.#reach();
    const from = this.#element ?? (first + last) >> 1;
    this.deeds.point(Math.min(last, Math.max(first, from + step)));
  }

  /** @param {number} step */
  #choose(step) {
    const count = this.#shown?.lines.traces.length ?? 1;
    this.stand(this.#element, Math.min(count - 1, Math.max(0, this.#trace + step)));
  }

  /** The elements that are on the screen. */
  #reach() {
    const { schema, lines, options } = /** @type {Shown} */ (this.#shown);
    const { lo, hi } = acrossOf(schema, options.viewport);
    const first = lines.x.findIndex((place) => place >= lo - 0.5);
    const last = lines.x.findLastIndex((place) => place <= hi - 0.5);
    return { first: Math.max(0, first), last: Math.max(first, last) };
  }

  /** Where the cursor stands, in the array; null where an element stands for several. */
  #index() {
    const trace = this.#shown?.lines.traces[this.#trace] ?? this.#shown?.lines.traces[0];
    if (!this.#shown || this.#element === null || !trace) return null;
    const { schema } = this.#shown;
    const { first, last } = placesAt(schema, this.#element);
    return first === last ? indexAt(schema, this.#element, trace.place) : null;
  }

  watch() {
    const index = this.#index();
    if (index) this.deeds.watch(index);
  }

  #say() {
    const shown = this.#shown;
    if (!shown || this.#element === null || this.#element >= shown.lines.x.length) {
      this.button.hidden = true;
      return setText(this.text, this.#idle);
    }
    const index = this.#index();
    this.button.hidden = index === null;
    if (index) setText(this.button, `Watch [${index.join(", ")}]`);
    return setText(this.text, readOutAt(shown.schema, shown.frame, shown.lines, this.#element));
  }
}
