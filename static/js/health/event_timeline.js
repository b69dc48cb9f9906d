/** The timeline with its chips: all that changed, or what is about one thing. */
import { arrange, h, need, setAttribute, setText } from "../page/element.js";
import { EventList } from "./event_list.js";
import { countSubjects, eventsAbout } from "./events_model.js";
import { ruleWord } from "./health_words.js";

/** @typedef {import("./health_types.js").Event} Event */

export class EventTimeline {
  /** @type {Event[]} */
  #events = [];
  #now_unix_s = 0;
  /** @type {Map<string, HTMLElement>} */
  #chips = new Map();

  /**
   * @param {string} about a subject, empty for all
   * @param {(about: string) => void} onChange
   */
  constructor(about, onChange) {
    this.about = about;
    this.onChange = onChange;
    this.list = new EventList(need("#events"), { named: true });
  }

  /**
   * @param {Event[]} events the newest first
   * @param {number} now_unix_s
   */
  update(events, now_unix_s) {
    this.#events = events;
    this.#now_unix_s = now_unix_s;
    this.#draw();
  }

  #draw() {
    const events = this.#events;
    const shown = eventsAbout(events, this.about);
    this.list.update(events, shown, this.#now_unix_s);
    need("#events").hidden = shown.length === 0;
    need("#no-events").hidden = shown.length > 0;
    if (this.about !== "" && events.length > 0) {
      setText(
        need("#no-events"),
        `Nothing about “${ruleWord(this.about)}” among the newest events.`,
      );
    }
    this.#drawChips(countSubjects(events));
  }

  /** @param {{subject: string, word: string, count: number}[]} counts */
  #drawChips(counts) {
    const all = { subject: "", word: "all", count: this.#events.length };
    const known = counts.some(({ subject }) => subject === this.about);
    const picked = { subject: this.about, word: ruleWord(this.about), count: 0 };
    const chips = [all, ...counts, ...(known || this.about === "" ? [] : [picked])];
    const root = need("#event-kinds");
    root.hidden = this.#events.length === 0 && this.about === "";
    arrange(
      root,
      chips.map((chip) => this.#chipOf(chip)),
    );
    const wanted = new Set(chips.map(({ subject }) => subject));
    for (const [subject, chip] of this.#chips) chip.hidden = !wanted.has(subject);
  }

  /** @param {{subject: string, word: string, count: number}} chip */
  #chipOf({ subject, word, count }) {
    const chip = this.#chips.get(subject) ?? this.#makeChip(subject, word);
    setText(need(".figure", chip), String(count));
    setAttribute(chip, "aria-pressed", String(subject === this.about));
    return chip;
  }

  /**
   * @param {string} subject
   * @param {string} word
   */
  #makeChip(subject, word) {
    const attributes = {
      type: "button",
      class: "chip",
      "data-testid": `about-${subject || "all"}`,
    };
    const chip = h("button", attributes, h("span", {}, word), h("span", { class: "figure" }));
    chip.addEventListener("click", () => this.#pick(subject));
    this.#chips.set(subject, chip);
    return chip;
  }

  /** @param {string} subject picked again, all is shown */
  #pick(subject) {
    this.about = subject === this.about ? "" : subject;
    this.onChange(this.about);
    this.#draw();
  }
}
