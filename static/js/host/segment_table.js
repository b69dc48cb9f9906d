/** Who fills the memory, as a table: what the map shows, in words. */
import { arrange, h, need, setAttribute, setText } from "../page/element.js";
import { formatBytes } from "../page/format.js";
import { levelMark } from "../page/icons.js";
import { arrayName } from "./room_model.js";

/** @typedef {import("../health/health_types.js").Segment} Segment */

/** More arrays of one segment are counted, not named. */
const MOST_LINKS = 3;

export class SegmentTable {
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();

  /** @param {Segment[]} segments those that take most first */
  update(segments) {
    need("#no-segments").hidden = segments.length > 0;
    /** @type {Map<string, number>} */
    const seen = new Map();
    const rows = segments.map((segment) => {
      const before = seen.get(segment.label) ?? 0;
      seen.set(segment.label, before + 1);
      return this.#rowOf(segment, `${segment.label}/${before}`);
    });
    arrange(need("#segments"), rows);
    const wanted = new Set(rows);
    for (const [key, row] of this.#rows) {
      if (wanted.has(row)) continue;
      row.remove();
      this.#rows.delete(key);
    }
  }

  /**
   * @param {Segment} segment
   * @param {string} key
   */
  #rowOf(segment, key) {
    const row = this.#rows.get(key) ?? makeRow(segment);
    this.#rows.set(key, row);
    updateRow(row, segment);
    return row;
  }
}

/** @param {Segment} segment */
function makeRow({ label }) {
  const name = h("th", { scope: "row", title: label, "data-testid": "segment-label" }, label);
  return h(
    "tr",
    { "data-testid": "segment-row", "data-label": label },
    name,
    h("td", { "data-cell": "resident", class: "number", "data-testid": "segment-resident" }),
    h("td", { "data-cell": "level" }),
    h("td", { "data-cell": "size", class: "number" }),
    h("td", { "data-cell": "owner" }),
    h("td", { "data-cell": "arrays", class: "array-links" }),
  );
}

/**
 * @param {HTMLElement} row
 * @param {Segment} segment
 */
function updateRow(row, { owner, size_bytes, resident_bytes, arrays, level, orphan }) {
  setText(need("[data-cell=owner]", row), owner);
  setText(need("[data-cell=size]", row), formatBytes(Number(size_bytes)));
  setText(need("[data-cell=resident]", row), formatBytes(Number(resident_bytes)));
  setAttribute(row, "data-level", level);
  fill(need("[data-cell=level]", row), `${level} ${orphan}`, () => [
    levelMark(level),
    orphan ? h("span", { class: "orphan-mark", "data-testid": "orphan-mark" }, "orphan") : null,
  ]);
  fill(need("[data-cell=arrays]", row), arrays.join(" "), () => links(arrays));
}

/**
 * Make a cell's content anew where what it shows has changed.
 *
 * @param {HTMLElement} cell
 * @param {string} key
 * @param {() => (Node | null)[]} make
 */
function fill(cell, key, make) {
  if (cell.dataset.key === key) return;
  cell.dataset.key = key;
  cell.replaceChildren(...make().filter((node) => node !== null));
}

/** @param {string[]} arrays */
function links(arrays) {
  const shown = arrays
    .slice(0, MOST_LINKS)
    .map((id) => h("a", { href: `/arrays/${id}`, "data-testid": "segment-array" }, arrayName(id)));
  const more = arrays.length - shown.length;
  return [...shown, more > 0 ? h("span", { class: "hint" }, `and ${more} more`) : null];
}
