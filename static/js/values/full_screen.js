/**
 * Let a panel fill the screen, or no more.
 *
 * @param {HTMLElement} root
 */
export function fillScreen(root) {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen();
  return true;
}
