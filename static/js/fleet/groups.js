/**
 * The overview of many hosts: which of them are shown, in what order, and with which arrays.
 *
 * @typedef {import("./types.js").HostRow} HostRow
 * @typedef {import("./types.js").FleetRow} FleetRow
 * @typedef {import("./types.js").FleetBody} FleetBody
 * @typedef {import("./types.js").Group} Group
 * @typedef {import("../page/types.js").OverviewBody} OverviewBody
 * @typedef {import("../values/page_state.js").OverviewState} OverviewState
 */
import { countLevels, rankOf } from "../health/health.js";
import { filterRows, rowsInScope } from "../overview/filter.js";
import { sortRows } from "../overview/model.js";

const HOST_FIELD = "host:";
/** One for all comparisons: to make one takes longer than to compare. */
const COLLATOR = new Intl.Collator("en", { numeric: true });

/** @type {Map<string, (host: HostRow) => number>} */
const KEYS = new Map(
  Object.entries({
    health: ({ level }) => rankOf(level),
    rate: ({ writes_per_s }) => writes_per_s,
    size: ({ room }) => room?.used_bytes ?? 0,
  }),
);

/**
 * The hub's own host, and the others.
 *
 * @param {OverviewBody} body
 * @param {FleetBody | null} fleet
 * @returns {{own: HostRow, others: HostRow[]}}
 */
export function hostsOf(body, fleet) {
  const hosts = fleet?.hosts ?? [];
  const others = hosts.filter(({ host }) => host !== body.host.name);
  const double = hosts.find(({ host }) => host === body.host.name);
  const own = ownHost(body);
  // An agent that has the hub's own name is a conflict, and is told of at the hub's own place.
  const { state, since_s } = double ?? own;
  return { own: { ...own, state, since_s }, others };
}

/**
 * The hub's own host, as a host among others.
 *
 * @param {OverviewBody} body
 * @returns {HostRow}
 */
export function ownHost({ host, arrays }) {
  const present = arrays.filter(({ gone_s, system }) => gone_s === null && !system);
  const counts = countLevels(present);
  return {
    host: host.name,
    site: "",
    state: "reachable",
    since_s: 0,
    heard_s: 0,
    arrays: present.length,
    cut: null,
    writes_per_s: present.reduce((sum, { writes_per_s }) => sum + (writes_per_s ?? 0), 0),
    level: counts.find(({ count }) => count > 0)?.level ?? "ok",
    levels: /** @type {HostRow["levels"]} */ (
      Object.fromEntries(counts.map(({ level, count }) => [level, count]))
    ),
    room: host.shm,
    version: "",
  };
}

/**
 * @param {string} filter
 * @returns {{ofHosts: string[], ofArrays: string}} names to look for in hosts, and the other words
 */
export function parted(filter) {
  const words = filter.split(/\s+/).filter(Boolean);
  const isOfHosts = (/** @type {string} */ word) => word.toLowerCase().startsWith(HOST_FIELD);
  return {
    ofHosts: words.filter(isOfHosts).map((word) => word.slice(HOST_FIELD.length).toLowerCase()),
    ofArrays: words.filter((word) => !isOfHosts(word)).join(" "),
  };
}

/**
 * What a hub of many hosts is to tell: arrays that are searched for, or those of opened hosts.
 *
 * @param {string} filter
 * @param {Iterable<string>} opened
 */
export function wishOf(filter, opened) {
  return parted(filter).ofArrays === ""
    ? { hosts: [...opened], find: "" }
    : { hosts: [], find: filter };
}

/**
 * The groups that are shown. A search opens all that it finds something in.
 *
 * @param {OverviewBody} own
 * @param {FleetBody | null} fleet
 * @param {OverviewState} state
 * @param {(host: string) => boolean} isOpen
 * @returns {Group[]} the hub's own first
 */
export function groupsOf(own, fleet, state, isOpen) {
  const { ofHosts, ofArrays } = parted(state.filter);
  const rows = byHost([...own.arrays, ...(fleet?.arrays ?? [])], state);
  const hosts = hostsOf(own, fleet);
  return [hosts.own, ...orderHosts(hosts.others, state)]
    .map((host, place) => group(host, place === 0, rows.get(host.host) ?? []))
    .filter(({ host }) => ofHosts.every((name) => host.host.toLowerCase().includes(name)))
    .filter(({ rows }) => ofArrays === "" || rows.length > 0);

  /**
   * @param {HostRow} host
   * @param {boolean} isOwn
   * @param {FleetRow[]} found
   * @returns {Group}
   */
  function group(host, isOwn, found) {
    const open = ofArrays !== "" || isOpen(host.host);
    return { host, own: isOwn, open, rows: found };
  }
}

/**
 * @param {FleetRow[]} rows
 * @param {OverviewState} state
 * @returns {Map<string, FleetRow[]>} those that are looked for, in order
 */
function byHost(rows, { everything, filter, sort, descending }) {
  /** @type {Map<string, FleetRow[]>} */
  const found = new Map();
  const shown = filterRows(rowsInScope(rows, everything), filter);
  for (const row of sortRows(shown, sort, descending)) {
    const same = found.get(row.host);
    if (same) same.push(row);
    else found.set(row.host, [row]);
  }
  return found;
}

/**
 * By name, unless the arrays are ordered by something that hosts have, too.
 *
 * @param {HostRow[]} hosts
 * @param {Pick<OverviewState, "sort" | "descending">} state
 */
function orderHosts(hosts, { sort, descending }) {
  const key = KEYS.get(sort) ?? (() => 0);
  const sign = descending ? -1 : 1;
  return [...hosts].sort((a, b) => sign * (key(a) - key(b)) || COLLATOR.compare(a.host, b.host));
}

/**
 * `212 arrays on 6 hosts, 40 writing, 1 host unreachable`.
 *
 * @param {HostRow[]} hosts
 */
export function summariseHosts(hosts) {
  const reached = hosts.filter(({ state }) => state === "reachable" || state === "conflict");
  const lost = hosts.filter(({ state }) => state === "unreachable").length;
  const arrays = reached.reduce((sum, host) => sum + host.arrays, 0);
  const many = (/** @type {number} */ count, /** @type {string} */ word) =>
    `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
  const parts = [`${many(arrays, "array")} on ${many(reached.length, "host")}`];
  if (lost > 0) parts.push(`${many(lost, "host")} unreachable`);
  return parts.join(", ");
}

/**
 * How many arrays there are at each level, of all hosts that can be reached.
 *
 * @param {HostRow[]} hosts
 */
export function levelsOf(hosts) {
  const reached = hosts.filter(({ state }) => state === "reachable" || state === "conflict");
  return countLevels([]).map(({ level }) => ({
    level,
    count: reached.reduce((sum, { levels }) => sum + (levels[level] ?? 0), 0),
  }));
}
