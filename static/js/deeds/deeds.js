/** What can be done with what is shown: keep a copy, compare, export. */

import { h, part, setText } from "../page/element.js";
import { formatBytes, formatClock } from "../page/format.js";
import { ArrayApi, problemFrom } from "../values/array_api.js";
import { CompareMenu } from "./compare_menu.js";
import { comparing, describeComparison, nameOfId, viewportAround } from "./compare_model.js";
import { DifferenceMark } from "./difference_mark.js";
import { ExportMenu } from "./export_menu.js";

/**
 * @typedef {import("../values/types.js").Against} Against
 * @typedef {import("../values/types.js").Copy} Copy
 *
 * What a panel has to be for deeds to be done with it.
 * @typedef {Pick<import("../values/panel.js").ValuesPanel,
 *   "array" | "state" | "change" | "screen" | "inquiry">} Panel
 */

export class Deeds {
  /** @type {Copy[]} */
  #copies = [];
  /** @type {import("./compare_model.js").Before | null} */
  #before = null;

  /**
   * @param {HTMLElement} root the panel
   * @param {Panel} panel
   */
  constructor(root, panel) {
    this.panel = panel;
    this.api = new ArrayApi(panel.array);
    this.mark = new DifferenceMark(root, (index) => this.#goTo(index));
    this.compare = new CompareMenu({
      opened: () => this.#do(() => this.#look()),
      choose: (against) => this.#compare(against),
      drop: (copy) => this.#do(() => this.#drop(copy)),
    });
    this.export = new ExportMenu(this.api, panel, {
      name: nameOfId(panel.array),
      comparison: () => this.#comparison(),
    });
    this.note = h("p", { class: "hint", role: "status", "data-testid": "deeds-note" });
    this.error = h("p", { class: "deeds-error", role: "alert", "data-testid": "deeds-error" });
    const deeds = part(root, "deeds");
    deeds.append(this.#keepButton(), this.compare.menu.root, this.export.menu.root);
    deeds.append(this.note, this.error);
    if (panel.state.against) this.#do(() => this.#recall());
    this.show();
  }

  #keepButton() {
    const title = "Keep a copy of the whole array as it is now, to compare with later";
    const button = h(
      "button",
      { type: "button", "data-part": "keep", "data-testid": "keep", title },
      "Keep a copy",
    );
    button.addEventListener("click", () => this.#do(() => this.#keep()));
    return button;
  }

  /** The state is another, or the copies are. */
  show() {
    const { state, screen } = this.panel;
    this.compare.show(state.against, this.#copies);
    this.mark.show(screen.shown, this.#copies, state.paused);
    this.export.update();
  }

  /** A frame was drawn. */
  framed() {
    const { state, screen } = this.panel;
    this.mark.show(screen.shown, this.#copies, state.paused);
    this.export.update();
  }

  /**
   * The server refused the comparison.
   *
   * @param {Pick<import("../stream/types.js").Problem, "detail">} problem
   */
  refused({ detail }) {
    this.#compare(null);
    setText(this.error, detail.replace(/^against: /, ""));
  }

  /** @param {Copy[]} copies of the array that the server keeps, the newest first */
  kept(copies) {
    const key = (/** @type {Copy[]} */ all) => all.map(({ number }) => number).join();
    if (key(copies) === key(this.#copies)) return;
    this.#copies = copies;
    this.show();
  }

  /** @param {Against | null} against */
  #compare(against) {
    const { state } = this.panel;
    if (against && !state.against) this.#before = { range: state.range, look: state.look };
    setText(this.error, "");
    setText(this.note, "");
    this.panel.change(comparing(state, against, this.#before));
  }

  /** @param {number[]} index */
  #goTo(index) {
    const { screen, state } = this.panel;
    const schema = screen.shown?.schema;
    if (schema) this.panel.change({ viewport: viewportAround(schema, state.viewport, index) });
  }

  #comparison() {
    const { shown } = this.panel.screen;
    const against = shown?.schema.against ?? null;
    if (!shown || !against) return "";
    return describeComparison(against, this.#copies, shown.frame.taken_unix_s);
  }

  /**
   * Do something of which the server may say that it cannot be.
   *
   * @param {() => Promise<void>} deed
   */
  async #do(deed) {
    setText(this.error, "");
    try {
      await deed();
    } catch (error) {
      setText(this.error, problemFrom(error).detail);
    }
  }

  /**
   * Have an element watched, where no traces stand beside the panel.
   *
   * @param {import("../traces/watch_model.js").WatchWish} wish
   */
  watch(wish) {
    return this.#do(async () => {
      const { label } = await this.api.watch(wish);
      setText(this.note, `${label} is watched from now on; its trace stands on the array's page.`);
    });
  }

  async #keep() {
    const copy = await this.api.keepCopy();
    this.kept([copy, ...this.#copies.filter(({ number }) => number !== copy.number)]);
    const size = formatBytes(copy.size_bytes);
    const later = this.panel.state.paused ? ", later than the paused frame" : "";
    setText(this.note, `Kept as it was at ${formatClock(copy.taken_unix_s)}${later} (${size}).`);
  }

  /** @param {Copy} copy */
  async #drop({ number }) {
    const { against } = this.panel.state;
    if (against && "copy" in against && against.copy === number) this.#compare(null);
    this.kept(await this.api.dropCopy(number));
  }

  /** Find out what there is to compare with. */
  async #look() {
    const [copies, rows] = await Promise.all([this.api.copies(), this.api.everyArray()]);
    this.kept(copies);
    const { array, inquiry } = this.panel;
    this.compare.offer(rows, { id: array, shape: inquiry.row?.shape ?? [] });
  }

  /** The page's address names a copy: it may be gone, and its time is not known yet. */
  async #recall() {
    this.kept(await this.api.copies());
    const { against } = this.panel.state;
    if (!against || !("copy" in against)) return;
    if (this.#copies.some(({ number }) => number === against.copy)) return;
    this.refused({ detail: `The server keeps no copy ${against.copy} of this array any more.` });
  }
}
