/** The help: what each key of this page does, and a switch for all of them. */
import { h } from "../page/element.js";
import { keysInWords } from "./keys.js";

/** @typedef {import("./keys.js").KeyGroup} KeyGroup */

export class KeyHelp {
  /**
   * @param {KeyGroup[]} groups
   * @param {import("./key_switch.js").KeySwitch} power
   */
  constructor(groups, power) {
    const close = h("button", { type: "button", "data-testid": "keys-close" }, "Close");
    close.addEventListener("click", () => this.toggle());
    this.dialog = h(
      "dialog",
      { class: "key-help", "aria-labelledby": "key-help-title", "data-testid": "keys-help" },
      h("header", {}, h("h2", { id: "key-help-title" }, "Keys"), close),
      h("div", { class: "key-groups" }, ...groups.map(groupOf)),
      switchOf(power),
    );
    this.dialog.addEventListener("click", ({ target }) => {
      if (target === this.dialog) this.toggle(); // beside it
    });
    document.body.append(this.dialog);
  }

  get open() {
    return this.dialog.open;
  }

  toggle() {
    if (this.dialog.open) this.dialog.close();
    else this.dialog.showModal();
  }
}

/** @param {KeyGroup} group */
function groupOf({ heading, keys }) {
  const entries = keys.map((key) =>
    h(
      "div",
      { "data-testid": "key" },
      h("dt", {}, ...keysInWords(key).map((name) => h("kbd", {}, name))),
      h("dd", {}, key.says),
    ),
  );
  return h("section", {}, h("h3", { class: "label" }, heading), h("dl", {}, ...entries));
}

/** @param {import("./key_switch.js").KeySwitch} power */
function switchOf(power) {
  const box = h("input", { type: "checkbox", "data-testid": "keys-on" });
  box.checked = power.on;
  box.addEventListener("change", () => {
    power.on = box.checked;
  });
  const says = "Single keys do this on every page. Without it they do nothing.";
  return h("label", { class: "key-switch" }, box, h("span", {}, says));
}
