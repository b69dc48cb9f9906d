/** A page that is about another host: whether that can be reached, and what it shows if not. */
import { need, setAttribute, setText } from "../page/element.js";
import { bannerInWords, unknownInWords } from "./words.js";

/**
 * Ask how a host is, as long as the page is open.
 *
 * @param {import("../stream/connection.js").Connection} connection
 * @param {string} name
 */
export function watchHost(connection, name) {
  connection.subscribe({ topic: "fleet", host: name }, { frame: (body) => show(name, body) });
}

/**
 * @param {string} name
 * @param {import("./types.js").FleetBody} body
 */
function show(name, { hosts: [host] }) {
  const now_unix_s = Date.now() / 1000;
  const shown = need("#facts").childElementCount > 0;
  const text = host ? bannerInWords(host, now_unix_s, shown) : unknownInWords(name);
  const banner = need("#host-banner");
  banner.hidden = text === "";
  setText(need("p", banner), text);
  setAttribute(document.body, "data-host-state", host?.state ?? "unknown");
}
