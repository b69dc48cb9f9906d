/** Below a grid: the active cell in full, an index to go to, and what can be done with a cell. */
import { h, setText } from "../page/element.js";

/**
 * @typedef {object} BarActions
 * @property {(text: string) => string} goTo answers what is wrong with it, or nothing
 * @property {() => void} copy
 * @property {() => void} watch
 */

export class GridBar {
  /** @param {BarActions} actions */
  constructor(actions) {
    this.actions = actions;
    this.readout = h("output", { class: "grid-readout", "data-testid": "cell-readout" });
    this.box = h("input", {
      type: "text",
      size: 12,
      autocomplete: "off",
      spellcheck: "false",
      inputmode: "text",
      "data-testid": "grid-goto",
    });
    this.note = h("span", { class: "grid-note", role: "status", "data-testid": "grid-note" });
    this.key = h("span", { class: "grid-key", "data-testid": "grid-key", hidden: true });
    this.watch = this.#button(
      "Watch",
      "grid-watch",
      "Watch this cell over time (w)",
      actions.watch,
    );
    const copy = this.#button(
      "Copy",
      "grid-copy",
      "Copy the selected cells (Ctrl+C)",
      actions.copy,
    );
    this.form = this.#goToForm();
    const deeds = h("div", { class: "grid-deeds" }, this.form, copy, this.watch);
    this.root = h("div", { class: "grid-bar" }, this.readout, deeds, this.key, this.note);
  }

  /**
   * @param {string} text
   * @param {string} testid
   * @param {string} title
   * @param {() => void} deed
   */
  #button(text, testid, title, deed) {
    const button = h("button", { type: "button", title, "data-testid": testid }, text);
    button.addEventListener("click", deed);
    return button;
  }

  #goToForm() {
    const label = h(
      "label",
      { class: "grid-goto" },
      h("span", { class: "label" }, "Go to index"),
      this.box,
    );
    const form = h("form", {}, label);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.box.addEventListener("input", () => this.#complain(""));
    return form;
  }

  #submit() {
    if (this.box.value.trim() !== "") this.#complain(this.actions.goTo(this.box.value));
  }

  /** @param {string} wrong */
  #complain(wrong) {
    if (wrong) this.box.setAttribute("aria-invalid", "true");
    else this.box.removeAttribute("aria-invalid");
    this.say(wrong);
  }

  /** Have an index written. */
  ask() {
    this.box.focus();
    this.box.select();
  }

  /** @param {string} text */
  say(text) {
    setText(this.note, text);
  }

  /**
   * @param {string} name of the active cell
   * @param {string} text in full
   */
  show(name, text) {
    setText(this.readout, name ? `${name} = ${text}` : "");
  }

  /** @param {{most: number, looks: number} | null} changes null where none are counted */
  showChanges(changes) {
    this.key.hidden = changes === null;
    if (!changes) return;
    const { most, looks } = changes;
    setText(this.key, `Warmer: changed more often, at most ${most} times in ${looks} frames`);
  }
}
