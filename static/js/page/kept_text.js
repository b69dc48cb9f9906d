/** The layout that is kept, as text to paste: into a command line or a configuration file. */
import { copyBox, copyText } from "./copy_box.js";
import { need } from "./element.js";

/**
 * @param {import("../values/array_api.js").ArrayApi} api
 * @param {"option" | "toml"} form
 * @returns {Promise<string>} what came of it
 */
export async function copyKept(api, form) {
  const text = (await api.layout())[form];
  const copied = await copyText(text);
  need("#layout-copied").replaceChildren(copyBox(text, "layout-text"));
  return copied ? "Copied." : "Select it by hand:";
}

/** Take the text away: it may be of a layout that is not kept any more. */
export function clearKept() {
  need("#layout-copied").replaceChildren();
}
