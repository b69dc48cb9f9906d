/** Buttons below a hex dump that turn its pages, and a box for an address to go to. */
import { h, setAttribute, setText } from "../page/element.js";
import { selectionAt, turned } from "./model.js";

/** @typedef {import("./model.js").Page} Page */

export class HexPager {
  /** @type {Page | null} */
  #page = null;
  #origin = 0;

  /** @param {(selection: string) => void} select */
  constructor(select) {
    this.select = select;
    this.previous = this.#button("Previous", "hex-previous", -1, "PageUp");
    this.next = this.#button("Next", "hex-next", 1, "PageDown");
    this.range = h("span", { class: "hex-range", "data-testid": "hex-range" });
    this.box = h("input", {
      id: "hex-goto",
      type: "text",
      size: 10,
      autocomplete: "off",
      spellcheck: "false",
      placeholder: "0x0",
      "data-testid": "hex-goto",
      "aria-describedby": "hex-note",
    });
    this.note = h("span", { id: "hex-note", class: "hex-note", role: "status" });
    this.root = this.#assemble();
  }

  #assemble() {
    const label = h("label", { for: "hex-goto", class: "label" }, "Go to");
    const form = h("form", { class: "hex-goto" }, label, this.box, this.note);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#goTo();
    });
    return h(
      "div",
      { class: "hex-pager", hidden: true },
      this.previous,
      this.range,
      this.next,
      form,
    );
  }

  /**
   * @param {string} text
   * @param {string} testid
   * @param {-1 | 1} direction
   * @param {string} key
   */
  #button(text, testid, direction, key) {
    const attributes = { type: "button", "data-testid": testid, "aria-keyshortcuts": key };
    const button = h("button", { ...attributes, title: `${key} at the end of the page` }, text);
    button.addEventListener("click", () => this.turn(direction));
    return button;
  }

  /**
   * @param {Page | null} page
   * @param {number} origin
   */
  show(page, origin) {
    this.#page = page;
    this.#origin = origin;
    this.root.hidden = page === null;
    if (!page) return;
    const last = Math.min(page.length, page.start + page.size) - 1;
    const [from, to, end] = [page.start, last, page.length - 1].map((at) => hex(origin + at));
    setText(this.range, `${from} – ${to} of ${end}`);
    setAttribute(this.previous, "disabled", turned(page, -1) === null);
    setAttribute(this.next, "disabled", turned(page, 1) === null);
  }

  /**
   * @param {-1 | 1} direction
   * @returns {boolean} whether there is such a page
   */
  turn(direction) {
    const selection = this.#page && turned(this.#page, direction);
    if (selection) this.select(selection);
    return selection !== null;
  }

  #goTo() {
    if (!this.#page || this.box.value.trim() === "") return;
    const selection = selectionAt(this.#page, this.box.value, this.#origin);
    const [first, last] = [this.#origin, this.#origin + this.#page.length - 1].map(hex);
    setText(this.note, selection ? "" : `An address from ${first} to ${last}, please.`);
    if (selection) this.select(selection);
  }
}

/** @param {number} address */
function hex(address) {
  return `0x${address.toString(16)}`;
}
