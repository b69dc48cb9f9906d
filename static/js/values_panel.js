/**
 * The values of one array: what is asked for, drawn by the view that fits, with the state of the
 * copy below.
 */
import { Controls } from "./controls.js";
import { h, need, setText } from "./element.js";
import { ValuesFeed } from "./values_feed.js";
import { showReadout } from "./values_readout.js";
import { chooseView, viewsFor } from "./views/index.js";

/**
 * @typedef {import("./page_state.js").ArrayState} ArrayState
 * @typedef {import("./types.js").Schema} Schema
 * @typedef {import("./types.js").Frame} Frame
 * @typedef {import("./types.js").Head} Head
 */

/** How often the text equivalent of a picture is renewed. */
const TEXT_EVERY_MS = 1000;

export class ValuesPanel {
  /** @type {Schema | null} */
  #schema = null;
  /** @type {{frame: Frame, head: Head} | null} */
  #last = null;
  /** @type {{id: string, view: import("./types.js").MountedView} | null} */
  #mounted = null;
  /** @type {import("./types.js").Range | null} */
  #range = null;
  #textAt_ms = Number.NEGATIVE_INFINITY;

  /**
   * @param {import("./connection.js").Connection} connection
   * @param {string} array
   * @param {ArrayState} state
   * @param {(state: ArrayState) => void} onState
   */
  constructor(connection, array, state, onState) {
    this.state = state;
    this.onState = onState;
    this.root = need("#values");
    this.screen = need("#screen");
    this.controls = new Controls(state, (change) => this.#change(change));
    this.feed = new ValuesFeed(connection, array, {
      schema: (schema) => this.#described(schema),
      frame: (frame, head) => this.#framed(frame, head),
      error: ({ detail, title }) => this.controls.showError(detail || title),
      gone: () => this.feed.stop(),
    });
    need("#hold").addEventListener("click", () =>
      this.#change({ range: this.state.range ? null : this.#range }),
    );
  }

  /**
   * Begin, once the array's shape is known.
   *
   * @param {string} suggestion the selection where the user has none
   * @param {number[]} shape
   */
  start(suggestion, shape) {
    this.suggestion = suggestion;
    this.shape = shape;
    this.controls.showSelection(this.state.select ?? suggestion);
    this.#apply();
  }

  /** @param {Partial<ArrayState>} change */
  #change(change) {
    this.state = { ...this.state, ...change };
    if (change.select !== undefined) this.#range = this.state.range = null;
    this.controls.show(this.state);
    this.onState(this.state);
    if (change.view !== undefined || change.range !== undefined) this.#redraw();
    if (this.suggestion !== undefined) this.#apply();
  }

  #apply() {
    const select = this.state.select ?? this.suggestion ?? "...";
    this.controls.state = { ...this.state, select };
    this.controls.offerSteps(select, this.shape ?? []);
    this.feed.want({ select, rate_hz: this.state.rate_hz, paused: this.state.paused });
  }

  /** @param {Schema} schema */
  #described(schema) {
    this.#schema = schema;
    this.#last = null;
    this.controls.showError(null);
    this.controls.offer(viewsFor(schema));
    setText(need("#select-understood"), `Understood as ${schema.select}`);
    need("#reduced-item").hidden = schema.reduced === null;
    setText(need("#reduced"), schema.reduced ? `every ${schema.reduced.join(" × ")}` : "");
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
    const view = this.#viewFor(this.#schema);
    if (!view) return;
    const { text, range } = view.draw(this.#schema, this.#last.frame, { range: this.state.range });
    this.#range = range;
    need("#hold").hidden = range === null;
    const now_ms = performance.now();
    if (now_ms - this.#textAt_ms < TEXT_EVERY_MS) return;
    this.#textAt_ms = now_ms;
    setText(need("#values-text"), text);
  }

  /** @param {Schema} schema */
  #viewFor(schema) {
    const choice = chooseView(schema, this.state.view);
    if (choice && this.#mounted?.id === choice.id) return this.#mounted.view;
    this.#mounted?.view.unmount();
    const note = choice
      ? []
      : [h("p", { class: "screen-note" }, "No view can show this selection.")];
    this.screen.replaceChildren(...note);
    this.screen.dataset.view = choice?.id ?? "none";
    this.#mounted = choice ? { id: choice.id, view: choice.mount(this.screen) } : null;
    return this.#mounted?.view;
  }
}
