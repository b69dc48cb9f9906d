/**
 * Traces over time: the watches of the array, and beneath them its writes per second, on one time
 * axis with one cursor.
 */

import { arrange, h, need, setText } from "../page/element.js";
import { CHANNELS } from "../plot/trace_style.js";
import { problemFrom } from "../values/array_api.js";
import { HistoryPanel } from "./history_panel.js";
import { FIVE_MINUTES, SPANS } from "./time_span.js";
import { WatchForm } from "./watch_form.js";
import { WatchRow } from "./watch_row.js";

/**
 * @typedef {import("../page/types.js").ArrayBody} ArrayBody
 * @typedef {import("./watch_model.js").WatchWish} WatchWish
 */

export class WatchPanel {
  /** @type {Map<number, WatchRow>} by the watch's number */
  #rows = new Map();
  #span = FIVE_MINUTES;
  /** @type {ArrayBody | null} */
  #body = null;

  /** @param {Pick<import("../values/array_api.js").ArrayApi, "watch" | "unwatch">} api */
  constructor(api) {
    this.api = api;
    this.list = need("#watches");
    this.history = new HistoryPanel();
    this.form = new WatchForm((wish) => this.pin(wish));
    need("#watch-form").hidden = false;
    need("#span-switch").append(...SPANS.map((span) => this.#radio(span)));
  }

  /** @param {import("./time_span.js").TimeSpan} span */
  #radio(span) {
    const id = `span-${span.span_s}`;
    const input = h("input", { type: "radio", name: "span", "data-testid": id });
    input.checked = span === this.#span;
    input.addEventListener("change", () => {
      this.#span = span;
      if (this.#body) this.update(this.#body);
    });
    return h("label", {}, input, h("span", {}, span.label));
  }

  /** @param {ArrayBody} body */
  update(body) {
    this.#body = body;
    this.#showWatches(body.watches);
    this.history.update(body, this.#span);
  }

  /** @param {import("../page/types.js").Watch[]} watches */
  #showWatches(watches) {
    const present = new Set(watches.map(({ number }) => number));
    for (const [number, row] of this.#rows) {
      if (present.has(number)) continue;
      row.unmount();
      this.#rows.delete(number);
    }
    const rows = watches.map((watch) => this.#rowOf(watch));
    arrange(
      this.list,
      rows.map(({ root }) => root),
    );
    for (const [i, watch] of watches.entries()) rows[i]?.update(watch, this.#span);
    need("#no-watches").hidden = watches.length > 0;
  }

  /** @param {import("../page/types.js").Watch} watch */
  #rowOf(watch) {
    const known = this.#rows.get(watch.number);
    if (known) return known;
    const channel = (watch.number - 1) % CHANNELS;
    const row = new WatchRow(watch, channel, () => this.#remove(watch));
    this.#rows.set(watch.number, row);
    return row;
  }

  /**
   * Have the server watch a number of the array.
   *
   * @param {WatchWish} wish
   */
  async pin(wish) {
    try {
      const { label } = await this.api.watch(wish);
      this.form.reset();
      setText(need("#watch-said"), `${label} is traced below, under Traces.`);
    } catch (error) {
      this.form.refuse(problemFrom(error).detail);
    }
  }

  /** @param {import("../page/types.js").Watch} watch */
  async #remove({ number, label }) {
    try {
      await this.api.unwatch(number);
      setText(need("#watch-said"), `${label} is traced no more.`);
    } catch (error) {
      this.form.refuse(problemFrom(error).detail);
    }
  }
}
