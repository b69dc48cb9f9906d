/** What can be done with a layout: keep, discard, forget, copy, and ask for suggestions. */

import { isByHand } from "../overview/provenance.js";
import { need, setAttribute, setText } from "../page/element.js";

/**
 * @typedef {"keep" | "discard" | "forget" | "guess" | "option" | "toml"} Deed
 */

/** @type {Deed[]} */
const DEEDS = ["keep", "discard", "forget", "guess", "option", "toml"];
const KEEP_FIRST = "Keep the layout first: what is copied is what is kept";

export class LayoutButtons {
  /** @param {(deed: Deed) => void} onDeed */
  constructor(onDeed) {
    for (const deed of DEEDS) button(deed).addEventListener("click", () => onDeed(deed));
  }

  /**
   * @param {import("../page/types.js").Row} row
   * @param {{previewing: boolean, keepable: boolean, edited: boolean}} state
   */
  update(row, { previewing, keepable, edited }) {
    button("keep").hidden = row.provenance === "published";
    button("keep").disabled = !keepable;
    button("discard").disabled = !(previewing || edited);
    button("forget").hidden = !isByHand(row);
    for (const deed of /** @type {Deed[]} */ (["option", "toml"])) {
      button(deed).disabled = previewing;
      setAttribute(button(deed), "title", previewing ? KEEP_FIRST : null);
    }
  }

  /** Suggestions are there: the next ones are other ones. */
  guessed() {
    setText(button("guess"), "Guess again");
  }
}

/**
 * @param {Deed} deed
 * @returns {HTMLButtonElement}
 */
function button(deed) {
  return need(`#layout-${deed}`);
}
