/** The overview's table on a hub: a group a host, and rows only for what is opened. */

import { OverviewRow } from "../overview/row.js";
import { arrange, setAttribute } from "../page/element.js";
import { HostGroup } from "./group.js";

/**
 * @typedef {import("./types.js").Group} Group
 * @typedef {import("./types.js").FleetRow} FleetRow
 */

/** More hosts at once nobody reads, and a browser would no longer draw twice a second. */
export const MOST_GROUPS = 200;
export const MOST_ROWS = 600;

export class FleetTable {
  /** @type {Map<string, HostGroup>} */
  #groups = new Map();
  /** @type {Map<string, OverviewRow>} */
  #rows = new Map();

  /**
   * @param {HTMLElement} root the table
   * @param {(host: string) => void} onToggle
   */
  constructor(root, onToggle) {
    this.root = root;
    this.onToggle = onToggle;
    for (const body of root.querySelectorAll("tbody")) body.remove();
  }

  /**
   * @param {Group[]} groups
   * @param {number} now_unix_s
   * @returns {{groups: number, rows: number}} how many are drawn
   */
  update(groups, now_unix_s) {
    const drawn = groups.slice(0, MOST_GROUPS);
    const bodies = new Map(drawn.map((group) => [group.host.host, this.#bodyOf(group)]));
    const seen = new Set();
    for (const group of drawn) {
      const body = bodies.get(group.host.host);
      body?.update(group, now_unix_s);
      const room = group.open ? MOST_ROWS - seen.size : 0;
      const rows = group.rows.slice(0, Math.max(0, room));
      for (const { id } of rows) seen.add(id);
      if (body)
        place(
          body,
          rows.flatMap((row) => this.#drawn(row, group)),
        );
    }
    this.#forgetBut(bodies, seen);
    const heads = [...this.root.children].filter(({ tagName }) => tagName !== "TBODY");
    arrange(this.root, [...heads, ...[...bodies.values()].map(({ body }) => body)]);
    return { groups: drawn.length, rows: seen.size };
  }

  /** @param {Group} group */
  #bodyOf({ host, own }) {
    const known = this.#groups.get(host.host);
    if (known) return known;
    const fresh = new HostGroup(host, own, () => this.onToggle(host.host));
    this.#groups.set(host.host, fresh);
    return fresh;
  }

  /**
   * A row that cannot be drawn is left out: it stops no other host's.
   *
   * @param {FleetRow} row
   * @param {Group} group
   */
  #drawn(row, group) {
    try {
      return [this.#draw(row, group)];
    } catch (failure) {
      console.error(`${row.id} cannot be drawn`, failure);
      return [];
    }
  }

  /**
   * @param {FleetRow} row
   * @param {Group} group
   */
  #draw(row, { host }) {
    const known = this.#rows.get(row.id) ?? new OverviewRow(row);
    this.#rows.set(row.id, known);
    known.update(row);
    const state = host.state === "reachable" ? null : host.state;
    setAttribute(known.element, "data-state", state);
    return known.element;
  }

  /**
   * @param {Map<string, HostGroup>} bodies
   * @param {Set<string>} rows
   */
  #forgetBut(bodies, rows) {
    for (const [host, { body }] of this.#groups) {
      if (bodies.has(host)) continue;
      this.#groups.delete(host);
      body.remove();
    }
    for (const [id, { element }] of this.#rows) {
      if (rows.has(id)) continue;
      this.#rows.delete(id);
      element.remove();
    }
  }
}

/**
 * @param {HostGroup} group
 * @param {HTMLElement[]} rows
 */
function place({ body, heading }, rows) {
  arrange(body, [heading, ...rows]);
}
