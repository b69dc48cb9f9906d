/** What is pressed anywhere on the page, and not taken by the element that has the focus. */
import { need } from "../page/element.js";
import { Kept } from "../page/kept.js";
import { KeyHelp } from "./key_help.js";
import { KeySwitch } from "./key_switch.js";
import { isForPage, keyFor } from "./keys.js";

/**
 * Let single keys work on this page, and its button show what they do.
 *
 * @param {import("./keys.js").KeyGroup[]} groups
 */
export function listenForKeys(groups) {
  const power = new KeySwitch(new Kept());
  /** @type {import("./keys.js").KeyGroup[]} */
  const all = [...groups, { heading: "Every page", keys: keysOfEveryPage(() => help.toggle()) }];
  const help = new KeyHelp(all, power);
  const button = need("#keys-button");
  button.hidden = false;
  button.addEventListener("click", () => help.toggle());
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (!power.on || !isForPage(event, target)) return;
    // Below an open dialog nothing may happen, but the key that opened it closes it, too.
    if (document.querySelector("dialog[open]") && !(help.open && event.key === "?")) return;
    const key = keyFor(all, event);
    if (key && key.does(event.key) !== false) event.preventDefault();
  });
}

/** The page of the host that this one is about. */
function hostPage() {
  return need("#host-name").getAttribute("href") ?? "/host";
}

/**
 * @param {() => void} toggleHelp
 * @returns {import("./keys.js").Key[]}
 */
function keysOfEveryPage(toggleHelp) {
  return [
    { keys: ["?"], says: "Show or hide this help", does: toggleHelp },
    { keys: ["A"], says: "All arrays", does: () => location.assign("/") },
    { keys: ["H"], says: "The host's memory", does: () => location.assign(hostPage()) },
  ];
}
