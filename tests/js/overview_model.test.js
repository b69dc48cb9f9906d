import assert from "node:assert/strict";
import { test } from "node:test";
import { aliveCount, countLevels, writersInWords } from "../../static/js/health/health.js";
import { sortRows, summarise, worstOf } from "../../static/js/overview/model.js";
import { changesOf, foreignRowOf, rowOf, verdictOf } from "./example.js";

const CRITICAL = {
  level: /** @type {const} */ ("critical"),
  verdicts: [verdictOf({ rule: "died", level: "critical", sentence: "A writer died." })],
};
const ROWS = [
  rowOf({ name: "heat 10", writes_per_s: 240, size_bytes: 64 }),
  rowOf({ name: "heat 9", mechanism: "Manager", last_write_age_s: 2 }),
  rowOf({ name: "dead", health: CRITICAL, writes_per_s: 1 }),
];

/** @param {{name: string}[]} rows */
function names(rows) {
  return rows.map(({ name }) => name);
}

test("names sort as a person would, whatever is unknown too", () => {
  assert.deepEqual(names(sortRows(ROWS, "name", false)), ["dead", "heat 9", "heat 10"]);
  assert.deepEqual(names(sortRows(ROWS, "constructor", false)), ["dead", "heat 9", "heat 10"]);
});

test("columns sort both ways, what was never written last", () => {
  assert.deepEqual(names(sortRows(ROWS, "rate", true)), ["heat 10", "dead", "heat 9"]);
  assert.equal(sortRows(ROWS, "health", true)[0]?.name, "dead");
  assert.equal(sortRows(ROWS, "last", false)[0]?.name, "heat 9");
});

test("the summary counts arrays and those that write", () => {
  assert.equal(summarise(ROWS), "3 arrays, 2 writing");
  assert.equal(summarise(ROWS.slice(0, 1)), "1 array, 1 writing");
});

test("what changes and what is not an array is counted by itself, what has gone not at all", () => {
  const rows = [
    ...ROWS,
    foreignRowOf({ name: "raw", changes: changesOf({ per_s: 2 }) }),
    foreignRowOf({ name: "still", changes: changesOf({ per_s: 0 }) }),
    foreignRowOf({ name: "sem", system: true }),
    foreignRowOf({ name: "left", gone_s: 3, changes: changesOf({ per_s: 9 }) }),
  ];
  const counts = "5 arrays, 1 of system memory, 2 writing, 1 changing";
  assert.equal(summarise(rows), counts);
});

test("writes and changes sort by how many, what nobody looked at last", () => {
  const rows = [
    foreignRowOf({ name: "unseen" }),
    foreignRowOf({ name: "still", changes: changesOf({ last_change_age_s: 9 }) }),
    foreignRowOf({ name: "busy", changes: changesOf({ per_s: 500, last_change_age_s: 0.1 }) }),
    rowOf({ name: "counted", writes_per_s: 50, last_write_age_s: 1 }),
  ];
  assert.deepEqual(names(sortRows(rows, "rate", true)), ["busy", "counted", "still", "unseen"]);
  assert.deepEqual(names(sortRows(rows, "last", false)), ["busy", "counted", "still", "unseen"]);
});

test("users sort among writers, the unknown ones last", () => {
  const rows = [
    foreignRowOf({ name: "hidden", users: null }),
    foreignRowOf({ name: "shared", users: { rw: 3, r: 9, open: 0 } }),
    foreignRowOf({ name: "idle" }),
  ];
  assert.deepEqual(names(sortRows(rows, "writers", true)), ["shared", "idle", "hidden"]);
});

test("what has gone is not the worst any more", () => {
  assert.equal(worstOf([rowOf({ name: "left", health: CRITICAL, gone_s: 1 })]), null);
});

test("the worst row speaks for itself", () => {
  assert.equal(worstOf(ROWS)?.sentence, "A writer died.");
  assert.equal(worstOf(ROWS.slice(0, 2)), null);
});

test("levels are counted, the worst first, what has gone not at all", () => {
  const gone = rowOf({ name: "left", health: CRITICAL, gone_s: 1 });
  assert.deepEqual(
    countLevels([...ROWS, gone]).map(({ level, count }) => `${level} ${count}`),
    ["critical 1", "warning 0", "ok 2"],
  );
});

test("within a level, what is sure is worse than what may be, and the best have no order", () => {
  const rows = ["possible", "certain", "unknown", "likely"].map((sure) => {
    const verdict = verdictOf({ sure: /** @type {any} */ (sure) });
    return rowOf({ name: sure, health: { level: "warning", verdicts: [verdict] } });
  });
  const well = verdictOf({ level: "ok", sure: "certain" });
  rows.push(rowOf({ name: "a well one", health: { level: "ok", verdicts: [well] } }));
  rows.push(rowOf({ name: "quiet", health: { level: "ok", verdicts: [] } }));
  rows.push(...ROWS.slice(2));
  const order = ["dead", "certain", "likely", "possible", "unknown", "a well one", "quiet"];
  assert.deepEqual(names(sortRows(rows, "health", true)), order);
});

test("writers are counted by state", () => {
  const writers = /** @type {any} */ ([{ state: "alive" }, { state: "dead" }, { state: "alive" }]);
  assert.equal(aliveCount(writers), 2);
  assert.equal(writersInWords(writers), "2 alive, 1 dead");
  assert.equal(writersInWords([]), "no writers");
});
