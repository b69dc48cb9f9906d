/** Text to take along: a box of code, and a button that copies it. */
import { h, setText } from "./element.js";

const COPIED_MS = 1500;

/**
 * @param {string} text
 * @param {string} testid of the text; the button's is `copy-` and this
 */
export function copyBox(text, testid) {
  const button = h("button", { type: "button", class: "copy", "data-testid": `copy-${testid}` });
  setText(button, "Copy");
  button.addEventListener("click", async () => {
    setText(button, (await copyText(text)) ? "Copied" : "Select it by hand");
    setTimeout(() => setText(button, "Copy"), COPIED_MS);
  });
  const code = h("code", { "data-testid": testid }, text);
  return h("div", { class: "copy-box" }, h("pre", { class: "code", tabindex: 0 }, code), button);
}

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether it is in the clipboard now
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByEvent(text);
  }
}

/**
 * The way that is left where the page does not come over a safe connection.
 *
 * @param {string} text
 */
function copyByEvent(text) {
  let done = false;
  const give = (/** @type {ClipboardEvent} */ event) => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    done = event.clipboardData !== null;
  };
  document.addEventListener("copy", give, { capture: true, once: true });
  document.execCommand("copy");
  document.removeEventListener("copy", give, { capture: true });
  return done;
}
