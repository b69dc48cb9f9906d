import assert from "node:assert/strict";
import { test } from "node:test";
import { parseIndex } from "../../static/js/grid/index.js";
import { schemaOf } from "./example.js";

const plane = schemaOf([32768, 400]);
const slice = schemaOf([10, 200, 300], {
  select: "3, 100:200:5, ::-1",
  axes: [
    { axis: 1, start: 100, step: 5, count: 20 },
    { axis: 2, start: 299, step: -1, count: 300 },
  ],
});

test("an index is one number an axis, brackets or none, and negative from the end", () => {
  assert.deepEqual(parseIndex("12, 40", plane), { places: [12, 40] });
  assert.deepEqual(parseIndex("[12 40]", plane), { places: [12, 40] });
  assert.deepEqual(parseIndex("-1, -400", plane), { places: [32767, 0] });
  assert.deepEqual(parseIndex("12", plane), { places: [12, 0] });
});

test("an index is the array's own, whatever start and step the selection has", () => {
  assert.deepEqual(parseIndex("110, 299", slice), { places: [2, 0] });
  assert.deepEqual(parseIndex("3, 110, 0", slice), { places: [2, 299] });
});

test("a wrong index is explained with the limit", () => {
  /** @type {[string, import("../../static/js/values/types.js").Schema, string][]} */
  const wrong = [
    ["32768, 0", plane, "32768 is not on axis 0, which has 0 to 32767."],
    ["0, -401", plane, "-401 is not on axis 1, which has 0 to 399."],
    ["111", slice, "111 is not on axis 1, which has 100 to 195, every 5th."],
    ["4, 110, 0", slice, "Of axis 0 only 3 is selected."],
    ["1, 2, 3", plane, "3 numbers are given for 2 axes."],
    ["1.5", plane, "1.5 is not a whole number."],
    ["", plane, "Write an index, one number an axis."],
    ["0", schemaOf([0]), "Axis 0 has no elements."],
  ];
  for (const [text, schema, error] of wrong) assert.deepEqual(parseIndex(text, schema), { error });
});
