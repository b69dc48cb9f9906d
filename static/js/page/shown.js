/**
 * Do something as soon as the page is shown: now, or when a browser that made the page ready before
 * anybody asked for it brings it to the screen. Until then nobody looks, so nothing is read.
 *
 * @param {() => void} action
 * @param {EventTarget} [page]
 */
export function onShown(action, page = document) {
  const { prerendering } = /** @type {{prerendering?: boolean}} */ (page);
  if (prerendering) page.addEventListener("prerenderingchange", action, { once: true });
  else action();
}
