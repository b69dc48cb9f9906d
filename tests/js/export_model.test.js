import assert from "node:assert/strict";
import { test } from "node:test";
import * as model from "../../static/js/deeds/export_model.js";
import { wrapped } from "../../static/js/deeds/titled_picture.js";
import { frameOf, schemaOf } from "./example.js";

const PART = schemaOf([6, 100, 80], {
  select: "3, 10:90:2, ::-1",
  order: [1, 0],
  selected: [
    { axis: 2, start: 79, step: -1, count: 80 },
    { axis: 1, start: 10, step: 2, count: 40 },
  ],
  window: [
    [70, 80],
    [5, 25],
  ],
});

test("the selection of a window is numpy's, in the array's own axes", () => {
  assert.equal(model.selectionOfWindow(PART), "3, 20:60:2, 9::-1");
  assert.equal(model.selectionOfWindow(schemaOf([4, 5])), "0:4, 0:5");
  assert.equal(model.selectionOfWindow(schemaOf([])), "...");
});

test("a window of one place needs no step", () => {
  const window = /** @type {[number, number][]} */ ([
    [79, 80],
    [3, 4],
  ]);
  assert.equal(model.selectionOfWindow(PART, window), "3, 16:17, 0:1");
});

test("what is seen is rounded outwards to whole places", () => {
  const viewport = [
    { lo: 2.5, hi: 7.1 },
    { lo: -3, hi: 99 },
  ];
  assert.deepEqual(model.seenPlaces(PART, viewport), [
    [2, 8],
    [0, 40],
  ]);
  assert.deepEqual(model.seenPlaces(PART, null), [
    [0, 80],
    [0, 40],
  ]);
});

test("a file is asked for in full, with all that decides what its values are", () => {
  const schema = { ...PART, field: "price", part: /** @type {const} */ ("phase") };
  const query = model.valuesQuery(schema, schema.window, "npy");
  const asked = new URLSearchParams(query.replace(/^values\?/, ""));
  assert.deepEqual(Object.fromEntries(asked), {
    select: "3, 20:60:2, 9::-1",
    format: "npy",
    field: "price",
    part: "phase",
    order: "1,0",
  });
});

test("the limit of elements is raised for what is large, and only then", () => {
  const large = schemaOf([2000, 1000]);
  assert.match(model.valuesQuery(large, large.window, "npy"), /&max_points=2000000$/);
  const small = schemaOf([1000, 1000]);
  assert.doesNotMatch(model.valuesQuery(small, small.window, "npy"), /max_points/);
});

test("what is too much for a file is refused with the limit", () => {
  assert.equal(model.whyTooMuch(model.MOST_POINTS.npy, "npy"), null);
  const why = model.whyTooMuch(model.MOST_POINTS.npy + 1, "npy") ?? "";
  assert.match(why, /^67,108,865 elements are more than the 67,108,864 of one \.npy file/);
  assert.match(model.whyTooMuch(5_000_000, "csv") ?? "", /4,194,304 of one CSV file/);
});

test("a file's name is safe whatever the array is called", () => {
  const time = /-\d{4}-\d{2}-\d{2}-\d{2}-\d{2}-\d{2}\.png$/;
  const bare = (/** @type {string} */ name) => model.fileName(name, 0, "png").replace(time, "");
  assert.match(model.fileName("heat", 0, "png"), time);
  assert.equal(bare("../../etc/passwd"), "etc_passwd");
  assert.equal(bare('<img src=x onerror="alert(1)">'), "img_src_x_onerror_alert_1");
  assert.equal(bare("temp äöü 温度"), "temp_äöü_温度");
  assert.equal(bare("\u202e???"), "array");
  assert.equal(bare("x".repeat(500)).length, 80);
});

test("a picture's title says what it is of and how it came about", () => {
  const schema = { ...PART, unit: "mm", reduced: [4, 2], how: /** @type {const} */ ("mean") };
  const frame = frameOf([], []);
  const viewport = [
    { lo: 70, hi: 80 },
    { lo: 5.5, hi: 24.5 },
  ];
  const { name, facts } = model.pictureTitle("heat", { schema, frame }, viewport, "now minus a");
  assert.equal(name, "heat");
  assert.deepEqual(facts.slice(0, 4), [
    "[3, 20:60:2, 9::-1]",
    "in mm",
    "mean of 4 × 2",
    "now minus a",
  ]);
  const plain = model.pictureTitle("a", { schema: schemaOf([2]), frame }, null, "");
  assert.equal(plain.facts.length, 2);
});

test("facts are broken into lines that fit", () => {
  const measure = (/** @type {string} */ text) => text.length;
  assert.deepEqual(wrapped(["aaaa", "bbbb", "cccccccccccccccccccc", "d"], 13, measure), [
    "aaaa  ·  bbbb",
    "cccccccccccccccccccc",
    "d",
  ]);
});

test("a program holds the address as a literal that nothing can leave", () => {
  const program = model.pythonSnippet('http://x/?select="\nimport os');
  assert.match(program, /^address = "http:\/\/x\/\?select=\\"\\nimport os"$/m);
});
