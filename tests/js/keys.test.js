import assert from "node:assert/strict";
import { test } from "node:test";
import { isForPage, keyFor, keysInWords } from "../../static/js/keys/keys.js";

const step = { keys: ["."], says: "One frame more", does: () => true, repeats: true };
const pause = { keys: [" "], says: "Pause", does: () => true };
const GROUPS = [
  { heading: "Time", keys: [step] },
  { heading: "More", keys: [pause] },
];
const BODY = { tagName: "BODY" };

/**
 * @param {string} key
 * @param {Partial<import("../../static/js/keys/keys.js").Pressed>} [more]
 */
function pressed(key, more = {}) {
  const none = { ctrlKey: false, altKey: false, metaKey: false };
  const still = { repeat: false, defaultPrevented: false, getModifierState: () => false };
  return { key, ...none, ...still, ...more };
}

test("a key is found in any group, and only what repeats does so while it is held", () => {
  assert.equal(keyFor(GROUPS, pressed(".")), step);
  assert.equal(keyFor(GROUPS, pressed(" ")), pause);
  assert.equal(keyFor(GROUPS, pressed("x")), undefined);
  assert.equal(keyFor(GROUPS, pressed(".", { repeat: true })), step);
  assert.equal(keyFor(GROUPS, pressed(" ", { repeat: true })), undefined);
});

test("a key that is typed into something is not for the page", () => {
  for (const type of ["text", "search", "number"])
    assert.equal(isForPage(pressed("c"), { tagName: "INPUT", type }), false);
  assert.equal(isForPage(pressed("c"), { tagName: "SELECT" }), false);
  assert.equal(isForPage(pressed("c"), { tagName: "TEXTAREA" }), false);
  assert.equal(isForPage(pressed("c"), { tagName: "DIV", isContentEditable: true }), false);
  assert.equal(isForPage(pressed("c"), BODY), true);
});

test("letters work where a switch or a slider has the focus, but not what moves it", () => {
  for (const type of ["radio", "checkbox", "range"]) {
    assert.equal(isForPage(pressed("c"), { tagName: "INPUT", type }), true);
    assert.equal(isForPage(pressed("ArrowUp"), { tagName: "INPUT", type }), false);
    assert.equal(isForPage(pressed(" "), { tagName: "INPUT", type }), false);
  }
});

test("space and enter belong to the button or link that has the focus", () => {
  for (const tagName of ["BUTTON", "A", "SUMMARY"]) {
    assert.equal(isForPage(pressed(" "), { tagName }), false);
    assert.equal(isForPage(pressed("Enter"), { tagName }), false);
    assert.equal(isForPage(pressed("c"), { tagName }), true);
  }
});

test("what a view has handled and what the browser's own keys do is left alone", () => {
  assert.equal(isForPage(pressed("+", { defaultPrevented: true }), BODY), false);
  for (const modifier of ["ctrlKey", "altKey", "metaKey"])
    assert.equal(isForPage(pressed("c", { [modifier]: true }), BODY), false);
});

test("brackets work on keyboards that have them on AltGr", () => {
  const altGr = { ctrlKey: true, altKey: true, getModifierState: () => true };
  assert.equal(isForPage(pressed("[", altGr), BODY), true);
});

test("the help names keys as they stand on a keyboard", () => {
  const words = (/** @type {string[]} */ ...keys) => keysInWords({ ...step, keys });
  assert.deepEqual(words(" "), ["Space"]);
  assert.deepEqual(words("C"), ["Shift C"]);
  assert.deepEqual(words("c", "["), ["C", "["]);
  assert.deepEqual(words("1", "2", "3"), ["1", "…", "3"]);
});
