/** The fields of a layout by hand: texts in, texts out, and what is wrong below each. */
import { h, need, setAttribute, setText } from "../page/element.js";
import { FIELDS } from "./form.js";

/**
 * @typedef {import("./form.js").Form} Form
 * @typedef {import("./form.js").Field} Field
 * @typedef {HTMLInputElement | HTMLSelectElement} Control
 */

export class LayoutFields {
  /** @type {Map<Field, {control: Control, message: HTMLElement}>} */
  #fields = new Map();

  /**
   * @param {HTMLElement} root the form of the template
   * @param {() => void} onEdit
   */
  constructor(root, onEdit) {
    for (const field of FIELDS) {
      const control = /** @type {Control} */ (need(`[name=${field}]`, root));
      const message = h("p", { class: "field-error", role: "alert", hidden: true });
      message.id = `layout-${field}-error`;
      message.dataset.testid = `layout-${field}-error`;
      control.after(message);
      control.setAttribute("aria-errormessage", message.id);
      control.addEventListener("input", onEdit);
      this.#fields.set(field, { control, message });
    }
    this.strides = /** @type {HTMLDetailsElement} */ (need("#layout-strides"));
  }

  /** @returns {Form} */
  read() {
    const texts = [...this.#fields].map(([field, { control }]) => [field, control.value]);
    return Object.fromEntries(texts);
  }

  /** @param {Form} form */
  write(form) {
    for (const [field, { control }] of this.#fields) control.value = form[field];
    if (form.strides) this.strides.open = true;
    this.clear();
  }

  /**
   * Say what is wrong, below the field.
   *
   * @param {string} field
   * @param {string} detail
   * @returns {boolean} whether there is such a field
   */
  blame(field, detail) {
    this.clear();
    const entry = this.#fields.get(/** @type {Field} */ (field));
    if (!entry) return false;
    if (field === "strides") this.strides.open = true;
    entry.message.hidden = false;
    setText(entry.message, detail);
    setAttribute(entry.control, "aria-invalid", "true");
    return true;
  }

  clear() {
    for (const { control, message } of this.#fields.values()) {
      message.hidden = true;
      setText(message, "");
      setAttribute(control, "aria-invalid", null);
    }
  }
}
