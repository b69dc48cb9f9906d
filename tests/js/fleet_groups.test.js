import assert from "node:assert/strict";
import { test } from "node:test";
import * as groups from "../../static/js/fleet/groups.js";
import { rowOf } from "./example.js";

const STATE = { filter: "", sort: "name", descending: false, everything: false };
const LEVELS = { ok: 1, warning: 0, critical: 0 };

/** @param {Partial<import("../../static/js/fleet/types.js").HostRow>} fields */
function hostOf(fields) {
  return /** @type {import("../../static/js/fleet/types.js").HostRow} */ ({
    host: "b",
    site: "_",
    state: "reachable",
    since_s: 0,
    heard_s: 0.1,
    arrays: 1,
    cut: null,
    writes_per_s: 0,
    level: "ok",
    levels: LEVELS,
    room: { size_bytes: 10, used_bytes: 1 },
    version: "1",
    ...fields,
  });
}

const OWN = /** @type {any} */ ({
  host: { name: "hub", shm: { size_bytes: 8, used_bytes: 2 } },
  arrays: [
    rowOf({ host: "hub", id: "hub/1/plate", name: "plate", writes_per_s: 3 }),
    rowOf({ host: "hub", id: "hub/1/old", name: "old", gone_s: 1 }),
  ],
});
const FLEET = {
  hosts: [
    hostOf({ host: "robot-10", arrays: 2, level: "critical", levels: { ...LEVELS, critical: 1 } }),
    hostOf({ host: "robot-9", writes_per_s: 50 }),
    hostOf({ host: "gpu", state: "unreachable", since_s: 180, heard_s: 181 }),
  ],
  arrays: [
    rowOf({ host: "robot-9", id: "robot-9/1/cam", name: "cam" }),
    rowOf({ host: "robot-10", id: "robot-10/1/cam", name: "cam" }),
    rowOf({ host: "robot-10", id: "robot-10/1/arm", name: "arm" }),
  ],
  found: 3,
  whole: true,
};

/**
 * @param {object} state
 * @param {(host: string) => boolean} isOpen
 */
function shown(state = {}, isOpen = () => true) {
  const found = groups.groupsOf(OWN, FLEET, { ...STATE, ...state }, isOpen);
  return found.map(({ host, open, rows }) => [host.host, open, rows.map(({ name }) => name)]);
}

test("the hub's own host comes first, the others by name as people count", () => {
  assert.deepEqual(shown(), [
    ["hub", true, ["old", "plate"]],
    ["gpu", true, []],
    ["robot-9", true, ["cam"]],
    ["robot-10", true, ["arm", "cam"]],
  ]);
});

test("hosts follow the arrays' order where it is one of hosts, too", () => {
  const hosts = (/** @type {string} */ sort) =>
    shown({ sort, descending: true }).map(([host]) => host);
  assert.deepEqual(hosts("health"), ["hub", "robot-10", "gpu", "robot-9"]);
  assert.deepEqual(hosts("rate"), ["hub", "robot-9", "gpu", "robot-10"]);
});

test("a search opens the hosts that it finds something in, and hides the others", () => {
  assert.deepEqual(
    shown({ filter: "cam" }, () => false),
    [
      ["robot-9", true, ["cam"]],
      ["robot-10", true, ["cam"]],
    ],
  );
});

test("a host that is looked for stays as it is, opened or not, arrays or none", () => {
  assert.deepEqual(
    shown({ filter: "host:GPU" }, () => false),
    [["gpu", false, []]],
  );
  assert.deepEqual(
    shown({ filter: "host:robot cam host:10" }, () => false),
    [["robot-10", true, ["cam"]]],
  );
});

test("of many hosts a hub is asked for what is opened, or searched for", () => {
  assert.deepEqual(groups.wishOf("", ["a", "b"]), { hosts: ["a", "b"], find: "" });
  assert.deepEqual(groups.wishOf("host:a", ["a"]), { hosts: ["a"], find: "" });
  assert.deepEqual(groups.wishOf("host:a cam", ["a"]), { hosts: [], find: "host:a cam" });
});

test("the hub's own host sums up what it has and what has not gone", () => {
  const own = groups.ownHost(OWN);
  assert.equal(own.arrays, 1);
  assert.equal(own.writes_per_s, 3);
  assert.equal(own.level, "ok");
});

test("a summary counts what can be reached, and says what cannot", () => {
  const hosts = [groups.ownHost(OWN), ...FLEET.hosts];
  assert.equal(groups.summariseHosts(hosts), "4 arrays on 3 hosts, 1 host unreachable");
  assert.equal(groups.summariseHosts(hosts.slice(0, 1)), "1 array on 1 host");
  const many = [hostOf({ arrays: 50_000 })];
  assert.equal(groups.summariseHosts(many), "50,000 arrays on 1 host");
  const counts = groups.levelsOf(hosts);
  assert.deepEqual(
    counts.map(({ count }) => count),
    [1, 0, 3],
  );
});

test("an agent that has the hub's own name is told of where the hub's arrays stand", () => {
  const twice = hostOf({ host: "hub", state: "conflict", since_s: 5 });
  const found = groups.hostsOf(OWN, { ...FLEET, hosts: [twice, ...FLEET.hosts] });
  assert.equal(found.own.state, "conflict");
  assert.equal(found.own.arrays, 1);
  assert.equal(found.others.length, FLEET.hosts.length);
});
