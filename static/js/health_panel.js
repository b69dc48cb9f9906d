/** Every verdict with its sentence, since when, and the command that mends it. */
import { copyBox } from "./copy_box.js";
import { h, need, setText } from "./element.js";
import { formatDuration } from "./format.js";
import { levelMark } from "./icons.js";

/** @typedef {import("./types.js").Verdict} Verdict */

/** @param {import("./types.js").Row["health"]} health */
export function showHealth({ verdicts }) {
  const list = need("#verdicts");
  const key = JSON.stringify(verdicts.map(({ rule, level, remedy }) => [rule, level, remedy]));
  if (list.dataset.key !== key) {
    list.dataset.key = key;
    list.replaceChildren(...(verdicts.length > 0 ? verdicts.map(verdictItem) : [quietItem()]));
  }
  verdicts.forEach((verdict, i) => {
    const item = list.children[i];
    if (!item) return;
    setText(need("[data-testid=verdict-sentence]", item), verdict.sentence);
    setText(need("[data-testid=verdict-since]", item), `for ${formatDuration(verdict.since_s)}`);
  });
}

/** @param {Verdict} verdict */
function verdictItem({ rule, level, remedy }) {
  return h(
    "li",
    { class: "verdict", "data-level": level, "data-rule": rule, "data-testid": "verdict" },
    h(
      "p",
      { class: "verdict-head" },
      levelMark(level),
      h("span", { class: "since", "data-testid": "verdict-since" }),
    ),
    h("p", { class: "verdict-sentence", "data-testid": "verdict-sentence" }),
    remedy === null ? null : copyBox(remedy, "remedy"),
  );
}

function quietItem() {
  return h(
    "li",
    { class: "verdict", "data-level": "ok" },
    levelMark("ok"),
    h("p", { class: "verdict-sentence" }, "Every check of this array passes."),
  );
}
