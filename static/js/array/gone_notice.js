/**
 * What the page says when its array is not there any more, and where one of the same name may be.
 */
import { need, setText } from "../page/element.js";
import { listAddress } from "../values/array_api.js";

const LOOK_EVERY_MS = 3000;

/**
 * @param {string} detail
 * @param {{id: string, name: string}} array
 */
export function showGone(detail, array) {
  document.body.dataset.gone = "true";
  need("#gone").hidden = false;
  need("#waiting").hidden = true;
  setText(need("#gone-detail"), detail);
  lookAgain(array);
}

/** @param {{id: string, name: string}} array */
async function lookAgain(array) {
  const successor = await findSuccessor(array);
  if (!successor) return void setTimeout(lookAgain, LOOK_EVERY_MS, array);
  const link = /** @type {HTMLAnchorElement} */ (need("#gone-link"));
  link.href = `/arrays/${successor.id}${location.search}`;
  setText(link, `There is a new array named ${successor.name}: look at it`);
  need("#gone-again").hidden = false;
}

/** @param {{id: string, name: string}} array */
async function findSuccessor({ id, name }) {
  try {
    const answer = await fetch(listAddress(id), { headers: { accept: "application/json" } });
    if (!answer.ok) return undefined;
    /** @type {{arrays: import("../page/types.js").Row[]}} */
    const { arrays } = await answer.json();
    return arrays.find((row) => row.name === name && row.id !== id && row.gone_s === null);
  } catch {
    // The server is away; the connection's banner says so.
    return undefined;
  }
}
