/**
 * What is said of a host: a lost connection is not a dead host, and nothing here calls it so.
 *
 * @typedef {import("./types.js").HostRow} HostRow
 */
import { formatBytes, formatCount, formatDuration } from "../page/format.js";

const MINUTE_S = 60;

/**
 * How a host is; empty while it can be reached.
 *
 * @param {Pick<HostRow, "state" | "since_s">} host
 * @param {number} now_unix_s of this browser
 */
export function stateInWords({ state, since_s }, now_unix_s) {
  if (state === "reachable") return "";
  const since = `${clockOf(now_unix_s - since_s)} (${roughly(since_s)})`;
  if (state === "conflict") return `this name is used twice since ${since}`;
  return `${state} since ${since}`;
}

/**
 * How old what is shown of a host is; empty while it can be reached.
 *
 * @param {Pick<HostRow, "state" | "since_s" | "heard_s">} host
 */
export function knownInWords({ state, since_s, heard_s }) {
  if (state !== "unreachable" && state !== "ended") return "";
  return `as it was ${roughly(heard_s ?? since_s)} ago`;
}

/**
 * The banner above what is shown of a host that cannot be reached; empty while it can.
 *
 * @param {HostRow} host
 * @param {number} now_unix_s
 * @param {boolean} shown whether the page shows anything of it
 */
export function bannerInWords(host, now_unix_s, shown) {
  const words = stateInWords(host, now_unix_s);
  if (words === "") return "";
  if (host.state === "conflict") {
    return `${host.host}: ${words}. Give each agent a --name of its own; until then neither is asked.`;
  }
  const known = shown ? ` What is shown is ${knownInWords(host)}.` : "";
  const how = host.state === "ended" ? "when its agent is started again" : "when it is back";
  return `${host.host} is ${words}.${known} The page goes on by itself ${how}.`;
}

/** @param {string} name of a host that a hub knows nothing of */
export function unknownInWords(name) {
  return `No host called ${name} has been seen since this hub was started. It appears by itself as soon as its agent is there.`;
}

/**
 * How many of a host's arrays are listed, and why no more; empty where all are.
 *
 * @param {Pick<HostRow, "cut">} host
 */
export function cutInWords({ cut }) {
  if (!cut) return "";
  const listed = cut.listed.toLocaleString("en");
  return `only ${listed} are listed: a list may have ${formatBytes(cut.limit_bytes)}`;
}

/** @param {HostRow} host */
export function arraysInWords({ arrays }) {
  return formatCount(arrays, "array");
}

/**
 * A time of day, to the minute.
 *
 * @param {number} unix_s
 */
function clockOf(unix_s) {
  const date = new Date(unix_s * 1000);
  return [date.getHours(), date.getMinutes()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

/**
 * A duration that is read in passing: `3 min` and no seconds beside it.
 *
 * @param {number} seconds
 */
export function roughly(seconds) {
  if (seconds < MINUTE_S) return `${Math.max(1, Math.floor(seconds))} s`;
  if (seconds < 60 * MINUTE_S) return `${Math.floor(seconds / MINUTE_S)} min`;
  return formatDuration(seconds);
}
