import assert from "node:assert/strict";
import { test } from "node:test";
import * as pace from "../../static/js/overview/pace.js";
import { changesOf, foreignRowOf, rowOf } from "./example.js";

const MARK = "≥";

/** @param {Partial<import("../../static/js/page/types.js").Changes>} changes */
function seen(changes) {
  return foreignRowOf({ name: "a", changes: changesOf(changes) });
}

test("counted writes are a rate, and no lower bound", () => {
  const { counts, rate, title } = pace.paceOf(
    rowOf({ writes_per_s: 59.8, changes: changesOf({}) }),
  );
  assert.deepEqual([counts, rate, title], ["writes", "59.8 /s", ""]);
});

test("changes are a lower bound, and the title says how they were seen", () => {
  const { counts, rate, title } = pace.paceOf(seen({ per_s: 59.8 }));
  assert.deepEqual([counts, rate], ["changes", `${MARK} 59.8 /s`]);
  assert.equal(title, "Changes, seen by looking 60 times a second; there may be more.");
});

test("how often somebody looks is said as a person would", () => {
  /** @type {[Partial<import("../../static/js/page/types.js").Changes>, string][]} */
  const cases = [
    [{ looks_per_s: 2 }, "seen by looking twice a second"],
    [{ looks_per_s: 1.02 }, "seen by looking once a second"],
    [{ looks_per_s: 0.5 }, "seen by looking every 2.0 s"],
    [{ looks_per_s: 60, coverage: 0.031 }, "seen by looking at 3.1 % of it 60 times a second"],
    [{ burst_looks_per_s: 250000 }, "seen in bursts of 250,000 looks a second"],
  ];
  for (const [changes, words] of cases) {
    assert.equal(pace.lookingInWords(changesOf(changes)), words);
  }
});

test("where nobody looked there is no rate, and a reason", () => {
  const never = pace.paceOf(foreignRowOf({ name: "a" }));
  assert.deepEqual([never.counts, never.rate], ["nothing", "–"]);
  assert.match(never.title, /nobody has looked for changes yet/);
  const rest = pace.paceOf(seen({ looks_per_s: 0, per_s: 9 }));
  assert.deepEqual([rest.counts, rest.rate], ["nothing", "–"]);
  assert.match(rest.title, /nobody looks for changes now/);
});

test("an array is writing or changing, never both, and neither once it has gone", () => {
  const rows = [rowOf({ writes_per_s: 1 }), seen({ per_s: 1 }), seen({ looks_per_s: 0, per_s: 1 })];
  assert.deepEqual(rows.map(pace.isWriting), [true, false, false]);
  assert.deepEqual(rows.map(pace.isChanging), [false, true, false]);
  const gone = rows.map((row) => ({ ...row, gone_s: 1 }));
  assert.deepEqual(
    [...gone.map(pace.isWriting), ...gone.map(pace.isChanging)],
    Array(6).fill(false),
  );
});

test("the last change is marked as seen, the last write is not", () => {
  assert.deepEqual(pace.lastOf(rowOf({ last_write_age_s: null })), {
    text: "never",
    seen: false,
    title: "",
  });
  const { text, seen: marked } = pace.lastOf(seen({ last_change_age_s: 3.1 }));
  assert.deepEqual([text, marked], ["3.1 s", true]);
  assert.equal(pace.lastOf(seen({})).text, "–");
  assert.equal(pace.lastOf(foreignRowOf({ name: "a" })).title, "No change has been seen.");
});

test("what is not a rate is no lower bound either", () => {
  assert.equal(pace.atLeast(Number.NaN), "–");
  assert.equal(pace.atLeast(null), "–");
  assert.equal(pace.atLeast(0), `${MARK} 0 /s`);
});
