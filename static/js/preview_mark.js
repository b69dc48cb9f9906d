/** The mark above the screen that says that another layout is tried. */
import { part, setAttribute, setText } from "./element.js";
import { describeLayout } from "./layout_form.js";

/**
 * @param {HTMLElement} root the panel
 * @param {import("./types.js").Layout | null} layout null for the array's own
 */
export function showPreview(root, layout) {
  setAttribute(document.body, "data-preview", layout !== null);
  part(root, "preview").hidden = layout === null;
  setText(part(root, "preview-layout"), layout ? describeLayout(layout) : "");
}
