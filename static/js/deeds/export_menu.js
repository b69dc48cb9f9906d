/** What is seen, to take along: a picture, the values, a link, a program. */

import { copyBox, copyText } from "../page/copy_box.js";
import { download } from "../page/download.js";
import { DropDown } from "../page/drop_down.js";
import { h, setText } from "../page/element.js";
import { problemFrom } from "../values/array_api.js";
import { formatArrayState } from "../values/page_state.js";
import * as model from "./export_model.js";
import { sourceOf } from "./export_source.js";
import { csvOf, npyOf } from "./frame_file.js";
import { pngOf, titled } from "./titled_picture.js";

/**
 * @typedef {import("./deeds.js").Panel} Panel
 * @typedef {import("./export_model.js").Format} Format
 * @typedef {{id: string, label: string, does: () => Promise<string>}} Item
 */

export class ExportMenu {
  /** @type {Map<string, HTMLButtonElement>} */
  #buttons = new Map();

  /**
   * @param {import("../values/array_api.js").ArrayApi} api
   * @param {Panel} panel
   * @param {{name: string, comparison: () => string}} words of the array, and of what it is
   *   compared with
   */
  constructor(api, panel, words) {
    this.api = api;
    this.panel = panel;
    this.words = words;
    this.menu = new DropDown("export", "Export", () => this.#opened());
    this.what = h("p", { class: "drop-what", "data-testid": "export-what" });
    this.outcome = h("p", { class: "hint", role: "status", "data-testid": "export-outcome" });
    this.box = h("div", {});
    const buttons = this.#items().map((item) => this.#button(item));
    const list = h("ul", { class: "drop-list" }, ...buttons.map((button) => h("li", {}, button)));
    this.menu.body.append(list, this.what, this.outcome, this.box);
  }

  /** @returns {Item[]} */
  #items() {
    return [
      { id: "png", label: "Picture (PNG)", does: () => this.#picture() },
      { id: "npy", label: "NumPy file (.npy)", does: () => this.#values("npy") },
      { id: "csv", label: "Table (CSV)", does: () => this.#values("csv") },
      { id: "link", label: "Copy link", does: () => this.#copy(this.link, "export-link-text") },
      { id: "python", label: "Copy as Python", does: () => this.#copyProgram() },
    ];
  }

  /** @param {Item} item */
  #button({ id, label, does }) {
    const button = h(
      "button",
      { type: "button", class: "drop-choice", "data-testid": `export-${id}` },
      label,
    );
    button.addEventListener("click", async () => {
      this.box.replaceChildren();
      setText(this.outcome, await does().catch((error) => problemFrom(error).detail));
    });
    this.#buttons.set(id, button);
    return button;
  }

  /** The address that opens what is seen again. */
  get link() {
    const { array, state } = this.panel;
    return `${location.origin}/arrays/${array}${formatArrayState(state)}`;
  }

  #opened() {
    setText(this.outcome, "");
    this.box.replaceChildren();
    this.update();
  }

  /** Say what would be exported now. */
  update() {
    if (!this.menu.isOpen) return;
    const source = this.#source();
    const why = typeof source === "string" ? source : null;
    setText(this.what, typeof source === "string" ? source : source.says);
    for (const id of ["npy", "csv"]) this.#enable(id, why === null);
    this.#enable("python", why === null && this.panel.state.layout === null);
    this.#enable("png", this.panel.screen.slot.view?.picture !== undefined);
  }

  /**
   * @param {string} id
   * @param {boolean} possible
   */
  #enable(id, possible) {
    const button = this.#buttons.get(id);
    if (button) button.disabled = !possible;
  }

  #source() {
    return sourceOf(this.panel.screen.shown, this.panel.state);
  }

  #shown() {
    const { shown } = this.panel.screen;
    if (!shown) throw new Error("nothing is shown yet");
    return shown;
  }

  async #picture() {
    const shown = this.#shown();
    const picture = this.panel.screen.slot.view?.picture?.();
    if (!picture) return "This view has no picture.";
    const { name } = this.words;
    const { viewport } = this.panel.state;
    const title = model.pictureTitle(name, shown, viewport, this.words.comparison());
    const file = model.fileName(name, shown.frame.taken_unix_s, "png");
    download(await pngOf(titled(picture, title)), file);
    return "The picture is saved.";
  }

  /** @param {Format} format */
  async #values(format) {
    const source = this.#source();
    if (typeof source === "string") return source;
    if (source.isFrame) return this.#frame(format);
    const { schema } = this.#shown();
    const why = model.whyTooMuch(model.pointsOf(source.window), format);
    if (why) return why;
    setText(this.outcome, "Reading…");
    const content = await this.api.file(model.valuesQuery(schema, source.window, format));
    download(content, model.fileName(this.words.name, Date.now() / 1000, format));
    return "The values are saved.";
  }

  /** @param {Format} format */
  #frame(format) {
    const { schema, frame } = this.#shown();
    const content = format === "npy" ? npyOf(schema, frame) : csvOf(schema, frame);
    const name = model.fileName(this.words.name, frame.taken_unix_s, format);
    download(new Blob([content]), name);
    return "The frame's values are saved.";
  }

  async #copyProgram() {
    const { schema } = this.#shown();
    const window = model.seenPlaces(schema, this.panel.state.viewport);
    const why = model.whyTooMuch(model.pointsOf(window), "npy");
    if (why) return why;
    const query = model.valuesQuery(schema, window, "npy");
    const program = model.pythonSnippet(`${location.origin}${this.api.address}/${query}`);
    return this.#copy(program, "export-python-text");
  }

  /**
   * @param {string} text
   * @param {string} testid
   */
  async #copy(text, testid) {
    if (await copyText(text)) return "Copied.";
    this.box.replaceChildren(copyBox(text, testid));
    return "The browser lets no page copy: select it by hand.";
  }
}
