/** A bar of the whole mount and, enlarged below it, a map of its segments; drawn as SVG. */
import { arrange, s, setAttribute, setText } from "../page/element.js";
import { formatTick } from "../page/format.js";
import { MapTile } from "./map_tile.js";
import { tilesOf, weightOf } from "./room_model.js";
import { squarify } from "./treemap.js";

/**
 * @typedef {import("./room_model.js").Part} Part
 * @typedef {{parts: Part[], segments: import("../health/health_types.js").Segment[], size_bytes: number,
 *   channelOf: (owner: string) => number, rem_px: number}} Picture
 * @typedef {import("./treemap.js").Box} Box
 */

/** Heights, in the root's letters. */
const BAR_REM = 1.5;
const ZOOM_REM = 2;
const HATCH_PX = 7;

export class RoomMap {
  /** @type {Map<string, MapTile>} */
  #tiles = new Map();
  /** @type {MapTile[]} in the order in which arrow keys walk */
  #order = [];
  #current = "";
  /** @type {string | null} the key of the tile that is read out */
  #pointed = null;

  /**
   * @param {HTMLElement} root
   * @param {(text: string) => void} onPoint told what is pointed at, again whenever that changes,
   *   empty for nothing
   */
  constructor(root, onPoint) {
    this.root = root;
    this.onPoint = onPoint;
    this.bar = s("g", { "aria-hidden": "true" });
    this.zoom = s("path", { class: "zoom", "aria-hidden": "true" });
    this.caption = s("text", { class: "zoom-caption", "aria-hidden": "true" });
    this.tiles = s("g", { role: "group", "aria-label": "Segments" });
    const svg = s("svg", { class: "room-map" }, hatch(), this.bar, this.zoom, this.caption);
    svg.append(this.tiles);
    svg.addEventListener("keydown", (event) => this.#key(event));
    root.append(svg);
    this.svg = svg;
  }

  get pointed() {
    return this.#pointed !== null;
  }

  /** @param {Picture} picture */
  draw(picture) {
    const width = this.root.clientWidth;
    const height = this.root.clientHeight;
    if (width === 0 || height === 0) return;
    setAttribute(this.svg, "viewBox", `0 0 ${width} ${height}`);
    const bar = { x: 0, y: 0, width, height: BAR_REM * picture.rem_px };
    const top = bar.height + ZOOM_REM * picture.rem_px;
    this.#drawBar(picture, bar);
    this.#drawZoom(picture, bar, top);
    this.#drawTiles(picture, { x: 0, y: top, width, height: Math.max(0, height - top) });
  }

  /**
   * @param {Picture} picture
   * @param {Box} bar
   */
  #drawBar({ parts, size_bytes, channelOf }, bar) {
    const scale = bar.width / Math.max(1, size_bytes);
    let x = 0;
    const rects = parts.map(({ kind, owner, bytes }) => {
      const channel = kind === "owner" ? channelOf(owner) : null;
      const place = {
        x: x.toFixed(1),
        y: 0,
        width: (bytes * scale).toFixed(1),
        height: bar.height,
      };
      x += bytes * scale;
      return s("rect", { class: `part part-${kind}`, "data-channel": channel, ...place });
    });
    this.bar.replaceChildren(...rects);
  }

  /**
   * Lines from the part of the bar that segments hold or claim to the map.
   *
   * @param {Picture} picture
   * @param {Box} bar
   * @param {number} top
   */
  #drawZoom({ segments, size_bytes, rem_px }, bar, top) {
    const bytes = segments.reduce((sum, one) => sum + weightOf(one), 0);
    const share = Math.min(1, bytes / Math.max(1, size_bytes));
    const right = Math.max(2, share * bar.width);
    const line = `M0 ${bar.height + 2}V${top - 2}M${right} ${bar.height + 2}L${bar.width} ${top - 2}`;
    setAttribute(this.zoom, "d", segments.length > 0 ? line : "");
    setText(
      this.caption,
      segments.length > 0 && share > 0
        ? `enlarged × ${formatTick(Number((1 / share).toPrecision(2)))}`
        : "",
    );
    setAttribute(this.caption, "x", 0.5 * rem_px);
    setAttribute(this.caption, "y", top - 0.65 * rem_px);
  }

  /**
   * @param {Picture} picture
   * @param {Box} box
   */
  #drawTiles({ segments, channelOf, rem_px }, box) {
    const place = this.#order.findIndex(({ element }) => element === document.activeElement);
    const walked = this.#order[place];
    const tiles = tilesOf(segments);
    const boxes = squarify(tiles.map(weightOf), box);
    this.#order = tiles.map((tile, i) => {
      const drawn = this.#tiles.get(tile.key) ?? this.#makeTile(tile.key);
      drawn.update(tile, /** @type {Box} */ (boxes[i]), channelOf(tile.owner), rem_px);
      return drawn;
    });
    arrange(
      this.tiles,
      this.#order.map(({ element }) => element),
    );
    const wanted = new Set(tiles.map(({ key }) => key));
    for (const [key, { element }] of this.#tiles) {
      if (wanted.has(key)) continue;
      element.remove();
      this.#tiles.delete(key);
    }
    if (!wanted.has(this.#current)) this.#current = tiles[0]?.key ?? "";
    for (const [key, { element }] of this.#tiles) {
      setAttribute(element, "tabindex", key === this.#current ? 0 : -1);
    }
    if (walked) this.#walkOn(walked, place);
    if (this.#pointed !== null) this.#point(wanted.has(this.#pointed) ? this.#pointed : null);
  }

  /**
   * Have the tile that was walked to focused still; where its segment is gone, what took its place.
   *
   * @param {MapTile} walked
   * @param {number} place
   */
  #walkOn(walked, place) {
    const isThere = this.#order.includes(walked);
    const next = isThere ? walked : this.#order[Math.min(place, this.#order.length - 1)];
    if (next && next.element !== document.activeElement) next.element.focus();
  }

  /** @param {string} key */
  #makeTile(key) {
    const tile = new MapTile();
    tile.element.addEventListener("pointerenter", () => this.#point(key));
    tile.element.addEventListener("pointerleave", () => this.#point(null));
    tile.element.addEventListener("blur", () => this.#point(null));
    tile.element.addEventListener("focus", () => {
      this.#current = key;
      this.#point(key);
    });
    this.#tiles.set(key, tile);
    return tile;
  }

  /** @param {string | null} key */
  #point(key) {
    this.#pointed = key;
    this.onPoint(key === null ? "" : (this.#tiles.get(key)?.words ?? ""));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const at = this.#order.findIndex(({ element }) => element === document.activeElement);
    const last = this.#order.length - 1;
    const goals = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1 };
    const goal = { ...goals, Home: 0, End: last }[event.key];
    if (at < 0 || goal === undefined) return;
    event.preventDefault();
    const next = this.#order[Math.min(last, Math.max(0, goal))]?.element;
    for (const { element } of this.#order)
      setAttribute(element, "tabindex", element === next ? 0 : -1);
    next?.focus();
  }
}

function hatch() {
  const size = { width: HATCH_PX, height: HATCH_PX };
  const line = s("path", { class: "hatch-line", d: `M0 0V${HATCH_PX}` });
  const more = { id: "hatch", patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
  return s("defs", {}, s("pattern", { ...size, ...more }, line));
}
