/**
 * Rules, sureness and facts of verdicts in words.
 *
 * @typedef {import("./health_types.js").Fact} Fact
 */
import { formatBytes, formatDuration, formatNumber, formatShare } from "../page/format.js";

/** @type {Map<string, string>} rules whose names are not yet words; the others' are */
const RULES = new Map([
  ["dead_writer", "writer died"],
  ["docker_default", "Docker's default"],
  ["foreign_owner", "another's"],
  ["hidden_creator", "made-up name"],
  ["remove_ipc", "RemoveIPC"],
  ["unattached", "unused"],
  ["world_writable", "world-writable"],
]);

/** @type {Map<string, string>} */
const SURENESS = new Map([
  ["likely", "Likely: concluded from signs that seldom mislead."],
  ["possible", "Possible: there are signs of it, and other explanations for them."],
  ["unknown", "Unknown: processes that may not be looked at could change the answer."],
]);

/** @type {Map<string, string>} facts whose names alone do not say what they are */
const FACTS = new Map([
  ["age_s", "since its last change"],
  ["at_limit", "elements at the largest value"],
  ["count", "elements"],
  ["creator_pid", "pid of its creator"],
  ["full_in_s", "full in"],
  ["growth_bytes_per_s", "grows by"],
  ["held_s", "held for"],
  ["hidden_processes", "processes that may not be looked at"],
  ["inf", "infinite elements"],
  ["largest", "largest value"],
  ["last_write_age_s", "since its last write"],
  ["longest_pause_s", "its longest pause before"],
  ["looked_age_s", "since the last full look"],
  ["nan", "NaN elements"],
  ["others", "other writers"],
  ["torn", "torn copies"],
  ["user_segments", "segments of ordinary users"],
  ["users", "processes that use it"],
  ["where", "first of them at"],
  ["writes", "writes finished"],
]);

/** @type {[string, (value: number) => string][]} the longest first: one may be the end of another */
const UNITS = [
  ["_bytes_per_s", (value) => `${formatBytes(value)}/s`],
  ["_bytes", formatBytes],
  ["_share", formatShare],
  ["_s", formatDuration],
];

/** @param {string} rule `died_in_write` */
export function ruleWord(rule) {
  return RULES.get(rule) ?? rule.replaceAll("_", " ");
}

/**
 * What it means that a verdict is not certain; empty for one that is.
 *
 * @param {string} sure
 */
export function surenessMeaning(sure) {
  return SURENESS.get(sure) ?? "";
}

/** @param {string} name `resident_bytes` */
export function factName(name) {
  const suffix = unitOf(name)?.[0] ?? "";
  return FACTS.get(name) ?? name.slice(0, name.length - suffix.length).replaceAll("_", " ");
}

/**
 * A fact's value, with the unit that its name ends in.
 *
 * @param {string} name
 * @param {Fact} value
 */
export function factValue(name, value) {
  if (value === null || value === undefined) return "not known";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "yes" : "no";
  const write = unitOf(name)?.[1];
  return write ? write(Number(value)) : formatNumber(value);
}

/** @param {string} name */
function unitOf(name) {
  return UNITS.find(([suffix]) => name.endsWith(suffix));
}
