/** One of several arrays on a page: its head, what became of it, and its values. */

import { OwnLayout } from "../layout/own_layout.js";
import { paceOf } from "../overview/pace.js";
import { h, need, part, setAttribute, setText } from "../page/element.js";
import { levelMark } from "../page/icons.js";
import { elementWish } from "../traces/watch_model.js";
import { ValuesPanel } from "../values/panel.js";
import { fateInWords, hostOf, nameOf } from "./model.js";

/**
 * @typedef {import("../values/page_state.js").ArrayState} ArrayState
 * @typedef {import("../page/types.js").Row} Row
 *
 * @typedef {object} PanelListener
 * @property {(panel: TogetherPanel, before: ArrayState) => void} changed its state is another
 * @property {(row: Row) => Partial<ArrayState> | null} remembered how it was seen last
 * @property {(panel: TogetherPanel, by: number) => void} move
 * @property {(panel: TogetherPanel) => void} remove
 * @property {(panel: TogetherPanel, id: string) => void} replace by a new array of its name
 */

export class TogetherPanel {
  /** @type {Row | null} */
  row = null;
  #own = new OwnLayout();
  #pace = h("span");
  /** @type {string | null} */
  #successor = null;

  /**
   * @param {import("../stream/connection.js").Connection} connection
   * @param {string} id
   * @param {ArrayState} state
   * @param {boolean} told whether the address tells the state, or it is as it was seen last
   * @param {PanelListener} listener
   */
  constructor(connection, id, state, told, listener) {
    this.id = id;
    this.told = told;
    this.listener = listener;
    const template = /** @type {HTMLTemplateElement} */ (need("#panel-template"));
    const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    this.root = need("section", copy);
    this.#nameAll();
    let before = state;
    this.values = new ValuesPanel(this.root, connection, id, state, {
      state: (after) => {
        const was = before;
        before = after;
        this.listener.changed(this, was);
      },
      preview: () => {},
      layoutRefused: ({ detail }) => this.values.controls.showError(detail),
      watch: (schema, index) =>
        this.values.deeds.use((deeds) => deeds.watch(elementWish(schema, index))),
    });
    this.#listen();
  }

  #nameAll() {
    const [name, host] = [nameOf(this.id), hostOf(this.id)];
    setText(part(this.root, "panel-name"), name);
    setAttribute(part(this.root, "panel-name"), "href", `/arrays/${this.id}`);
    const ofMany = document.body.dataset.hub !== undefined;
    part(this.root, "panel-host").hidden = !ofMany;
    setText(part(this.root, "panel-host"), host);
    const full = ofMany ? `${name} of ${host}` : name;
    setAttribute(this.root, "aria-label", full);
    setAttribute(this.root, "data-array-name", name);
    setAttribute(this.root, "data-host", host);
    part(this.root, "panel-pace").append(this.#pace);
    for (const button of need(".panel-buttons", this.root).querySelectorAll("button")) {
      const does = button.title.replace(/ \(.*\)$/, "") || button.textContent;
      setAttribute(button, "aria-label", `${does}: ${full}`);
    }
  }

  #listen() {
    const on = (/** @type {string} */ name, /** @type {() => void} */ deed) =>
      part(this.root, name).addEventListener("click", deed);
    on("earlier", () => this.listener.move(this, -1));
    on("later", () => this.listener.move(this, 1));
    on("remove", () => this.listener.remove(this));
    on("successor", () => this.#successor && this.listener.replace(this, this.#successor));
  }

  /**
   * Which of its neighbours it has.
   *
   * @param {{first: boolean, last: boolean}} place
   */
  place({ first, last }) {
    setAttribute(part(this.root, "earlier"), "disabled", first);
    setAttribute(part(this.root, "later"), "disabled", last);
  }

  /** @param {import("./model.js").Fate} fate */
  update(fate) {
    this.#showFate(fate);
    if (fate.kind !== "here") return;
    const { row } = fate;
    const fresh = this.#own.take(row, performance.now());
    const first = this.row === null;
    this.row = row;
    if (first && !this.told) this.values.change(this.listener.remembered(row) ?? {});
    if (fresh) this.values.adopt(row);
    this.#showRow(row);
  }

  /** @param {Row} row */
  #showRow(row) {
    const { counts, rate, title } = paceOf(row);
    setText(this.#pace, counts === "changes" ? `${rate} changes` : rate);
    setAttribute(this.#pace, "title", title || "Writes per second");
    const slot = part(this.root, "panel-level");
    if (slot.dataset.level === row.health.level) return;
    slot.dataset.level = row.health.level;
    slot.replaceChildren(levelMark(row.health.level));
  }

  /** @param {import("./model.js").Fate} fate */
  #showFate(fate) {
    const wasGone = this.root.dataset.fate === "gone";
    if (fate.kind === "gone" && !wasGone) this.values.feed.stop();
    if (fate.kind === "here" && wasGone) this.values.feed.again(); // its host knows it again
    setAttribute(this.root, "data-fate", fate.kind);
    part(this.root, "panel-fate").hidden = fate.kind === "here";
    setText(part(this.root, "panel-fate-text"), fateInWords(fate, this.id));
    this.#successor = "successor" in fate ? fate.successor : null;
    part(this.root, "successor").hidden = this.#successor === null;
  }

  /** What is known of it for a change that comes from another. */
  target() {
    const { shown } = this.values.screen;
    const kept = shown?.schema.selected?.length ?? null;
    return { state: this.values.state, shape: this.row?.shape ?? null, kept };
  }

  unmount() {
    this.values.feed.stop();
    this.values.screen.slot.view?.unmount();
    this.root.remove();
  }
}
