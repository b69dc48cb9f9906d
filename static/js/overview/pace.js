/**
 * How fast an array is written: counted writes, or changes that were seen by looking, which are a
 * lower bound. The two never share a word.
 *
 * @typedef {import("../page/types.js").Row} Row
 * @typedef {import("../page/types.js").Changes} Changes
 * @typedef {{counts: "writes" | "changes" | "nothing", rate: string, title: string}} Pace
 * @typedef {{text: string, seen: boolean, title: string}} Last
 */
import { formatAge, formatDuration, formatRate, formatShare, NONE } from "../page/format.js";

/** @param {Pick<Row, "writes_per_s">} row */
export function isCounted({ writes_per_s }) {
  return writes_per_s !== null;
}

/** @param {Row} row */
export function isWriting({ writes_per_s, gone_s }) {
  return gone_s === null && (writes_per_s ?? 0) > 0;
}

/** @param {Row} row */
export function isChanging(row) {
  return row.gone_s === null && !isCounted(row) && isWatched(row) && (row.changes?.per_s ?? 0) > 0;
}

/** @param {Row} row */
function isWatched({ changes }) {
  return (changes?.looks_per_s ?? 0) > 0;
}

/**
 * The rate as text, and what it means.
 *
 * @param {Row} row
 * @returns {Pace}
 */
export function paceOf(row) {
  if (isCounted(row)) return { counts: "writes", rate: formatRate(row.writes_per_s), title: "" };
  if (row.changes && isWatched(row)) {
    return {
      counts: "changes",
      rate: atLeast(row.changes.per_s),
      title: `Changes, ${lookingInWords(row.changes)}; there may be more.`,
    };
  }
  const when = row.changes ? "nobody looks for changes now" : "nobody has looked for changes yet";
  return { counts: "nothing", rate: NONE, title: `Nobody counts its writes, and ${when}.` };
}

/** @param {number | null | undefined} per_s */
export function atLeast(per_s) {
  const rate = formatRate(per_s);
  return rate === NONE ? NONE : `≥ ${rate}`;
}

/**
 * How changes were found: `seen by looking 60 times a second`.
 *
 * @param {Changes} changes
 */
export function lookingInWords({ looks_per_s, burst_looks_per_s, coverage }) {
  const part = coverage < 1 ? ` at ${formatShare(coverage)} of it` : "";
  if (burst_looks_per_s === null) return `seen by looking${part} ${oftenInWords(looks_per_s)}`;
  const looks = Math.round(burst_looks_per_s).toLocaleString("en");
  return `seen in bursts of ${looks} looks a second`;
}

/** @param {number} per_s */
function oftenInWords(per_s) {
  if (per_s < 0.95) return `every ${formatDuration(1 / per_s)}`;
  const times = Math.round(per_s);
  if (times === 1) return "once a second";
  return times === 2 ? "twice a second" : `${times} times a second`;
}

/**
 * When it was last written, or last seen to change.
 *
 * @param {Row} row
 * @returns {Last}
 */
export function lastOf(row) {
  if (isCounted(row)) return { text: formatAge(row.last_write_age_s), seen: false, title: "" };
  const age_s = row.changes?.last_change_age_s ?? null;
  if (age_s === null) return { text: NONE, seen: false, title: "No change has been seen." };
  return {
    text: formatAge(age_s),
    seen: true,
    title: "The last change that was seen; its writes are not counted.",
  };
}

/** @param {Row} row seconds since the last write or the last change seen; endless for none */
export function lastAge_s({ last_write_age_s, changes }) {
  return last_write_age_s ?? changes?.last_change_age_s ?? Number.POSITIVE_INFINITY;
}

/** @param {Row} row per second; what nobody has looked at comes after what stands still */
export function pace_per_s(row) {
  return row.writes_per_s ?? (isWatched(row) ? (row.changes?.per_s ?? 0) : -1);
}
