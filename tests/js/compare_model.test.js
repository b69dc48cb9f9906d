import assert from "node:assert/strict";
import { test } from "node:test";
import * as model from "../../static/js/deeds/compare_model.js";
import { formatClock } from "../../static/js/page/format.js";
import { parseArrayState } from "../../static/js/values/page_state.js";
import { rowOf, schemaOf } from "./example.js";

const STATE = parseArrayState("?map=magma&scale=log&range=0,5");
/** @type {import("../../static/js/values/types.js").Copy} */
const COPY = {
  number: 3,
  taken_unix_s: 1_700_000_000,
  verdict: "clean",
  size_bytes: 32,
  shape: [4],
  dtype: "<f8",
};

/** @param {Partial<import("../../static/js/values/types.js").Difference>} more */
function differenceOf(more) {
  return { differing: 12, of: 65536, largest: 3.5, at: [3, 4], first: [0, 1], ...more };
}

test("a comparison has colours with a middle, and gives back what it took", () => {
  const begun = { ...STATE, ...model.comparing(STATE, { copy: 3 }, null) };
  assert.deepEqual(begun.against, { copy: 3 });
  assert.equal(begun.look.map, model.DIFFERENCE_MAP);
  assert.equal(begun.look.scale, "symlog");
  assert.equal(begun.range, null);
  const ended = { ...begun, ...model.comparing(begun, null, STATE) };
  assert.deepEqual(ended, STATE);
});

test("colours chosen for a difference stay when it ends", () => {
  const begun = { ...STATE, ...model.comparing(STATE, { copy: 3 }, null) };
  const chosen = { ...begun, look: { ...begun.look, map: "turbo" } };
  assert.equal(model.comparing(chosen, null, STATE).look?.map, "turbo");
});

test("a comparison that a link began ends in the usual colours", () => {
  const linked = parseArrayState("?against=copy:3&map=coolwarm");
  const ended = { ...linked, ...model.comparing(linked, null, null) };
  assert.deepEqual(ended, parseArrayState(""));
});

test("another thing to compare with keeps the look", () => {
  const begun = parseArrayState("?against=copy:3&map=coolwarm&range=-1,1");
  const change = model.comparing(begun, { array: "a/b/c" }, null);
  assert.deepEqual(change, { against: { array: "a/b/c" }, range: null });
  assert.deepEqual(model.comparing(STATE, null, null), {});
});

test("what is subtracted is named", () => {
  const time = formatClock(COPY.taken_unix_s);
  const describe = model.describeComparison;
  assert.equal(describe({ copy: 3 }, [COPY], null), `now minus the copy of ${time}`);
  assert.equal(describe({ copy: 4 }, [COPY], null), "now minus the copy 4");
  assert.equal(describe({ array: "box/1-2/a%20b%2Fc" }, [], null), "now minus a b/c");
  const later = formatClock(COPY.taken_unix_s + 60);
  const frozen = describe({ copy: 3 }, [COPY], COPY.taken_unix_s + 60);
  assert.equal(frozen, `${later} minus the copy of ${time}`);
});

test("a name whose bytes are no text is shown as it stands", () => {
  assert.equal(model.nameOfId("box/1-2/%FF"), "%FF");
});

test("a difference is said with how much, how large and where", () => {
  const schema = schemaOf([256, 256], { unit: "mm" });
  const say = (/** @type {any} */ more, coverage = 1) =>
    model.describeDifference(differenceOf(more), schema, coverage);
  assert.equal(say({}), "12 of 65,536 differ; largest 3.5 mm at [3, 4]; first at [0, 1]");
  assert.equal(say({ differing: 0, largest: null, at: null, first: null }), "0 of 65,536 differ");
  assert.equal(
    say({ largest: null, at: null }),
    "12 of 65,536 differ; none by a finite number; first at [0, 1]",
  );
  assert.match(say({}, 0.455), /; 45 % looked at so far$/);
});

test("a difference within a part of the selection says so", () => {
  const schema = schemaOf([256, 256], {
    window: [
      [0, 256],
      [16, 32],
    ],
  });
  const said = model.describeDifference(differenceOf({ of: 4096n, largest: 7n }), schema, 1);
  assert.equal(said, "12 of 4,096 in this part differ; largest 7 at [3, 4]; first at [0, 1]");
});

test("what is gone to is in the middle, whatever the selection's steps", () => {
  const schema = schemaOf([], {
    selected: [
      { axis: 1, start: 90, step: -1, count: 80 },
      { axis: 0, start: 10, step: 2, count: 400 },
    ],
  });
  assert.deepEqual(model.viewportAround(schema, null, [50, 410]), [
    { lo: 32.5, hi: 48.5 },
    { lo: 175.5, hi: 225.5 },
  ]);
});

test("what is gone to is seen as large as what was seen before, and within the selection", () => {
  const schema = schemaOf([100, 3]);
  const viewport = [
    { lo: 20, hi: 40 },
    { lo: 0, hi: 3 },
  ];
  assert.deepEqual(model.viewportAround(schema, viewport, [2, 1]), [
    { lo: 0, hi: 20 },
    { lo: 0, hi: 3 },
  ]);
});

test("arrays of the same shape are offered, but not the array itself nor what is gone", () => {
  const own = rowOf({ name: "own", shape: [2, 3] });
  const rows = [
    own,
    rowOf({ name: "Twin", shape: [2, 3] }),
    rowOf({ name: "turned", shape: [3, 2] }),
    rowOf({ name: "late", shape: [2, 3], gone_s: 4 }),
    rowOf({ name: "other", shape: [2, 3] }),
  ];
  const names = (/** @type {string} */ filter) =>
    model.comparableRows(rows, own, filter).map(({ name }) => name);
  assert.deepEqual(names(""), ["Twin", "other"]);
  assert.deepEqual(names(" twi"), ["Twin"]);
});
