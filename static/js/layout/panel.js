/**
 * The layout of an array, said by hand: tried at once while it is typed, kept only when asked for.
 *
 * @typedef {import("./types.js").Layout} Layout
 * @typedef {import("../page/types.js").Row} Row
 * @typedef {import("../stream/types.js").Problem} Problem
 *
 * @typedef {object} Listener
 * @property {(layout: Layout | null) => void} preview show this layout; null: the array's own
 * @property {(row: Row) => void} changed the layout was kept or forgotten
 */

import { layoutInWords } from "../overview/provenance.js";
import { need, setText } from "../page/element.js";
import { clearKept, copyKept } from "../page/kept_text.js";
import { problemFrom } from "../values/array_api.js";
import { LayoutButtons } from "./buttons.js";
import { LayoutFields } from "./fields.js";
import { formOf, keyOfLayout, readForm, says } from "./form.js";
import { GuessList } from "./guess_list.js";
import { layoutOfRow } from "./sources.js";

/** So long a pause in typing is waited for before a layout is tried. */
const PAUSE_MS = 200;

export class LayoutPanel {
  /** @type {Row | null} */
  #row = null;
  /** @type {Layout | null} shown instead of the array's own */
  #preview = null;
  /** What was asked for last. */
  #asked = keyOfLayout(null);
  /** The suggestion that was picked last. */
  #picked = "";
  /** Whether the form holds what cannot be, and says so. */
  #mistaken = false;
  #timer = 0;

  /**
   * @param {import("../values/array_api.js").ArrayApi} api
   * @param {Layout | null} asked by the page's address
   * @param {Listener} listener
   */
  constructor(api, asked, listener) {
    this.api = api;
    this.#asked = keyOfLayout(asked);
    this.listener = listener;
    this.first = asked;
    this.root = /** @type {HTMLDetailsElement} */ (need("#layout"));
    this.fields = new LayoutFields(need("#layout-form"), () => this.#edited());
    this.guesses = new GuessList(need("#guesses"), (layout) => this.#pick(layout));
    this.buttons = new LayoutButtons((deed) => this.#do(deed));
    need("#layout-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#try();
    });
  }

  /**
   * The array's own layout: at first, and when it has become another.
   *
   * @param {Row} row
   */
  adopt(row) {
    const first = this.#row === null;
    const untouched = this.#isUntouched();
    this.#row = row;
    if (first && this.first) this.fields.write(formOf(this.first));
    else if (untouched) this.fields.write(this.#ownForm());
    if (first) this.#begin(row);
  }

  /** @param {Row} row */
  #begin({ mechanism, provenance }) {
    this.root.hidden = mechanism === "Manager";
    if (provenance !== "published") this.root.open = true;
    if (provenance === "bytes") this.#do("guess");
  }

  /** @param {Row} row */
  update(row) {
    setText(need("#layout-summary"), layoutInWords(row));
    const previewing = this.#preview !== null;
    // What is kept is what is seen: not while the form says something else.
    const keepable = previewing && says(this.fields.read(), this.#preview);
    this.buttons.update(row, { previewing, keepable, edited: !this.#isUntouched() });
  }

  #ownForm() {
    return formOf(this.#row ? layoutOfRow(this.#row) : { dtype: "" });
  }

  #isUntouched() {
    const [read, own] = [this.fields.read(), this.#ownForm()].map((form) => JSON.stringify(form));
    return this.#row === null || read === own;
  }

  /**
   * The values of this layout are shown now.
   *
   * @param {Layout | null} layout null: the array's own
   */
  shown(layout) {
    this.#preview = layout;
    if (!this.#mistaken) this.#settle(layout);
    if (layout) this.root.open = true;
    this.guesses.mark(layout);
    if (this.#row) this.update(this.#row);
  }

  /**
   * Text that was typed since is left alone; a layout from elsewhere is written into the form.
   *
   * @param {Layout | null} layout
   */
  #settle(layout) {
    this.fields.clear();
    if (keyOfLayout(layout) === this.#asked) return;
    this.#asked = keyOfLayout(layout);
    this.fields.write(layout ? formOf(layout) : this.#ownForm());
  }

  /** @param {Pick<Problem, "field" | "detail"> & {title?: string}} problem */
  refuse({ field = "", detail, title = "" }) {
    this.#mistaken = this.fields.blame(field, detail || title);
    if (!this.#mistaken) this.#say(detail || title);
    this.root.open = true;
  }

  /** @param {string} text */
  #say(text) {
    setText(need("#layout-message"), text);
  }

  #edited() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#try(), PAUSE_MS);
    if (this.#row) this.update(this.#row);
  }

  #try() {
    clearTimeout(this.#timer);
    const { layout, mistake } = readForm(this.fields.read());
    if (mistake) this.refuse(mistake);
    else this.#ask(this.#isUntouched() ? null : layout);
  }

  /** @param {Layout | null} layout */
  #ask(layout) {
    this.#say("");
    this.#mistaken = false;
    this.#asked = keyOfLayout(layout);
    this.listener.preview(layout);
  }

  /** @param {Layout} layout */
  #pick(layout) {
    this.fields.write(formOf(layout));
    this.#picked = keyOfLayout(layout);
    this.#try();
  }

  /** @param {import("./buttons.js").Deed} deed */
  async #do(deed) {
    this.#say("");
    clearKept();
    try {
      if (deed === "keep") await this.#keep();
      else if (deed === "discard") this.#discard();
      else if (deed === "forget") await this.#forget();
      else if (deed === "guess") await this.#guess();
      else this.#say(await copyKept(this.api, deed));
    } catch (error) {
      this.refuse(problemFrom(error));
    }
  }

  async #keep() {
    if (!this.#preview) return;
    const guessed = keyOfLayout(this.#preview) === this.#picked;
    this.listener.changed(await this.api.keep(this.#preview, guessed));
    this.#say("Kept: everybody sees it so until the server ends.");
  }

  async #forget() {
    this.listener.changed(await this.api.forget());
    this.#say("Forgotten.");
  }

  #discard() {
    clearTimeout(this.#timer);
    this.fields.write(this.#ownForm());
    this.#ask(null);
  }

  async #guess() {
    await this.guesses.ask(this.api);
    this.guesses.mark(this.#preview);
    this.buttons.guessed();
  }
}
