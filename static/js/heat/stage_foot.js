/** The line below a picture: what is shown of the array, and what is under the cross. */
import { h, setText } from "../page/element.js";

export class StageFoot {
  /** @param {{all: () => void, watch: () => void}} actions */
  constructor({ all, watch }) {
    this.note = h("span", { "data-testid": "picture-note" });
    this.all = h("button", { type: "button", hidden: true, "data-testid": "zoom-all" }, "Show all");
    this.all.title = "See all of the selection (0)";
    this.all.addEventListener("click", all);
    this.readout = h("span", { class: "pixel", "data-testid": "pixel-readout" });
    this.watch = h("button", { type: "button", hidden: true, "data-testid": "watch" }, "Watch");
    this.watch.title = "Follow this element over time (w)";
    this.watch.addEventListener("click", watch);
    this.root = h(
      "div",
      { class: "stage-foot" },
      h("p", { class: "stage-note" }, this.note, this.all),
      h("p", { class: "stage-read" }, this.readout, this.watch),
    );
  }

  /**
   * @param {string} text
   * @param {boolean} zoomed
   */
  show(text, zoomed) {
    setText(this.note, text);
    this.all.hidden = !zoomed;
  }

  /**
   * @param {string} text
   * @param {boolean} watchable
   */
  read(text, watchable) {
    setText(this.readout, text);
    this.watch.hidden = !watchable;
  }
}
