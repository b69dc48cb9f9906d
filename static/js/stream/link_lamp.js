/** The lamp that shows the connection, and the banner while it is lost. */
import { need, setText } from "../page/element.js";

const WORDS = { connecting: "connecting", open: "live", lost: "no connection" };

/**
 * @param {import("./connection.js").Connection} connection
 */
export function watchConnection(connection) {
  const word = need("#connection-word");
  const banner = need("#connection-banner");
  connection.onState((state, hello) => {
    document.body.dataset.connection = state;
    setText(word, WORDS[state]);
    banner.hidden = state !== "lost";
    const why = connection.refusal || "server not reachable";
    const text = `Connection lost: ${why}; trying again…`;
    setText(need("p", banner), state === "lost" ? text : "");
    if (hello) document.body.dataset.server = String(hello.server);
  });
}
