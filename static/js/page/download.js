/** Files to the user's disk. */
import { h } from "./element.js";

/** A browser may take its time to begin. */
const KEEP_MS = 60_000;

/**
 * @param {Blob} content
 * @param {string} name
 */
export function download(content, name) {
  const address = URL.createObjectURL(content);
  const link = h("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), KEEP_MS);
}
