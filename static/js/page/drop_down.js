/** A button that opens a box below it; Escape, and going elsewhere, closes it. */
import { h } from "./element.js";

export class DropDown {
  /**
   * @param {string} name of the part
   * @param {string} label
   * @param {() => void} onOpen
   */
  constructor(name, label, onOpen) {
    this.summary = h("summary", { "data-part": name, "data-testid": name }, label);
    this.body = h("div", { class: "drop-body", "data-testid": `${name}-body` });
    this.root = h("details", { class: "drop" }, this.summary, this.body);
    this.elsewhere = (/** @type {Event} */ event) => {
      if (!event.composedPath().includes(this.root)) this.close();
    };
    this.root.addEventListener("toggle", () => this.#toggled(onOpen));
    this.root.addEventListener("keydown", (event) => this.#key(event));
    this.root.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && !this.root.contains(relatedTarget)) this.close();
    });
  }

  get isOpen() {
    return this.root.open;
  }

  close() {
    this.root.open = false;
  }

  /** Close it and be where it was opened from. */
  leave() {
    this.close();
    this.summary.focus();
  }

  /** @param {() => void} onOpen */
  #toggled(onOpen) {
    // Nothing listens for a box that is closed: panels come and go.
    if (this.isOpen) document.addEventListener("pointerdown", this.elsewhere);
    else document.removeEventListener("pointerdown", this.elsewhere);
    if (this.isOpen) onOpen();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Escape" || !this.isOpen) return;
    event.preventDefault();
    event.stopPropagation();
    this.leave();
  }
}
