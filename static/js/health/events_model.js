/**
 * What changed when, in words, and which of it is shown.
 *
 * @typedef {import("./health_types.js").Event} Event
 */
import { formatClock, formatDuration } from "../page/format.js";
import { ruleWord } from "./health_words.js";

/** What comes and goes stands before what the rules say. */
const FIRST = ["appeared", "recreated", "went"];

/**
 * What an event is about: `appeared`, `went`, or the rule that spoke or fell silent.
 *
 * @param {Pick<Event, "kind" | "rule">} event
 */
export function subjectOf({ kind, rule }) {
  return rule || kind;
}

/** @param {Pick<Event, "kind" | "rule">} event `stalled`, `stalled: over` */
export function eventWord(event) {
  const word = ruleWord(subjectOf(event));
  return event.kind === "cleared" ? `${word}: over` : word;
}

/** @param {Pick<Event, "kind" | "sentence">} event */
export function eventSentence({ kind, sentence }) {
  return kind === "cleared" ? `No longer: ${sentence}` : sentence;
}

/**
 * How many events there are of each subject, in a steady order.
 *
 * @param {Event[]} events
 * @returns {{subject: string, word: string, count: number}[]}
 */
export function countSubjects(events) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const event of events) {
    const subject = subjectOf(event);
    counts.set(subject, (counts.get(subject) ?? 0) + 1);
  }
  return [...counts]
    .map(([subject, count]) => ({ subject, word: ruleWord(subject), count }))
    .sort((a, b) => placeOf(a.subject) - placeOf(b.subject) || (a.word < b.word ? -1 : 1));
}

/** @param {string} subject */
function placeOf(subject) {
  const place = FIRST.indexOf(subject);
  return place < 0 ? FIRST.length : place;
}

/**
 * @param {Event[]} events
 * @param {string} subject empty for all
 */
export function eventsAbout(events, subject) {
  return subject === "" ? events : events.filter((event) => subjectOf(event) === subject);
}

/**
 * Ids of arrays that are not there any more: a link to them would lead nowhere.
 *
 * @param {Event[]} events the newest first
 */
export function goneArrays(events) {
  /** @type {Map<string, boolean>} */
  const gone = new Map();
  for (const { array, kind } of events) {
    if (array !== "" && !gone.has(array)) gone.set(array, kind === "went");
  }
  return new Set([...gone].flatMap(([array, went]) => (went ? [array] : [])));
}

/**
 * When it was, on this machine's clock; with its day where that is not today.
 *
 * @param {number} unix_s
 * @param {number} now_unix_s
 */
export function eventTime(unix_s, now_unix_s) {
  const then = new Date(unix_s * 1000);
  const today = then.toDateString() === new Date(now_unix_s * 1000).toDateString();
  const clock = formatClock(unix_s);
  if (today) return clock;
  return `${then.toLocaleDateString("en-GB", { day: "numeric", month: "short" })} ${clock}`;
}

/**
 * @param {number} unix_s
 * @param {number} now_unix_s
 */
export function eventAge(unix_s, now_unix_s) {
  const age_s = Math.max(0, Math.floor(now_unix_s - unix_s));
  if (age_s === 0) return "now";
  return `${age_s < 60 ? `${age_s} s` : formatDuration(age_s)} ago`;
}
