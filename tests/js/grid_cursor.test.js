import assert from "node:assert/strict";
import { test } from "node:test";
import { copiedText, copyOf } from "../../static/js/grid/copy.js";
import { areaOf, covers, movedByKey, movedTo, rectangleOf } from "../../static/js/grid/cursor.js";

const SIZE = { rows: 2 ** 27, columns: 8 };
const PAGE = 20;

/**
 * @param {string} key
 * @param {{row: number, column: number}} from
 * @param {{shiftKey?: boolean, ctrlKey?: boolean, altKey?: boolean}} [more]
 */
function press(key, from, more = {}) {
  const event = { key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more };
  return movedByKey(event, movedTo(from, null, SIZE), SIZE, PAGE);
}

test("arrows, pages and ends move the active cell, and stop at the edge", () => {
  const at = { row: 5, column: 3 };
  assert.deepEqual(press("ArrowDown", at)?.active, { row: 6, column: 3 });
  assert.deepEqual(press("PageUp", at)?.active, { row: 0, column: 3 });
  assert.deepEqual(press("PageDown", at)?.active, { row: 25, column: 3 });
  assert.deepEqual(press("End", at)?.active, { row: 5, column: 7 });
  assert.deepEqual(press("End", at, { ctrlKey: true })?.active, { row: 2 ** 27 - 1, column: 7 });
  assert.deepEqual(press("Home", at, { ctrlKey: true })?.active, { row: 0, column: 0 });
});

test("keys that move nothing are left to the page", () => {
  assert.equal(press("a", { row: 0, column: 0 }), null);
  assert.equal(press("toString", { row: 0, column: 0 }), null);
  assert.equal(press("ArrowLeft", { row: 0, column: 1 }, { altKey: true }), null);
});

test("shift stretches a rectangle from where it was begun", () => {
  const cursor = press("ArrowDown", { row: 5, column: 3 }, { shiftKey: true });
  assert.ok(cursor);
  const event = { key: "Home", shiftKey: true, ctrlKey: false, metaKey: false, altKey: false };
  const wider = movedByKey(event, cursor, SIZE, PAGE);
  assert.ok(wider);
  const rectangle = rectangleOf(wider);
  assert.deepEqual(rectangle, { top: 5, bottom: 7, left: 0, right: 4 });
  assert.equal(areaOf(rectangle), 8);
  assert.ok(covers(rectangle, 6, 3) && !covers(rectangle, 7, 3) && !covers(rectangle, 6, 4));
});

test("a copy has tabs between cells and quotes what would break them", () => {
  const texts = [
    ["1", "a\tb"],
    ['say "x"', "line\nend"],
  ];
  const rectangle = { top: 0, bottom: 2, left: 0, right: 2 };
  const copy = copyOf(rectangle, rectangle, (row) => (column) => texts[row]?.[column] ?? null);
  assert.equal(copy.text, '1\t"a\tb"\n"say ""x"""\t"line\nend"');
  assert.equal(copiedText(copy.cells, rectangle), "Copied 4 cells");
});

test("a copy of more than is on hand says how much is missing, and does not go through all of it", () => {
  const rectangle = { top: 0, bottom: 2 ** 40, left: 0, right: 2 };
  const known = { top: 7, bottom: 9, left: 0, right: 8 };
  const copy = copyOf(rectangle, known, (row) => (column) => `${row}.${column}`);
  assert.equal(copy.text, "7.0\t7.1\n8.0\t8.1");
  assert.equal(
    copiedText(copy.cells, rectangle),
    `Copied 4 cells; ${2 ** 41 - 4} of the selection are not on hand`,
  );
});
