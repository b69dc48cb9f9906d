/** The form that pins a number of the array: what, and of which part. */
import { h, need, setAttribute, setText } from "../page/element.js";
import { KINDS, selectionSeen } from "./watch_model.js";

/** @typedef {import("./watch_model.js").WatchWish} WatchWish */

export class WatchForm {
  /** @type {Pick<WatchWish, "select" | "field" | "part">} what is on the screen */
  #shown = { select: "...", field: null, part: null };
  #edited = false;

  /** @param {(wish: WatchWish) => void} onPin */
  constructor(onPin) {
    this.kind = /** @type {HTMLSelectElement} */ (need("#watch-kind"));
    this.select = /** @type {HTMLInputElement} */ (need("#watch-select"));
    this.kind.append(...KINDS.map(({ id, label }) => h("option", { value: id }, label)));
    this.select.addEventListener("input", () => {
      this.#edited = true;
    });
    need("#watch-form").addEventListener("submit", (event) => {
      event.preventDefault();
      onPin(this.#wish());
    });
    this.#show();
  }

  /** @returns {WatchWish} */
  #wish() {
    const kind = /** @type {WatchWish["kind"]} */ (this.kind.value);
    const { field, part } = this.#shown;
    return { kind, select: this.select.value.trim() || "...", field, part };
  }

  /**
   * Offer what is on the screen, unless something else is typed already.
   *
   * @param {import("../values/types.js").Schema} schema
   * @param {import("../views/types.js").Viewport | null} viewport
   */
  suggest(schema, viewport) {
    const { field } = schema;
    const part = schema.part ?? (schema.kind === "complex" ? "magnitude" : null);
    this.#shown = { select: selectionSeen(schema, viewport), field, part };
    this.#show();
  }

  #show() {
    const { select, field, part } = this.#shown;
    if (!this.#edited) this.select.value = select;
    setText(need("#watch-of"), [part, field].filter(Boolean).join(" of "));
  }

  /** Begin anew with what is on the screen. */
  reset() {
    this.#edited = false;
    this.kind.selectedIndex = 0;
    this.refuse(null);
    this.#show();
  }

  /** @param {string | null} detail */
  refuse(detail) {
    const box = need("#watch-error");
    box.hidden = detail === null;
    setText(box, detail ?? "");
    setAttribute(this.select, "aria-invalid", detail === null ? null : "true");
  }
}
