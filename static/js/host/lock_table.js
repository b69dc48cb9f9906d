/** The host's named semaphores: who holds, who waits. */
import { arrange, h, need, setAttribute, setText } from "../page/element.js";
import { formatDuration, NONE } from "../page/format.js";
import { levelMark } from "../page/icons.js";

/** @typedef {import("../health/health_types.js").Lock} Lock */

export class LockTable {
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();

  /** @param {Lock[]} locks */
  update(locks) {
    need("#locks-panel").hidden = locks.length === 0;
    const rows = locks.map((lock) => this.#rowOf(lock));
    arrange(need("#locks"), rows);
    const wanted = new Set(locks.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (wanted.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
  }

  /** @param {Lock} lock */
  #rowOf(lock) {
    const row = this.#rows.get(lock.id) ?? makeRow(lock);
    this.#rows.set(lock.id, row);
    updateRow(row, lock);
    return row;
  }
}

/** @param {Lock} lock */
function makeRow({ id, name }) {
  return h(
    "tr",
    { "data-testid": "lock-row", "data-name": name },
    h("th", { scope: "row", title: name }, h("a", { href: `/arrays/${id}` }, name)),
    h("td", { "data-cell": "level" }),
    h("td", { "data-cell": "state", "data-testid": "lock-state" }),
    h("td", { "data-cell": "held", class: "number" }),
    h("td", { "data-cell": "waiters", class: "number" }),
    h("td", { "data-cell": "users", class: "number" }),
  );
}

/** @param {number} value how many may still take it */
export function lockState(value) {
  return value === 0 ? "held" : value === 1 ? "free" : `free for ${value}`;
}

/**
 * @param {HTMLElement} row
 * @param {Lock} lock
 */
function updateRow(row, { value, waiters, held_s, users, level }) {
  setAttribute(row, "data-level", level);
  const slot = need("[data-cell=level]", row);
  if (slot.dataset.level !== level) {
    slot.dataset.level = level;
    slot.replaceChildren(levelMark(level));
  }
  setText(need("[data-cell=state]", row), lockState(value));
  setText(need("[data-cell=held]", row), held_s > 0 ? formatDuration(held_s) : NONE);
  setText(need("[data-cell=waiters]", row), String(waiters));
  setText(need("[data-cell=users]", row), users === null ? "?" : String(users));
}
