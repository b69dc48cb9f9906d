/** What to take the difference from: nothing, a kept copy, another array of the same shape. */

import { DropDown } from "../page/drop_down.js";
import { h, setText } from "../page/element.js";
import { formatBytes, formatClock, formatShape } from "../page/format.js";
import { againstKey, comparableRows, describeAgainst } from "./compare_model.js";

/**
 * @typedef {import("../values/types.js").Against} Against
 * @typedef {import("../values/types.js").Copy} Copy
 * @typedef {import("../page/types.js").Row} Row
 *
 * @typedef {object} Deed
 * @property {() => void} opened look for what there is to compare with
 * @property {(against: Against | null) => void} choose
 * @property {(copy: Copy) => void} drop
 */

/** Few enough to be seen at once need no filter. */
const FEW = 8;
const MOST_LISTED = 100;

export class CompareMenu {
  #key = "";
  /** @type {Against | null} */
  #against = null;
  /** @type {Copy[]} */
  #copies = [];
  /** @type {Row[]} */
  #rows = [];
  /** @type {Pick<Row, "id" | "shape"> | null} null before it is known what there is */
  #own = null;

  /** @param {Deed} deed */
  constructor(deed) {
    this.deed = deed;
    this.menu = new DropDown("compare", "Compare", () => deed.opened());
    const label = "Find an array by its name";
    this.filter = h("input", {
      type: "text",
      placeholder: "Find by name",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": label,
      "data-testid": "compare-filter",
    });
    this.filter.addEventListener("input", () => this.#showRows());
    this.filter.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault(); // it stands in the selection's form
    });
    this.find = h("div", { class: "control", hidden: true }, this.filter);
    this.copies = h("ul", { class: "drop-list", "data-testid": "copies" });
    this.arrays = h("ul", { class: "drop-list", "data-testid": "compare-arrays" });
    this.shape = h("p", { class: "label" });
    this.nothing = this.#choice("Nothing", null, "compare-nothing");
    this.menu.body.append(
      this.nothing,
      h("p", { class: "label" }, "A kept copy"),
      this.copies,
      this.shape,
      this.find,
      this.arrays,
    );
  }

  /**
   * @param {Against | null} against
   * @param {Copy[]} copies
   */
  show(against, copies) {
    const key = JSON.stringify([against, copies.map(({ number }) => number)]);
    if (key === this.#key) return;
    this.#key = key;
    this.#against = against;
    this.#copies = copies;
    const name = against ? describeAgainst(against, copies) : "";
    setText(this.menu.summary, against ? `Compared with ${name}` : "Compare");
    this.menu.root.toggleAttribute("data-active", against !== null);
    this.#showChoices();
  }

  /**
   * @param {Row[]} rows every array that there is
   * @param {Pick<Row, "id" | "shape">} own
   */
  offer(rows, own) {
    this.#rows = rows;
    this.#own = own;
    this.#showRows();
  }

  #showChoices() {
    const focused = this.menu.body.contains(document.activeElement);
    const none = h("li", { class: "hint" }, "None is kept yet.");
    const entries = this.#copies.map((copy) => this.#copyEntry(copy));
    this.copies.replaceChildren(...(entries.length > 0 ? entries : [none]));
    this.#mark(this.nothing, null);
    this.#showRows();
    // What had the focus may have been taken away.
    if (focused && !this.menu.body.contains(document.activeElement)) this.nothing.focus();
  }

  #showRows() {
    if (!this.#own) return;
    const all = comparableRows(this.#rows, this.#own, "");
    const fitting = comparableRows(this.#rows, this.#own, this.filter.value);
    setText(this.shape, `Another array of ${formatShape(this.#own.shape)}`);
    this.find.hidden = all.length <= FEW;
    const entries = fitting.slice(0, MOST_LISTED).map(({ id, name, dtype }) => {
      const button = this.#choice(name, { array: id }, "compare-array");
      button.append(h("span", { class: "drop-note" }, dtype));
      return h("li", {}, button);
    });
    const more = fitting.length - entries.length;
    const rest = all.length === 0 ? "There is none." : more > 0 ? `and ${more} more` : "";
    this.arrays.replaceChildren(...entries, ...(rest ? [h("li", { class: "hint" }, rest)] : []));
  }

  /** @param {Copy} copy */
  #copyEntry(copy) {
    const time = formatClock(copy.taken_unix_s);
    const button = this.#choice(time, { copy: copy.number }, "compare-copy");
    const facts = [formatBytes(copy.size_bytes), copy.verdict, `no. ${copy.number}`].join(", ");
    button.append(h("span", { class: "drop-note" }, facts));
    const name = `Remove the copy of ${time}`;
    const remove = h(
      "button",
      { type: "button", "aria-label": name, title: name, "data-testid": "drop-copy" },
      "×",
    );
    remove.addEventListener("click", () => this.deed.drop(copy));
    return h("li", {}, button, remove);
  }

  /**
   * @param {string} label
   * @param {Against | null} against
   * @param {string} testid
   */
  #choice(label, against, testid) {
    const button = h("button", { type: "button", class: "drop-choice", "data-testid": testid });
    button.append(h("span", {}, label));
    this.#mark(button, against);
    button.addEventListener("click", () => {
      this.menu.leave();
      this.deed.choose(against);
    });
    return button;
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {Against | null} against
   */
  #mark(button, against) {
    const chosen = againstKey(against) === againstKey(this.#against);
    button.setAttribute("aria-pressed", String(chosen));
  }
}
