/** The overview's table: rows that come, change in place and fade; headings that sort. */
import { arrange, need, setAttribute } from "../page/element.js";
import { filterRows, rowsInScope } from "./filter.js";
import { sortRows } from "./model.js";
import { OverviewRow } from "./row.js";

/** @typedef {import("../page/types.js").Row} Row */

/** As long as the fade in arrays.css. */
const FADE_MS = 900;

export class OverviewTable {
  /** @type {Map<string, OverviewRow>} */
  #rows = new Map();

  /** @param {HTMLElement} root the table */
  constructor(root) {
    this.body = need("tbody", root);
    this.headings = [...root.querySelectorAll("th[data-column]")];
  }

  /**
   * @param {Row[]} rows
   * @param {import("../values/page_state.js").OverviewState} state
   * @returns {number} how many rows are shown
   */
  update(rows, { filter, sort, descending, everything }) {
    const shown = filterRows(rowsInScope(rows, everything), filter);
    for (const row of shown) this.#rowFor(row).update(row);
    this.#fade(new Set(rows.map(({ id }) => id)));
    const sorted = sortRows(shown, sort, descending).flatMap(
      ({ id }) => this.#rows.get(id)?.element ?? [],
    );
    arrange(this.body, sorted);
    const ids = new Set(shown.map(({ id }) => id));
    for (const [id, { element }] of this.#rows) element.hidden = !ids.has(id);
    this.#markHeadings(sort, descending);
    return shown.length;
  }

  /** @param {Row} row */
  #rowFor(row) {
    const known = this.#rows.get(row.id);
    if (known) return known;
    const fresh = new OverviewRow(row);
    this.#rows.set(row.id, fresh);
    return fresh;
  }

  /** @param {Set<string>} present */
  #fade(present) {
    for (const [id, { element }] of this.#rows) {
      if (present.has(id)) continue;
      this.#rows.delete(id);
      element.classList.add("leaving");
      setTimeout(() => element.remove(), FADE_MS);
    }
  }

  /**
   * @param {string} sort
   * @param {boolean} descending
   */
  #markHeadings(sort, descending) {
    for (const heading of this.headings) {
      const sorted = heading.getAttribute("data-column") === sort;
      const order = descending ? "descending" : "ascending";
      setAttribute(heading, "aria-sort", sorted ? order : null);
    }
  }
}
