/** One host of the overview: its heading, and below it the rows of its arrays. */
import { h, setAttribute, setText } from "../page/element.js";
import { formatBytes, formatRate } from "../page/format.js";
import { levelMark } from "../page/icons.js";
import { arraysInWords, cutInWords, knownInWords, stateInWords } from "./words.js";

/**
 * @typedef {import("./types.js").HostRow} HostRow
 * @typedef {import("./types.js").Group} Group
 */

const COLUMNS = 10;

/**
 * @param {string} name
 * @param {string} testid
 */
function slot(name, testid) {
  return h("span", { class: name, "data-testid": testid });
}

export class HostGroup {
  /**
   * @param {HostRow} host
   * @param {boolean} own
   * @param {() => void} onToggle
   */
  constructor({ host }, own, onToggle) {
    this.fold = h("button", { type: "button", class: "fold", "data-testid": "fold" }, host);
    this.fold.addEventListener("click", onToggle);
    const address = own ? "/host" : `/hosts/${encodeURIComponent(host)}`;
    const title = `Shared memory of ${host}: who fills it, and what changed when`;
    this.link = h("a", { class: "host-link", href: address, title, "data-testid": "host-link" });
    this.state = slot("host-state", "host-state");
    this.known = slot("host-known", "host-known");
    this.arrays = slot("host-figure", "host-arrays");
    this.cut = slot("host-state", "host-cut");
    this.rate = slot("host-figure", "host-rate");
    this.level = slot("level-slot", "host-level");
    this.heading = this.#assemble();
    this.body = h(
      "tbody",
      { role: "rowgroup", class: "group", "data-testid": "host-group", "data-host": host },
      this.heading,
    );
  }

  #assemble() {
    const parts = [
      this.level,
      this.arrays,
      this.rate,

      this.link,
      this.state,
      this.cut,
      this.known,
    ];
    const line = h("div", { class: "host-line" }, this.fold, ...parts);
    const cell = { class: "host-cell", colspan: COLUMNS, scope: "rowgroup", role: "rowheader" };
    return h("tr", { class: "host-row", role: "row" }, h("th", cell, line));
  }

  /**
   * @param {Group} group
   * @param {number} now_unix_s
   */
  update({ host, open }, now_unix_s) {
    setAttribute(this.fold, "aria-expanded", String(open));
    setAttribute(this.body, "data-state", host.state);
    setText(this.state, stateInWords(host, now_unix_s));
    setText(this.known, knownInWords(host));
    setText(this.arrays, arraysInWords(host));
    setText(this.cut, cutInWords(host));
    setText(this.rate, formatRate(host.writes_per_s));
    setText(this.link, roomInWords(host));
    if (this.level.dataset.level === host.level) return;
    this.level.dataset.level = host.level;
    this.level.replaceChildren(levelMark(host.level));
  }
}

/** @param {HostRow} host */
function roomInWords({ room }) {
  return room ? `${formatBytes(room.used_bytes)} of ${formatBytes(room.size_bytes)}` : "memory";
}
