/** What is on the screen: the newest frame, drawn by the view that fits, and again as it is looked at otherwise. */
import { part, setText } from "../page/element.js";
import { showReadout, showReduction } from "./readout.js";
import { ViewSlot } from "./view_slot.js";

/**
 * @typedef {import("./page_state.js").ArrayState} ArrayState
 * @typedef {import("./types.js").Schema} Schema
 * @typedef {import("./types.js").Frame} Frame
 * @typedef {import("../stream/types.js").Head} Head
 * @typedef {{schema: Schema, frame: Frame, head: Head}} Shown
 */

/** How often the text equivalent of a picture is renewed. */
const TEXT_EVERY_MS = 1000;

export class ValuesScreen {
  /** @type {Shown | null} */
  #shown = null;
  #textAt_ms = Number.NEGATIVE_INFINITY;
  #drawing = false;
  /** @type {number | undefined} */
  #drawn_seq;

  /**
   * @param {HTMLElement} root the panel
   * @param {import("../views/types.js").ViewActions} actions
   * @param {{state: () => ArrayState, origin: () => number, changed: () => void,
   *   drawn: () => void}} panel `changed`: another view comes, and what the one before asked for
   *   holds no more; `drawn`: a frame is on the screen
   */
  constructor(root, actions, panel) {
    this.root = root;
    this.panel = panel;
    /** @type {import("../views/types.js").Range | null} what the values were drawn by */
    this.range = null;
    this.slot = new ViewSlot(part(root, "screen"), actions, {
      changed: panel.changed,
      ready: () => this.draw(),
    });
  }

  /** The newest frame with its schema, if there is one. */
  get shown() {
    return this.#shown;
  }

  /**
   * Make ready for frames of this schema.
   *
   * @param {Schema} schema
   */
  expect(schema) {
    if (!this.#shown) this.slot.viewFor(schema, this.panel.state().view);
  }

  /** @param {Shown} shown */
  take(shown) {
    this.#shown = shown;
    this.draw();
    showReadout(this.root, shown.frame, shown.head);
    showReduction(this.root, shown.schema, shown.frame.coverage ?? 1);
  }

  /** Draw before the next picture of the page, once however often it is asked for. */
  drawSoon() {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.draw();
    });
  }

  draw() {
    if (!this.#shown) return;
    const { schema, frame, head } = this.#shown;
    const { range: held, viewport, look, view: wanted } = this.panel.state();
    const view = this.slot.viewFor(schema, wanted);
    if (!view) return;
    const options = { range: held, origin: this.panel.origin(), viewport, look };
    const { text, range } = view.render(schema, frame, options);
    this.range = range;
    part(this.root, "hold").hidden = range === null;
    if (this.#drawn_seq !== head.seq) this.#note(head.seq);
    this.#say(text);
  }

  /** @param {number | undefined} seq of the frame that is on the screen now */
  #note(seq) {
    this.#drawn_seq = seq;
    this.root.dataset.seq = String(seq);
    this.panel.drawn();
  }

  /** @param {string} text */
  #say(text) {
    const now_ms = performance.now();
    if (now_ms - this.#textAt_ms < TEXT_EVERY_MS) return;
    this.#textAt_ms = now_ms;
    setText(part(this.root, "values-text"), text);
  }
}
