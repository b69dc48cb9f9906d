import assert from "node:assert/strict";
import { test } from "node:test";
import { aliveCount, writersInWords } from "../../static/js/health.js";
import { filterRows, sortRows, summarise, worstOf } from "../../static/js/overview_model.js";
import { rowOf } from "./example.js";

const CRITICAL = {
  level: /** @type {const} */ ("critical"),
  verdicts: [
    {
      rule: "died",
      level: /** @type {const} */ ("critical"),
      sentence: "A writer died.",
      since_s: 1,
      remedy: null,
    },
  ],
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

test("every word of the filter must be found", () => {
  assert.deepEqual(names(filterRows(ROWS, "HEAT manager")), ["heat 9"]);
  assert.deepEqual(names(filterRows(ROWS, "health:crit")), ["dead"]);
  assert.deepEqual(names(filterRows(ROWS, "name:manager")), []);
  assert.equal(filterRows(ROWS, "").length, 3);
  assert.deepEqual(filterRows(ROWS, "constructor:x"), []);
});

test("names sort as a person would, whatever is unknown too", () => {
  assert.deepEqual(names(sortRows(ROWS, "name", false)), ["dead", "heat 9", "heat 10"]);
  assert.deepEqual(names(sortRows(ROWS, "constructor", false)), ["dead", "heat 9", "heat 10"]);
});

test("columns sort both ways, what was never written last", () => {
  assert.deepEqual(names(sortRows(ROWS, "rate", true)), ["heat 10", "dead", "heat 9"]);
  assert.equal(sortRows(ROWS, "health", true)[0]?.name, "dead");
  assert.equal(sortRows(ROWS, "last", false)[0]?.name, "heat 9");
});

test("the summary counts, and names what is wrong only where something is", () => {
  assert.equal(summarise(ROWS), "3 arrays, 2 writing, 1 critical");
  assert.equal(summarise(ROWS.slice(0, 1)), "1 array, 1 writing");
});

test("the worst row speaks for itself", () => {
  assert.equal(worstOf(ROWS)?.sentence, "A writer died.");
  assert.equal(worstOf(ROWS.slice(0, 2)), null);
});

test("writers are counted by state", () => {
  const writers = /** @type {any} */ ([{ state: "alive" }, { state: "dead" }, { state: "alive" }]);
  assert.equal(aliveCount(writers), 2);
  assert.equal(writersInWords(writers), "2 alive, 1 dead");
  assert.equal(writersInWords([]), "no writers");
});
