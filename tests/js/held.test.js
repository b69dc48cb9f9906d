import assert from "node:assert/strict";
import { test } from "node:test";
import { heldInWords } from "../../static/js/page/held.js";

const budget = { cpu_share: 0.25, bytes_per_s: 500 * 1024 ** 2, used: 1 };

/**
 * @param {number} views_held
 * @param {"cpu" | "bytes" | "time"} limit
 */
function words(views_held, limit) {
  return heldInWords({ view_late_s: 0.04, views_held, budget: { ...budget, limit } });
}

test("nothing is said while every view comes as often as it is wanted", () => {
  assert.equal(words(0, "cpu"), "");
});

test("the limit that holds most is named, and how late views come", () => {
  assert.equal(words(1, "cpu"), "Sampling is held to 25 % of a core: a view comes 40 ms late.");
  assert.equal(words(3, "bytes"), "Sampling is held to 500 MiB/s: 3 views come up to 40 ms late.");
  assert.match(words(1, "time"), /^Sampling waits for a busy machine .*: a view comes 40 ms late/);
});
