/** The mark above the screen that says that another layout is tried. */

import { describeLayout } from "../layout/form.js";
import { part, setAttribute, setText } from "../page/element.js";

/**
 * @param {HTMLElement} root the panel
 * @param {import("../layout/types.js").Layout | null} layout null for the array's own
 */
export function showPreview(root, layout) {
  setAttribute(document.body, "data-preview", layout !== null);
  part(root, "preview").hidden = layout === null;
  setText(part(root, "preview-layout"), layout ? describeLayout(layout) : "");
}
