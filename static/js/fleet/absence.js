/**
 * Whether a hub hears of a host whose arrays a page shows: what is shown stays, and goes on.
 *
 * @typedef {import("./types.js").FleetBody} FleetBody
 */
import { bannerInWords, unknownInWords } from "./words.js";

/**
 * Why nothing new comes of a host's arrays just now; empty while it does.
 *
 * @param {Pick<FleetBody, "hosts" | "arrays">} body of a host that says nothing yet, none are known
 * @param {string} name
 * @param {number} now_unix_s of this browser
 * @param {boolean} shown whether the page shows anything of them
 */
export function absenceInWords({ hosts, arrays }, name, now_unix_s, shown) {
  const host = hosts.find((one) => one.host === name);
  if (!host) return unknownInWords(name);
  const words = bannerInWords(host, now_unix_s, shown);
  if (words !== "" || arrays.some((row) => row.host === name)) return words;
  if (host.arrays === 0 && host.heard_s !== null) return ""; // it has said that it has none
  return `The arrays of ${name} are being listed.`;
}
