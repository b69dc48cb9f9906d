import assert from "node:assert/strict";
import { test } from "node:test";
import { furtherInWords } from "../../static/js/health/health.js";
import {
  factName,
  factValue,
  ruleWord,
  surenessMeaning,
} from "../../static/js/health/health_words.js";
import { rowOf, verdictOf } from "./example.js";

test("facts are named in words, their unit is in the value", () => {
  assert.equal(factName("resident_bytes"), "resident");
  assert.equal(factValue("resident_bytes", 2 << 20), "2 MiB");
  assert.equal(factName("growth_bytes_per_s"), "grows by");
  assert.equal(factValue("growth_bytes_per_s", 1024), "1 KiB/s");
  assert.equal(factValue("last_write_age_s", 12.7), "12 s");
  assert.equal(factValue("torn_share", 0.015), "1.5 %");
});

test("facts that no list names are still words", () => {
  assert.equal(factName("some_new_thing"), "some new thing");
  assert.equal(factName("_s"), "");
  assert.equal(factName("constructor"), "constructor");
});

test("facts keep what they are: pids their digits, texts their letters, the unknown its word", () => {
  assert.equal(factValue("creator_pid", 4194304), "4194304");
  assert.equal(factValue("writes", 2n ** 60n), "1152921504606846976");
  assert.equal(factValue("path", "/dev/shm/a b"), "/dev/shm/a b");
  assert.equal(factValue("creator_pid", null), "not known");
  assert.equal(factValue("size_bytes", 3n), "3 B");
});

test("rules have words, certainty needs none", () => {
  assert.equal(ruleWord("died_in_write"), "died in write");
  assert.equal(ruleWord("dead_writer"), "writer died");
  assert.equal(ruleWord("stalled"), "stalled");
  assert.equal(surenessMeaning("certain"), "");
  assert.match(surenessMeaning("possible"), /^Possible: /);
});

test("what is wrong beside the worst is counted", () => {
  const verdicts = [
    verdictOf({ level: "critical" }),
    verdictOf({ level: "warning" }),
    verdictOf({ level: "ok" }),
  ];
  assert.equal(furtherInWords(rowOf({ health: { level: "critical", verdicts } })), "and 1 more");
  const [worst] = verdicts;
  assert.ok(worst);
  assert.equal(furtherInWords(rowOf({ health: { level: "critical", verdicts: [worst] } })), "");
});
