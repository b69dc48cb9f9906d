/** The grid, fetched when first wanted: most pages open with a picture. */

/**
 * @param {import("./view.js").Words} words
 * @returns {Promise<import("../views/types.js").Mount>}
 */
export async function loadGrid(words) {
  const { GridView } = await import("./view.js");
  return (root, actions) => new GridView(root, actions, words);
}
