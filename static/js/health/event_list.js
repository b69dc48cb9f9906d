/** A list of what changed when, the newest first: entries come on top and are never rewritten. */
import { arrange, h, need, setAttribute, setText } from "../page/element.js";
import { eventShape } from "../page/icons.js";
import { eventAge, eventSentence, eventTime, eventWord, goneArrays } from "./events_model.js";

/** @typedef {import("./health_types.js").Event} Event */

export class EventList {
  /** @type {Map<string, HTMLElement>} */
  #items = new Map();

  /**
   * @param {HTMLElement} list
   * @param {{named: boolean}} options whether entries say what they are about, and link to it
   */
  constructor(list, { named }) {
    this.list = list;
    this.named = named;
  }

  /**
   * @param {Event[]} events the newest first
   * @param {Event[]} shown some of them
   * @param {number} now_unix_s the server's clock: events are told by the same
   */
  update(events, shown, now_unix_s) {
    const gone = goneArrays(events);
    const items = shown.map((event) => this.#itemOf(event));
    arrange(this.list, items);
    const wanted = new Set(items);
    for (const [key, item] of this.#items) {
      if (wanted.has(item)) continue;
      item.remove();
      this.#items.delete(key);
    }
    shown.forEach((event, i) => {
      const item = /** @type {HTMLElement} */ (items[i]);
      setText(need(".event-age", item), eventAge(event.unix_s, now_unix_s));
      setText(need("time", item), eventTime(event.unix_s, now_unix_s));
      const alive = event.array !== "" && !gone.has(event.array);
      const link = item.querySelector("a");
      if (link) setAttribute(link, "href", alive ? `/arrays/${event.array}` : null);
    });
  }

  /** @param {Event} event a server that was started again counts from 1, so its time belongs to it */
  #itemOf(event) {
    const key = `${event.number} ${event.unix_s}`;
    const item = this.#items.get(key) ?? this.#makeItem(event);
    this.#items.set(key, item);
    return item;
  }

  /** @param {Event} event */
  #makeItem(event) {
    const { kind, level, rule, unix_s } = event;
    const moment = new Date(unix_s * 1000);
    return h(
      "li",
      {
        class: "event",
        "data-kind": kind,
        "data-level": level,
        "data-rule": rule || null,
        "data-testid": "event",
      },
      h(
        "p",
        { class: "event-head" },
        h("time", { datetime: moment.toISOString(), title: moment.toLocaleString("en-GB") }),
        h("span", { class: "event-age" }),
      ),
      h(
        "p",
        { class: "event-what" },
        eventMark(event),
        this.named ? nameOf(event) : null,
        h(
          "span",
          { class: "event-sentence", "data-testid": "event-sentence" },
          eventSentence(event),
        ),
      ),
    );
  }
}

/** @param {Event} event */
function eventMark(event) {
  const word = h("span", { "data-testid": "event-word" }, eventWord(event));
  const shape = event.kind === "raised" ? event.level : event.kind;
  return h(
    "span",
    { class: "level event-mark", "data-level": event.kind === "raised" ? event.level : "news" },
    eventShape(shape),
    word,
  );
}

/** @param {Event} event */
function nameOf({ array, name }) {
  return h(array === "" ? "span" : "a", { class: "event-name", "data-testid": "event-name" }, name);
}
