/**
 * The values of one array: what is asked for, drawn by the view that fits, with the state of the
 * copy below.
 */
import { Controls } from "./controls.js";
import { need, setAttribute, setText } from "./element.js";
import { describeLayout } from "./layout_form.js";
import { axesKey, firstOfLayout, firstSelection } from "./selection.js";
import { ValuesFeed } from "./values_feed.js";
import { showReadout } from "./values_readout.js";
import { ViewSlot } from "./view_slot.js";
import { viewsFor } from "./views/index.js";

/**
 * @typedef {import("./page_state.js").ArrayState} ArrayState
 * @typedef {import("./types.js").Schema} Schema
 * @typedef {import("./types.js").Frame} Frame
 * @typedef {import("./types.js").Head} Head
 * @typedef {import("./types.js").Layout} Layout
 * @typedef {import("./types.js").Problem} Problem
 *
 * @typedef {object} Listener
 * @property {(state: ArrayState) => void} state another one, for the page's address
 * @property {(layout: Layout | null) => void} preview the layout that is shown now; null: the own
 * @property {(problem: Problem) => void} layoutRefused
 */

/** How often the text equivalent of a picture is renewed. */
const TEXT_EVERY_MS = 1000;

export class ValuesPanel {
  /** @type {Schema | null} */
  #schema = null;
  /** @type {{frame: Frame, head: Head} | null} */
  #last = null;
  /** @type {import("./types.js").Range | null} */
  #range = null;
  /** @type {import("./types.js").Row | null} */
  #row = null;
  /**
   * Another layout, asked for and not accepted yet, with the user's selection of it.
   *
   * @type {Pick<ArrayState, "layout" | "select"> | null}
   */
  #pending = null;
  #textAt_ms = Number.NEGATIVE_INFINITY;

  /**
   * @param {import("./connection.js").Connection} connection
   * @param {string} array
   * @param {ArrayState} state
   * @param {Listener} listener
   */
  constructor(connection, array, state, listener) {
    this.state = state;
    this.listener = listener;
    this.root = need("#values");
    const select = (/** @type {string} */ text) => this.#change({ select: text });
    this.slot = new ViewSlot(need("#screen"), { select });
    this.controls = new Controls(state, (change) => this.#change(change));
    this.feed = new ValuesFeed(connection, array, {
      schema: (schema, layout) => this.#described(schema, layout),
      frame: (frame, head) => this.#framed(frame, head),
      error: (problem) => this.#refused(problem),
      gone: () => this.feed.stop(),
    });
    need("#hold").addEventListener("click", () =>
      this.#change({ range: this.state.range ? null : this.#range }),
    );
  }

  /**
   * Begin, or go on with another layout of the array's own.
   *
   * @param {import("./types.js").Row} row
   */
  adopt(row) {
    const started = this.#row !== null;
    this.#row = row;
    if (started && !this.state.layout) this.#move({ select: null, range: null });
    this.#apply();
  }

  /**
   * Ask for another layout; what is shown stays until it is accepted.
   *
   * @param {Layout | null} layout null for the array's own
   */
  preview(layout) {
    // A selection belongs to a dtype and its axes: other ones begin with their own.
    const alike = axesKey(layout ?? this.#row) === axesKey(this.state.layout ?? this.#row);
    this.#pending = { layout, select: alike ? this.state.select : null };
    this.#apply();
  }

  /** @param {Partial<ArrayState>} change */
  #move(change) {
    this.state = { ...this.state, ...change };
    this.controls.show(this.state);
    this.listener.state(this.state);
  }

  /** @param {Partial<ArrayState>} change */
  #change(change) {
    const { select, view, range } = change;
    if (this.#pending && select !== undefined) this.#pending.select = select;
    else this.#move(select === undefined ? change : { ...change, range: null });
    if (view !== undefined || range !== undefined) this.#redraw();
    if (this.#row) this.#apply();
  }

  #apply() {
    const { rate_hz, paused } = this.state;
    const { layout } = this.#pending ?? this.state;
    this.feed.want({ select: this.#showSelection(), layout, rate_hz, paused });
  }

  #showSelection() {
    const { layout, select: chosen } = this.#pending ?? this.state;
    const first = layout ? firstOfLayout(layout) : this.#row && firstSelection(this.#row);
    const select = chosen ?? first ?? "...";
    this.controls.state = { ...this.state, select };
    this.controls.showSelection(select);
    this.controls.offerSteps(select, this.#schema?.shape ?? this.#row?.shape ?? []);
    return select;
  }

  /**
   * @param {Schema} schema
   * @param {Layout | null} layout
   */
  #described(schema, layout) {
    if (this.#pending) this.#move({ ...this.#pending, range: null });
    this.#pending = null;
    this.#schema = schema;
    this.#last = null;
    this.controls.showError(null);
    this.controls.offer(viewsFor(schema));
    this.controls.offerSteps(this.controls.state.select ?? "...", schema.shape);
    setText(need("#select-understood"), `Understood as ${schema.select}`);
    need("#reduced-item").hidden = schema.reduced === null;
    setText(need("#reduced"), schema.reduced ? `every ${schema.reduced.join(" × ")}` : "");
    this.#showPreview(layout);
  }

  /** @param {Layout | null} layout */
  #showPreview(layout) {
    setAttribute(document.body, "data-preview", layout !== null);
    need("#preview").hidden = layout === null;
    setText(need("#preview-layout"), layout ? describeLayout(layout) : "");
    this.listener.preview(layout);
  }

  /** @param {Problem} problem */
  #refused(problem) {
    if (problem.field === undefined) {
      this.controls.showError(problem.detail || problem.title);
      return;
    }
    this.#pending = null;
    this.#showSelection();
    this.listener.layoutRefused(problem);
    // A layout of the page's address that cannot be: there is nothing else on the screen yet.
    if (!this.#schema && this.state.layout) this.#change({ layout: null, select: null });
  }

  /**
   * @param {Frame} frame
   * @param {Head} head
   */
  #framed(frame, head) {
    this.#last = { frame, head };
    this.#redraw();
    this.root.dataset.seq = String(head.seq);
    showReadout(frame, head);
  }

  #redraw() {
    if (!this.#schema || !this.#last) return;
    const view = this.slot.viewFor(this.#schema, this.state.view);
    if (!view) return;
    const origin = (this.state.layout ?? this.#row)?.offset ?? 0;
    const options = { range: this.state.range, origin };
    const { text, range } = view.draw(this.#schema, this.#last.frame, options);
    this.#range = range;
    need("#hold").hidden = range === null;
    const now_ms = performance.now();
    if (now_ms - this.#textAt_ms < TEXT_EVERY_MS) return;
    this.#textAt_ms = now_ms;
    setText(need("#values-text"), text);
  }
}
