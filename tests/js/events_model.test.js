import assert from "node:assert/strict";
import { test } from "node:test";
import * as model from "../../static/js/health/events_model.js";

/**
 * @param {Partial<import("../../static/js/health/health_types.js").Event>} more
 * @returns {import("../../static/js/health/health_types.js").Event}
 */
function eventOf(more) {
  return {
    number: 1,
    unix_s: 1_790_000_000,
    kind: "raised",
    array: "box/1-2/heat",
    name: "heat",
    rule: "stalled",
    level: "warning",
    sentence: "It stalled.",
    ...more,
  };
}

const WENT = eventOf({ kind: "went", rule: "", level: "ok", sentence: "Went." });
const APPEARED = { ...WENT, kind: /** @type {const} */ ("appeared") };
const OVER = eventOf({ kind: "cleared", level: "ok" });

test("an event is about a rule, or a coming or going", () => {
  assert.deepEqual([eventOf({}), OVER, WENT].map(model.subjectOf), ["stalled", "stalled", "went"]);
  assert.equal(model.eventWord(eventOf({ rule: "dead_writer" })), "writer died");
});

test("what is taken back does not read as if it stood", () => {
  assert.equal(model.eventWord(OVER), "stalled: over");
  assert.equal(model.eventSentence(OVER), "No longer: It stalled.");
});

test("events are counted by what they are about, comings and goings first", () => {
  const counts = model.countSubjects([
    eventOf({ rule: "full" }),
    WENT,
    OVER,
    eventOf({}),
    APPEARED,
  ]);
  assert.deepEqual(
    counts.map(({ subject, count }) => `${subject} ${count}`),
    ["appeared 1", "went 1", "full 1", "stalled 2"],
  );
});

test("events are chosen by what they are about", () => {
  assert.deepEqual(model.eventsAbout([WENT, OVER, eventOf({})], "stalled"), [OVER, eventOf({})]);
  assert.equal(model.eventsAbout([WENT, OVER], "").length, 2);
  assert.deepEqual(model.eventsAbout([WENT], "full"), []);
});

test("only an array that went and did not come back has no page", () => {
  assert.deepEqual([...model.goneArrays([WENT, APPEARED])], ["box/1-2/heat"]);
  assert.deepEqual([...model.goneArrays([APPEARED, WENT])], []);
  assert.deepEqual([...model.goneArrays([eventOf({ array: "" })])], []);
});

test("times have their day where that is not today", () => {
  const noon_s = new Date(2026, 5, 3, 12, 0, 7).getTime() / 1000;
  assert.equal(model.eventTime(noon_s, noon_s + 60), "12:00:07");
  assert.equal(model.eventTime(noon_s, noon_s + 86_400), "3 Jun 12:00:07");
});

test("ages are whole seconds and never before now", () => {
  assert.equal(model.eventAge(10, 10.9), "now");
  assert.equal(model.eventAge(11, 10), "now");
  assert.equal(model.eventAge(10, 15.2), "5 s ago");
  assert.equal(model.eventAge(10, 210), "3 min 20 s ago");
});
