import assert from "node:assert/strict";
import { test } from "node:test";
import { Folds } from "../../static/js/fleet/folds.js";
import * as words from "../../static/js/fleet/words.js";
import { Kept } from "../../static/js/page/kept.js";

const NOON_UNIX_S = new Date(2026, 0, 2, 14, 5, 0).getTime() / 1000;
const LOST = { host: "b", state: "unreachable", since_s: 180, heard_s: 181 };

/** @param {object} fields */
function host(fields) {
  return /** @type {any} */ ({ ...LOST, ...fields });
}

function storage() {
  /** @type {Map<string, string>} */
  const kept = new Map();
  return {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ text) => void kept.set(key, text),
  };
}

test("a host out of reach is unreachable since a time of day, and nothing worse", () => {
  assert.equal(words.stateInWords(host({}), NOON_UNIX_S), "unreachable since 14:02 (3 min)");
  assert.equal(words.knownInWords(host({})), "as it was 3 min ago");
  const banner = words.bannerInWords(host({}), NOON_UNIX_S, true);
  assert.match(banner, /What is shown is as it was 3 min ago. The page goes on by itself/);
  assert.doesNotMatch(words.bannerInWords(host({}), NOON_UNIX_S, false), /shown/);
});

test("a host that was ended, and a name of two, are said in words", () => {
  const ended = host({ state: "ended", since_s: 4.2, heard_s: null });
  assert.equal(words.stateInWords(ended, NOON_UNIX_S), "ended since 14:04 (4 s)");
  assert.equal(words.knownInWords(ended), "as it was 4 s ago");
  const conflict = host({ state: "conflict" });
  assert.match(words.stateInWords(conflict, NOON_UNIX_S), /^this name is used twice since/);
  assert.match(words.bannerInWords(conflict, NOON_UNIX_S, true), /--name/);
});

test("of a host with more arrays than a list may have is said how many are listed", () => {
  const cut = { listed: 40_123, limit_bytes: 64 * 2 ** 20 };
  const said = "only 40,123 are listed: a list may have 64 MiB";
  assert.equal(words.cutInWords(host({ cut })), said);
  assert.equal(words.cutInWords(host({ cut: null })), "");
});

test("no state is called dead or gone", () => {
  for (const state of ["reachable", "unreachable", "ended", "conflict"]) {
    const said = words.bannerInWords(host({ state }), NOON_UNIX_S, true);
    assert.doesNotMatch(said, /dead|gone|died|lost/);
    assert.equal(said === "", state === "reachable");
  }
});

test("what is opened is remembered, the last first, and begins as the fleet's size says", () => {
  const kept = storage();
  const folds = new Folds(new Kept(() => kept));
  assert.equal(folds.isOpen("a"), true);
  folds.openFirst = false;
  assert.equal(folds.isOpen("a"), false);
  folds.toggle("a");
  folds.toggle("b");
  folds.toggle("c");
  folds.toggle("c");
  assert.deepEqual(folds.opened, ["b", "a"]);
  const again = new Folds(new Kept(() => kept));
  assert.deepEqual(again.opened, ["b", "a"]);
  assert.equal(again.isOpen("c"), false);
});

test("what is remembered may be anything", () => {
  const kept = storage();
  kept.setItem("shmscope.hosts", '[["a", true], 7, ["b"], null]');
  assert.deepEqual(new Folds(new Kept(() => kept)).opened, ["a"]);
});
