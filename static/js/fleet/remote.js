/** A page that is about another host: whether that can be reached, and what it shows if not. */
import { need, setAttribute, setText } from "../page/element.js";
import { bannerInWords, cutInWords, unknownInWords } from "./words.js";

/**
 * Ask how a host is, as long as the page is open.
 *
 * @param {import("../stream/connection.js").Connection} connection
 * @param {string} name
 * @param {{whole?: boolean}} [page] whole: it is about all that the host has
 */
export function watchHost(connection, name, { whole = false } = {}) {
  connection.subscribe(
    { topic: "fleet", host: name },
    { frame: (body) => show(name, body, whole) },
  );
}

/**
 * @param {string} name
 * @param {import("./types.js").FleetBody} body
 * @param {boolean} whole
 */
function show(name, { hosts: [host] }, whole) {
  const now_unix_s = Date.now() / 1000;
  const shown = need("#facts").childElementCount > 0;
  const state = host ? bannerInWords(host, now_unix_s, shown) : unknownInWords(name);
  const cut = host && whole ? cutInWords(host) : "";
  const text = [state, cut && `Of its arrays ${cut}.`].filter(Boolean).join(" ");
  const banner = need("#host-banner");
  banner.hidden = text === "";
  setText(need("p", banner), text);
  setAttribute(document.body, "data-host-state", host?.state ?? "unknown");
}
