/** The overview of a hub: what it tells of other hosts, beside the arrays of its own. */
import { filterRows, rowsInScope } from "../overview/filter.js";
import { need, setText } from "../page/element.js";
import { Kept } from "../page/kept.js";
import { Folds } from "./folds.js";
import { groupsOf, hostsOf, levelsOf, summariseHosts, wishOf } from "./groups.js";
import { FleetTable } from "./table.js";

/**
 * @typedef {import("./types.js").FleetBody} FleetBody
 * @typedef {import("./types.js").FleetRow} FleetRow
 * @typedef {import("../page/types.js").OverviewBody} OverviewBody
 * @typedef {import("../values/page_state.js").OverviewState} OverviewState
 */

export class FleetView {
  /** @type {FleetBody | null} */
  #body = null;
  /** @type {import("../stream/connection.js").Subscription | null} */
  #subscription = null;
  /** What was asked for last, as text. */
  #asked = "";

  /**
   * @param {HTMLElement} root the table
   * @param {() => void} redraw
   */
  constructor(root, redraw) {
    this.redraw = redraw;
    this.folds = new Folds(new Kept());
    this.table = new FleetTable(root, (host) => {
      this.folds.toggle(host);
      redraw();
    });
  }

  /** @param {import("../stream/connection.js").Connection} connection */
  start(connection) {
    this.#subscription = connection.subscribe(
      { topic: "fleet" },
      {
        frame: (body) => {
          this.#body = body;
          // A fleet that has grown stays folded when it shrinks a little: nothing opens by itself.
          this.folds.openFirst &&= body.whole;
          this.redraw();
        },
      },
    );
  }

  /**
   * All arrays that are told.
   *
   * @param {OverviewBody} own
   * @returns {FleetRow[]}
   */
  arrays(own) {
    return [...own.arrays, ...(this.#body?.arrays ?? [])];
  }

  /**
   * Arrays of hosts that can be reached: of the others nobody knows how they are now.
   *
   * @param {FleetRow[]} rows
   */
  fresh(rows) {
    return rows.filter(({ state }) => state === undefined || state === "reachable");
  }

  /** @param {OverviewBody} own */
  hosts(own) {
    const hosts = hostsOf(own, this.#body);
    return [hosts.own, ...hosts.others];
  }

  /** @param {OverviewBody} own */
  summary(own) {
    return summariseHosts(this.hosts(own));
  }

  /** @param {OverviewBody} own */
  levels(own) {
    return levelsOf(this.hosts(own));
  }

  /**
   * @param {OverviewBody} own
   * @param {OverviewState} state
   */
  draw(own, state) {
    this.#ask(state);
    const groups = groupsOf(own, this.#body, state, (host) => this.folds.isOpen(host));
    const drawn = this.table.update(groups, Date.now() / 1000);
    const found = filterRows(rowsInScope(this.arrays(own), true), state.filter).length;
    this.#note(groups.length - drawn.groups);
    return { all: 1, inScope: 1, shown: groups.length, elsewhere: groups.length ? 0 : found };
  }

  /**
   * Of many hosts only some of the arrays come, so another filter has to be asked for.
   *
   * @param {OverviewState} state
   */
  #ask({ filter }) {
    if (!this.#body || (this.#body.whole && this.#asked === "")) return;
    const wish = this.#body.whole ? { hosts: [], find: "" } : wishOf(filter, this.folds.opened);
    const asked = JSON.stringify(wish);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#subscription?.update(wish);
  }

  /** @param {number} hidden hosts that are not drawn */
  #note(hidden) {
    const { found, arrays, whole } = this.#body ?? { found: 0, arrays: [], whole: true };
    const missing = whole ? 0 : found - arrays.length;
    const parts = [
      hidden > 0 ? `${hidden.toLocaleString("en")} more hosts: look for one with host:NAME.` : "",
      missing > 0
        ? `${found.toLocaleString("en")} arrays, of which ${arrays.length.toLocaleString("en")} are listed: narrow the filter, or open fewer hosts.`
        : "",
    ];
    const line = need("#fleet-note");
    const text = parts.filter(Boolean).join(" ");
    line.hidden = text === "";
    setText(line, text);
  }
}
