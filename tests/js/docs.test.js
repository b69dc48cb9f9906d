/** docs/page.md says what the page does, in the page's own words. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CHOICES } from "../../static/js/values/look.js";
import { formatArrayState, parseArrayState } from "../../static/js/values/page_state.js";
import { VIEWS } from "../../static/js/views/index.js";

const TEXT = readFileSync(new URL("../../docs/page.md", import.meta.url), "utf8");

/**
 * The first cells of the table under a heading.
 *
 * @param {string} heading
 */
function firstCells(heading) {
  const section = TEXT.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("| "));
  return lines.slice(1).map((line) => line.split("|")[1]?.trim().replaceAll("`", "") ?? "");
}

test("every view is described, and no other", () => {
  assert.deepEqual(firstCells("Views").sort(), VIEWS.map(({ label }) => label).sort());
});

test("every field of the address is described, and no other", () => {
  /** @type {import("../../static/js/values/page_state.js").ArrayState} */
  const all = {
    view: "heat",
    select: "0",
    rate_hz: 30,
    paused: true,
    range: { lo: 0, hi: 1 },
    layout: { dtype: "<f4" },
    order: [1, 0],
    field: "price",
    part: "phase",
    viewport: [{ lo: 0, hi: 2 }],
    against: { copy: 1 },
    look: { map: "magma", scale: "log", clip: 1, reduce: "max", format: "hex", changes: true },
  };
  assert.deepEqual(parseArrayState(formatArrayState(all)), all);
  const written = [...new URLSearchParams(formatArrayState(all)).keys()];
  assert.deepEqual(firstCells("The address").sort(), written.sort());
});

test("every choice of a look stands in the table", () => {
  for (const tool of /** @type {const} */ (["map", "scale", "reduce", "format"])) {
    const line = TEXT.split("\n").find((one) => one.startsWith(`| \`${tool}\``)) ?? "";
    for (const { id } of CHOICES[tool]) assert.ok(line.includes(id), `${tool}: ${id}`);
  }
});
