import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaOf } from "./example.js";

const { chooseView, VIEWS, viewsFor } = await import("../../static/js/views/index.js");

/** @typedef {import("../../static/js/values/types.js").Schema} Schema */

function rowOfImage() {
  return { ...schemaOf([640], { dtype: "|u1" }), shape: [480, 640] };
}

/** An average of bytes comes as floats. */
function averagedImage() {
  return schemaOf([240, 320, 3], { dtype: "<f8", how: "mean", reduced: [2, 2, 1] });
}

/** @type {[string, Schema, string][]} */
const CASES = [
  ["a scalar", schemaOf([]), "numbers"],
  ["few numbers", schemaOf([4, 3]), "numbers"],
  ["a long axis", schemaOf([2048]), "line"],
  ["a few long columns", schemaOf([400, 4]), "line"],
  ["two long axes", schemaOf([256, 256]), "heat"],
  ["long complex numbers", schemaOf([500], { kind: "complex" }), "line"],
  ["bytes in three channels", schemaOf([240, 320, 3], { dtype: "|u1" }), "image"],
  ["bytes in three channels, averaged", averagedImage(), "image"],
  ["bytes in three planes", schemaOf([3, 240, 320], { dtype: "|u1" }), "image"],
  ["floats in three channels", schemaOf([240, 320, 3]), "numbers"],
  ["bytes in a row", schemaOf([4096], { dtype: "|u1" }), "hex"],
  ["few bytes", schemaOf([16], { dtype: "|u1" }), "hex"],
  ["few bytes with labels", schemaOf([2], { dtype: "|u1", labels: ["a", "b"] }), "numbers"],
  ["small signed integers", schemaOf([4096], { dtype: "|i1" }), "line"],
  ["one row of an image", rowOfImage(), "line"],
  ["records", schemaOf([100], { kind: "records", fields: [] }), "records"],
  ["text", schemaOf([3], { kind: "text" }), "text"],
  ["nothing", schemaOf([0]), "numbers"],
];

for (const [name, schema, expected] of CASES) {
  test(`${name}: ${expected}`, () => assert.equal(chooseView(schema, "auto")?.id, expected));
}

test("a view that fits is taken when asked for, one that does not is passed over", () => {
  const schema = schemaOf([256, 256]);
  assert.equal(chooseView(schema, "numbers")?.id, "numbers");
  assert.equal(chooseView(schema, "text")?.id, "heat");
  assert.equal(chooseView(schemaOf([256, 256], { dtype: "|u1" }), "image")?.id, "image");
});

test("bytes can be seen in hex wherever they lie in one axis", () => {
  assert.equal(chooseView(rowOfImage(), "hex")?.id, "hex");
  assert.equal(chooseView(schemaOf([9], { dtype: "|i1" }), "hex")?.id, "hex");
  assert.equal(chooseView(schemaOf([9], { dtype: "<u2" }), "hex")?.id, "numbers");
});

test("every schema can be shown by some view, and ids are told apart", () => {
  for (const [, schema] of CASES) assert.ok(viewsFor(schema).length > 0);
  assert.equal(new Set(VIEWS.map(({ id }) => id)).size, VIEWS.length);
});
