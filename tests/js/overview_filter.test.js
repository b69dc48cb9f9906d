import assert from "node:assert/strict";
import { test } from "node:test";
import * as overview from "../../static/js/overview/filter.js";
import { changesOf, foreignRowOf, rowOf, verdictOf } from "./example.js";

const WRITER = /** @type {any} */ ({ pid: 4711, label: "band 0", state: "alive" });
const ROWS = [
  rowOf({ name: "heat 10", writes_per_s: 240, writers: [WRITER], unit: "°C" }),
  rowOf({ name: "heat 9", mechanism: "Manager", age_s: 3 }),
  rowOf({ name: "dead", health: { level: "critical", verdicts: [] } }),
  foreignRowOf({ name: "psm_1", paths: ["/dev/shm/psm_1"], changes: changesOf({ per_s: 1 }) }),
  foreignRowOf({ name: "cam", provenance: "recognised", format: "ImageStreamIO 2.00" }),
  foreignRowOf({ name: "sem.x", system: true }),
  foreignRowOf({ name: "left", gone_s: 2, age_s: 3 }),
];

/** @param {string} filter */
function found(filter) {
  return overview.filterRows(ROWS, filter).map(({ name }) => name);
}

test("every word of the filter must be found", () => {
  assert.deepEqual(found("HEAT manager"), ["heat 9"]);
  assert.deepEqual(found("health:crit"), ["dead"]);
  assert.deepEqual(found("name:manager"), []);
  assert.equal(found("").length, ROWS.length);
  assert.deepEqual(found("constructor:x"), []);
});

test("rows are found by where their layout comes from, in JSON's words and in the page's", () => {
  assert.deepEqual(found("from:bytes"), ["psm_1", "sem.x", "left"]);
  assert.deepEqual(found("from:raw psm"), ["psm_1"]);
  assert.deepEqual(found("format:imagestream"), ["cam"]);
  assert.deepEqual(found("imagestreamio"), ["cam"]);
});

test("a pid is found whole, and only where it is asked for", () => {
  assert.deepEqual(found("pid:4711"), ["heat 10"]);
  assert.deepEqual(found("pid:47"), []);
  assert.deepEqual(found("4711"), []);
  assert.deepEqual(found("writer:band path:nowhere"), []);
  assert.deepEqual(found("unit:°"), ["heat 10"]);
});

test("a path is looked at only where it is asked for", () => {
  assert.deepEqual(found("path:/dev/shm"), ["psm_1"]);
  assert.deepEqual(found("dev"), []);
});

test("rows are found by what they do", () => {
  assert.deepEqual(found("is:writing"), ["heat 10"]);
  assert.deepEqual(found("is:changing"), ["psm_1"]);
  assert.deepEqual(found("is:new"), ["heat 9"]);
  assert.deepEqual(found("is:gone"), ["left"]);
  assert.deepEqual(found("is:system"), ["sem.x"]);
  assert.deepEqual(found("is:wri"), []);
});

test("a field that is being typed hides nothing yet", () => {
  assert.equal(found("is:").length, ROWS.length);
  assert.equal(found("pid:").length, ROWS.length);
});

test("memory that programs keep for themselves is out of scope unless everything is wanted", () => {
  assert.equal(overview.rowsInScope(ROWS, true).length, ROWS.length);
  assert.equal(overview.rowsInScope(ROWS, false).length, ROWS.length - 1);
  assert.equal(overview.countSystem(ROWS), 1);
  assert.equal(overview.countSystem([foreignRowOf({ system: true, gone_s: 1 })]), 0);
});

test("an array is new for ten seconds, one that was there before the server never", () => {
  assert.equal(overview.isNew({ age_s: 9.9, gone_s: null }), true);
  assert.equal(overview.isNew({ age_s: 10, gone_s: null }), false);
  assert.equal(overview.isNew({ age_s: null, gone_s: null }), false);
  assert.equal(overview.isNew({ age_s: 1, gone_s: 0.1 }), false);
});

test("arrays are found by what is wrong with them, not by what is well", () => {
  const verdicts = [
    verdictOf({ rule: "dead_writer", level: "critical" }),
    verdictOf({ rule: "idle", level: "ok" }),
  ];
  const rows = [rowOf({ name: "ill", health: { level: "critical", verdicts } }), ...ROWS];
  const names = (/** @type {string} */ filter) =>
    overview.filterRows(rows, filter).map(({ name }) => name);
  assert.deepEqual(names("health:dead_writer"), ["ill"]);
  assert.deepEqual(names("health:died"), ["ill"]);
  assert.deepEqual(names("health:idle"), []);
});

test("a click puts a level into the filter, another level in its place, and itself out again", () => {
  assert.equal(overview.toggleWord("heat", "health:warning"), "heat health:warning");
  assert.equal(
    overview.toggleWord("health:WARNING heat", "health:critical"),
    "heat health:critical",
  );
  assert.equal(overview.toggleWord("heat health:warning", "health:warning"), "heat");
});

test("a host is looked at only where it is asked for", () => {
  const rows = [rowOf({ name: "a", host: "robot-1" }), rowOf({ name: "b", host: "gpu" })];
  const names = (/** @type {string} */ filter) =>
    overview.filterRows(rows, filter).map(({ name }) => name);
  assert.deepEqual(names("host:ROBOT"), ["a"]);
  assert.deepEqual(names("robot"), []);
});
