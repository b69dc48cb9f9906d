/** One segment in the map: as large as it may become, filled as far as it is taken. */
import { s, setAttribute, setText } from "../page/element.js";
import { eventShape } from "../page/icons.js";
import { sizeInWords, tileInWords, weightOf } from "./room_model.js";

/**
 * @typedef {import("./room_model.js").Tile} Tile
 * @typedef {import("./treemap.js").Box} Box
 */

/** Of the map's lettering, in the root's letters; widths are what its letters take on average. */
const LETTER_REM = 0.82;
const LINE_REM = 1.15;
const PAD_REM = 0.4;
const LETTER_WIDTH = 0.61;

export class MapTile {
  words = "";
  #level = "";

  constructor() {
    this.taken = s("rect", { class: "part part-owner" });
    this.untaken = s("rect", { class: "part part-untaken" });
    this.frame = s("rect", { class: "tile-frame" });
    this.lines = [0, 1, 2].map((line) => s("text", { class: `tile-text tile-line-${line}` }));
    this.mark = s("g", { class: "level" });
    this.title = s("title");
    this.inner = s(
      "svg",
      { "aria-hidden": "true" },
      this.untaken,
      this.taken,
      this.frame,
      ...this.lines,
      this.mark,
    );
    this.element = s("a", { class: "tile", "data-testid": "tile" }, this.title, this.inner);
  }

  /**
   * @param {Tile} tile
   * @param {Box} box
   * @param {number} channel
   * @param {number} rem_px
   */
  update(tile, box, channel, rem_px) {
    const [only] = tile.segments.length === 1 ? tile.segments : [];
    this.words = tileInWords(tile);
    setText(this.title, this.words);
    const array = only?.arrays[0];
    setAttribute(this.element, "href", array === undefined ? null : `/arrays/${array}`);
    setAttribute(this.element, "role", array === undefined ? "img" : null);
    setAttribute(this.element, "data-level", only?.level ?? "ok");
    setAttribute(this.element, "data-orphan", only?.orphan ?? false);
    setAttribute(this.taken, "data-channel", channel);
    this.#place(tile, box);
    this.#write(tile, only, box, rem_px);
    this.#drawMark(only?.level ?? "ok", box, rem_px);
  }

  /**
   * @param {Tile} tile
   * @param {Box} box
   */
  #place(tile, { x, y, width, height }) {
    const inside = { width: Math.max(0, width - 1), height: Math.max(0, height - 1) };
    place(this.inner, { x, y, width, height });
    const share = Math.min(1, Number(tile.resident_bytes) / Math.max(1, weightOf(tile)));
    const level = inside.height * share;
    place(this.untaken, { x: 0, y: 0, width: inside.width, height: inside.height - level });
    place(this.taken, { x: 0, y: inside.height - level, width: inside.width, height: level });
    place(this.frame, {
      x: 1,
      y: 1,
      width: Math.max(0, inside.width - 2),
      height: Math.max(0, inside.height - 2),
    });
  }

  /**
   * As many lines as there is room for: the name first.
   *
   * @param {Tile} tile
   * @param {import("../health/health_types.js").Segment | undefined} only
   * @param {Box} box
   * @param {number} rem_px
   */
  #write(tile, only, { width, height }, rem_px) {
    const letters = Math.floor((width / rem_px - 2 * PAD_REM) / (LETTER_REM * LETTER_WIDTH));
    const room = Math.floor((height / rem_px - PAD_REM) / LINE_REM);
    const wanted = [shorten(tile.label, letters), ...detailsOf(tile, only, letters)];
    this.lines.forEach((line, i) => {
      setText(line, i < room ? (wanted[i] ?? "") : "");
      setAttribute(line, "x", (PAD_REM * rem_px).toFixed(1));
      setAttribute(line, "y", ((PAD_REM + LETTER_REM + i * LINE_REM) * rem_px).toFixed(1));
    });
  }

  /**
   * @param {string} level
   * @param {Box} box
   * @param {number} rem_px
   */
  #drawMark(level, { width, height }, rem_px) {
    const side = Math.min(1.1 * rem_px, width - 4, height - 4);
    const fits = level !== "ok" && side > 6;
    setAttribute(this.mark, "data-level", level);
    const key = fits ? `${level} ${width} ${height}` : "";
    if (key === this.#level) return;
    this.#level = key;
    const spot = { x: width - side - 4, y: height - side - 4, width: side, height: side };
    this.mark.replaceChildren(...(fits ? [eventShape(level, spot)] : []));
  }
}

/**
 * Size and state, in as many words as fit: half a figure would be a wrong one.
 *
 * @param {Tile} tile
 * @param {import("../health/health_types.js").Segment | undefined} only
 * @param {number} letters
 */
function detailsOf(tile, only, letters) {
  const size = sizeInWords(tile);
  const level = only && only.level !== "ok" ? only.level : "";
  const state = only?.orphan ? [level ? `${level} · orphan` : "orphan", "orphan"] : [level];
  return [
    firstThatFits([tile.owner ? `${size} · ${tile.owner}` : size, size], letters),
    firstThatFits(state, letters),
  ];
}

/**
 * @param {string[]} texts
 * @param {number} letters
 */
function firstThatFits(texts, letters) {
  return texts.find((text) => text.length <= letters) ?? "";
}

/**
 * @param {Element} element
 * @param {Box} box
 */
function place(element, box) {
  for (const [name, value] of Object.entries(box)) setAttribute(element, name, value.toFixed(1));
}

/**
 * Cut in the middle what is too long, for names often differ at their ends; under three letters
 * nothing can be told.
 *
 * @param {string} text
 * @param {number} letters
 */
export function shorten(text, letters) {
  const points = [...text];
  if (points.length <= letters) return text;
  if (letters < 3) return "";
  const end = Math.floor((letters - 1) / 2);
  return `${points.slice(0, letters - 1 - end).join("")}…${points.slice(points.length - end).join("")}`;
}
