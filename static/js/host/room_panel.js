/** The picture of a mount of shared memory: a bar of the whole, a map of its segments, a legend. */
import { h, need, rem_px, s, setAttribute, setText } from "../page/element.js";
import { formatBytes } from "../page/format.js";
import { RoomMap } from "./room_map.js";
import { roomInWords, roomParts, untakenBytes } from "./room_model.js";

/**
 * @typedef {import("../health/health_types.js").HostBody} HostBody
 * @typedef {import("./room_model.js").Part} Part
 */

const CHANNELS = 6;
const WORDS = { other: "other files", untaken: "claimed, not taken yet", free: "free" };

export class RoomPanel {
  /** @type {Map<string, number>} an owner keeps the colour it had first */
  #channels = new Map();
  /** @type {HostBody | null} */
  #newest = null;
  #legendKey = "";

  constructor() {
    const root = need("#room");
    this.map = new RoomMap(root, (text) => setText(need("#room-readout"), text || this.#summary()));
    new ResizeObserver(() => this.#draw()).observe(root);
  }

  /** @param {HostBody} body */
  update(body) {
    this.#newest = body;
    for (const { owner } of body.segments) {
      if (!this.#channels.has(owner)) this.#channels.set(owner, this.#channels.size % CHANNELS);
    }
    this.#draw();
  }

  #summary() {
    return this.#newest ? roomInWords(this.#newest.room, this.#newest.segments) : "";
  }

  #draw() {
    if (!this.#newest) return;
    const { room, segments } = this.#newest;
    const parts = roomParts(room, segments);
    const channelOf = (/** @type {string} */ owner) => (this.#channels.get(owner) ?? 0) + 1;
    this.map.draw({ parts, segments, size_bytes: room.size_bytes, channelOf, rem_px: rem_px() });
    this.#drawLegend(parts, Math.max(0, untakenBytes(segments) - room.free_bytes), channelOf);
    if (!this.map.pointed) setText(need("#room-readout"), this.#summary());
  }

  /**
   * @param {Part[]} parts
   * @param {number} over_bytes claimed beyond what is free
   * @param {(owner: string) => number} channelOf
   */
  #drawLegend(parts, over_bytes, channelOf) {
    const list = need("#room-legend");
    const key = JSON.stringify(parts.map(({ kind, owner }) => [kind, owner]));
    if (key !== this.#legendKey) {
      this.#legendKey = key;
      list.replaceChildren(...parts.map((part) => legendItem(part, channelOf)));
    }
    parts.forEach(({ kind, bytes }, i) => {
      const over = kind === "untaken" && over_bytes > 0;
      const more = over ? ` and ${formatBytes(over_bytes)} more than there is` : "";
      const item = /** @type {HTMLElement} */ (list.children[i]);
      setText(need(".key-bytes", item), `${formatBytes(bytes)}${more}`);
      setAttribute(item, "data-over", over);
    });
  }
}

/**
 * @param {Part} part
 * @param {(owner: string) => number} channelOf
 */
function legendItem({ kind, owner }, channelOf) {
  const box = { x: 0.5, y: 0.5, width: 27, height: 11 };
  const channel = kind === "owner" ? channelOf(owner) : null;
  const swatch = s("rect", { ...box, class: `part part-${kind}`, "data-channel": channel });
  return h(
    "li",
    { "data-testid": "legend-part", "data-part": kind },
    s("svg", { class: "swatch", viewBox: "0 0 28 12", "aria-hidden": "true" }, swatch),
    h("span", {}, kind === "owner" ? owner : WORDS[kind]),
    h("span", { class: "key-bytes figure" }),
  );
}
