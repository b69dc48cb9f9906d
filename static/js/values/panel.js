/** The values of one array: what the user wants to see, asked for and put on the screen. */

import { layoutKey } from "../overview/provenance.js";
import { part, setText } from "../page/element.js";
import { FirstPicture, insist, Later } from "../page/later.js";
import { Throttle } from "../page/throttle.js";
import { NOT_NOW } from "../stream/protocol.js";
import { chooseView, viewsFor } from "../views/index.js";
import { Controls } from "./controls.js";
import { ValuesFeed } from "./feed.js";
import { Inquiry } from "./inquiry.js";
import { showPreview } from "./preview_mark.js";
import { ValuesScreen } from "./screen.js";
import { completed, NEW_LAYOUT } from "./state_changes.js";

/**
 * @typedef {import("./page_state.js").ArrayState} ArrayState
 * @typedef {import("./types.js").Schema} Schema
 * @typedef {import("../layout/types.js").Layout} Layout
 * @typedef {import("../stream/types.js").Problem} Problem
 *
 * @typedef {object} Listener
 * @property {(state: ArrayState) => void} state another one, for the page's address
 * @property {(layout: Layout | null) => void} preview the layout that is shown now; null: the own
 * @property {(problem: Problem) => void} layoutRefused
 * @property {(schema: Schema, index: number[]) => void} watch
 * @property {(shown: import("./screen.js").Shown) => void} [shown] a frame was drawn
 */

/** How often another part of a selection is asked for while it moves. */
const ASK_EVERY_MS = 80;
/** Without a picture, the rest of the page waits so long for one. */
const REST_AFTER_MS = 500;
/** What a problem can be about beside the layout. */
const NOT_LAYOUT = ["select", "field", "part", "window", "most", "reduce"];

export class ValuesPanel {
  /**
   * @param {HTMLElement} root
   * @param {Pick<import("../stream/connection.js").Connection, "subscribe">} connection
   * @param {string} array
   * @param {ArrayState} state
   * @param {Listener} listener
   */
  constructor(root, connection, array, state, listener) {
    this.root = root;
    this.array = array;
    this.state = state;
    this.listener = listener;
    this.inquiry = new Inquiry();
    this.asking = new Throttle(() => this.#ask(), ASK_EVERY_MS);
    this.screen = new ValuesScreen(root, this.#actions(), {
      state: () => this.state,
      origin: () => (this.state.layout ?? this.inquiry.row)?.offset ?? 0,
      changed: () => {
        this.inquiry.detail = null;
      },
      drawn: () => this.first.drawn(),
    });
    const change = (/** @type {Partial<ArrayState>} */ wanted) => this.change(wanted);
    this.controls = new Controls(root, state, { change, step: () => this.step() });
    this.controls.hold.addEventListener("click", () =>
      this.change({ range: this.state.range ? null : this.screen.range }),
    );
    this.first = new FirstPicture(REST_AFTER_MS);
    /** @type {Later<import("../deeds/deeds.js").Deeds>} */
    this.deeds = new Later(this.#fetchDeeds());
    this.feed = new ValuesFeed(connection, array, {
      schema: (schema, layout) => this.#described(schema, layout),
      frame: (frame, head) => this.#framed(frame, head),
      error: (problem) => this.#refused(problem),
      gone: () => this.feed.stop(),
    });
  }

  /** @returns {import("../views/types.js").ViewActions} */
  #actions() {
    return {
      select: (select) => this.change({ select }),
      show: (viewport) => this.change({ viewport }),
      hold: (range) => this.change({ range }),
      watch: (index) => {
        const { schema } = this.inquiry;
        if (schema) this.listener.watch(schema, index);
      },
      detail: (detail) => {
        this.inquiry.detail = detail;
        this.asking.soon();
      },
    };
  }

  async #fetchDeeds() {
    await this.first.shown;
    const { Deeds } = await insist(() => import("../deeds/deeds.js"));
    return new Deeds(this.root, this);
  }

  /**
   * Begin, or go on with another layout of the array's own.
   *
   * @param {import("../page/types.js").Facts} row
   */
  adopt(row) {
    const before = this.inquiry.row;
    this.inquiry.row = row;
    const other = before !== null && layoutKey(before) !== layoutKey(row);
    if (other && !this.state.layout) this.#move(NEW_LAYOUT);
    this.#ask();
  }

  /**
   * Ask for another layout; what is shown stays until it is accepted.
   *
   * @param {Layout | null} layout null for the array's own
   */
  preview(layout) {
    this.inquiry.preview(layout, this.state);
    this.#ask();
  }

  /**
   * Look at something else, or at the same otherwise.
   *
   * @param {Partial<ArrayState>} change
   */
  change(change) {
    if (!this.inquiry.selectOfPreview(change.select))
      this.#move(completed(change, this.inquiry.schema));
    this.#showTools();
    this.screen.drawSoon();
    if (!this.inquiry.row) return;
    if (change.viewport) this.asking.soon();
    else this.#ask();
  }

  /** Pause, or show one frame more of what is paused. */
  step() {
    if (this.state.paused) this.feed.again();
    else this.change({ paused: true });
  }

  /** @param {Partial<ArrayState>} change */
  #move(change) {
    this.state = { ...this.state, ...change };
    this.controls.show(this.state);
    this.deeds.use((deeds) => deeds.show());
    this.listener.state(this.state);
  }

  #ask() {
    this.#showSelection();
    this.feed.want(this.inquiry.wish(this.state));
  }

  #showSelection() {
    const select = this.inquiry.selectionOf(this.state);
    this.controls.state = { ...this.state, select };
    this.controls.showSelection(select, this.state.order, this.inquiry.shape);
  }

  #showTools() {
    const { schema } = this.inquiry;
    if (schema) this.controls.showTools(this.state, schema, chooseView(schema, this.state.view));
  }

  /**
   * @param {Schema} schema
   * @param {Layout | null} layout
   */
  #described(schema, layout) {
    const tried = this.inquiry.accept(schema);
    if (tried) this.#move({ ...NEW_LAYOUT, ...tried });
    this.screen.expect(schema);
    this.controls.showError(null);
    this.controls.offer(viewsFor(schema));
    this.#showTools();
    this.#showSelection();
    setText(part(this.root, "select-understood"), `Understood as ${schema.select}`);
    showPreview(this.root, layout);
    this.listener.preview(layout);
    if (this.inquiry.detail) this.asking.soon();
  }

  /** @param {Problem} problem */
  #refused(problem) {
    const { field = "select" } = problem;
    if (field === "against") {
      this.deeds.use((deeds) => deeds.refused(problem));
      return;
    }
    if (NOT_LAYOUT.includes(field) || !this.inquiry.layoutOf(this.state)) {
      this.controls.showError(problem.detail || problem.title, problem.status !== NOT_NOW);
      return;
    }
    this.inquiry.refuse();
    this.#showSelection();
    this.listener.layoutRefused(problem);
    // A layout of the page's address that cannot be: there is nothing else on the screen yet.
    if (!this.inquiry.schema && this.state.layout) this.change(NEW_LAYOUT);
  }

  /**
   * @param {import("./types.js").Frame} frame
   * @param {import("../stream/types.js").Head} head
   */
  #framed(frame, head) {
    const { schema } = this.inquiry;
    if (!schema) return;
    const shown = { schema, frame, head };
    this.screen.take(shown);
    this.deeds.use((deeds) => deeds.framed());
    this.listener.shown?.(shown);
  }
}
