/** Bytes as a hex dump: address, digits, letters; what changed is marked for a moment. */

import { h, rem_px, setText } from "../page/element.js";
import { formatCount } from "../page/format.js";
import { HexLines } from "./lines.js";
import * as model from "./model.js";
import { HexPager } from "./pager.js";

/**
 * @typedef {import("../values/types.js").Schema} Schema
 * @typedef {import("../values/types.js").Frame} Frame
 */

/** As wide as a line of sixteen bytes. */
const WIDE_REM = 45.5;

export class HexDump {
  /** @type {Uint8Array | null} */
  #before = null;
  #places = "";
  /** @type {[Schema, Frame, import("../views/types.js").ViewOptions] | null} */
  #last = null;
  #width = model.WIDE;

  /**
   * @param {HTMLElement} root
   * @param {import("../views/types.js").ViewActions} actions
   */
  constructor(root, { select }) {
    this.table = h("div", {
      class: "hex",
      role: "table",
      "aria-label": "Bytes: address, digits, letters",
      "data-testid": "hex-table",
    });
    this.lines = new HexLines(this.table);
    this.note = h("p", { class: "hex-rest", hidden: true });
    this.box = this.#scrollBox();
    this.pager = new HexPager(select);
    this.root = h("div", { class: "hex-view" }, this.box, this.note, this.pager.root);
    root.append(this.root);
    this.observer = new ResizeObserver(() => this.#fit());
    this.observer.observe(this.root);
    this.#fit();
  }

  #scrollBox() {
    const region = { class: "scroll", tabindex: 0, role: "region", "aria-label": "Bytes" };
    const box = h("div", region, this.table);
    box.addEventListener("keydown", (event) => this.#key(event));
    return box;
  }

  /**
   * A key that would scroll beyond the page turns it.
   *
   * @param {KeyboardEvent} event
   */
  #key(event) {
    const { scrollTop, clientHeight, scrollHeight } = this.box;
    const down = event.key === "PageDown" && scrollTop + clientHeight >= scrollHeight - 2;
    const up = event.key === "PageUp" && scrollTop <= 0;
    if (!(down || up) || !this.pager.turn(down ? 1 : -1)) return;
    event.preventDefault();
    this.box.scrollTop = 0;
  }

  #fit() {
    const width = this.root.clientWidth >= WIDE_REM * rem_px() ? model.WIDE : model.NARROW;
    if (width === this.#width) return;
    this.#width = width;
    if (this.#last) this.render(...this.#last);
  }

  /**
   * @param {Schema} schema
   * @param {Frame} frame
   * @param {import("../views/types.js").ViewOptions} options
   */
  render(schema, frame, options) {
    const { origin } = options;
    this.#last = [schema, frame, options];
    const bytes = model.bytesOf(frame);
    const addresses = model.addresses(schema, bytes.length, this.#width, origin);
    const places = JSON.stringify([bytes.length, addresses]);
    if (places !== this.#places) this.#before = null;
    if (places !== this.#places) this.lines.build(addresses, bytes, this.#width);
    this.#places = places;
    const changed = model.changedBytes(this.#before, bytes);
    this.lines.update(bytes, changed, performance.now());
    this.#before = bytes.slice();
    this.pager.show(model.pageOf(schema), origin);
    this.#showRest(schema, bytes.length);
    const text = `Bytes from 0x${addresses[0] ?? "0"}, ${formatCount(bytes.length, "byte")}`;
    return { text: `${text}; ${changed.length} changed since the last frame`, range: null };
  }

  /**
   * @param {Schema} schema
   * @param {number} shown
   */
  #showRest({ axes }, shown) {
    const { count = 0, step = 1 } = axes[0] ?? {};
    const rest = count > shown ? `The first ${shown} of ${count} selected bytes. ` : "";
    const skips = step === 1 ? "" : `Every ${step}th byte: addresses are of each line's first.`;
    this.note.hidden = rest + skips === "";
    setText(this.note, (rest + skips).trim());
  }

  unmount() {
    this.observer.disconnect();
  }
}
