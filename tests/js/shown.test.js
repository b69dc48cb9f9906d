import assert from "node:assert/strict";
import { test } from "node:test";
import { onShown } from "../../static/js/page/shown.js";

class Page extends EventTarget {
  /** @param {boolean} prerendering */
  constructor(prerendering) {
    super();
    this.prerendering = prerendering;
  }
}

test("a page that is shown already acts at once", () => {
  let acted = 0;
  onShown(() => (acted += 1), new Page(false));
  assert.equal(acted, 1);
});

test("a page made ready before anybody asked for it acts when it is shown, and once", () => {
  let acted = 0;
  const page = new Page(true);
  onShown(() => (acted += 1), page);
  assert.equal(acted, 0);
  page.dispatchEvent(new Event("prerenderingchange"));
  page.dispatchEvent(new Event("prerenderingchange"));
  assert.equal(acted, 1);
});
