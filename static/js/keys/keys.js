/**
 * Single keys that do something on a page. The table is what the help lists, so neither can say
 * anything else than the other.
 *
 * `keys` are as `KeyboardEvent.key` names them, `says` is for the help, `does` answers false where
 * there was nothing to do. A key that is held down does it again only where it `repeats`.
 * @typedef {{keys: string[], says: string, does: (key: string) => boolean | void,
 *   repeats?: boolean}} Key
 * @typedef {{heading: string, keys: Key[]}} KeyGroup
 *
 * @typedef {Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "repeat"
 *   | "defaultPrevented" | "getModifierState">} Pressed
 * @typedef {{tagName: string, type?: string, isContentEditable?: boolean}} Target
 */

/** Inputs that take no text: a letter typed there is meant for the page. */
const WITHOUT_TEXT = ["radio", "checkbox", "range", "button", "submit", "reset"];
/** What buttons and links do by themselves. */
const PRESSES = [" ", "Enter"];
const PRESSABLE = ["BUTTON", "SUMMARY", "A", "INPUT"];
const WORDS = new Map([
  [" ", "Space"],
  ["ArrowUp", "↑"],
  ["ArrowDown", "↓"],
]);

/**
 * What a pressed key does on a page; undefined where it is not in the table.
 *
 * @param {KeyGroup[]} groups
 * @param {Pick<Pressed, "key" | "repeat">} pressed
 * @returns {Key | undefined}
 */
export function keyFor(groups, { key, repeat }) {
  const found = groups.flatMap(({ keys }) => keys).find(({ keys }) => keys.includes(key));
  return repeat && !found?.repeats ? undefined : found;
}

/**
 * Whether a pressed key is meant for the page, and neither for the element that has the focus nor
 * for the browser.
 *
 * @param {Pressed} pressed
 * @param {Target} target
 */
export function isForPage(pressed, target) {
  if (pressed.defaultPrevented || isTyping(target)) return false;
  if (PRESSES.includes(pressed.key) && PRESSABLE.includes(target.tagName)) return false;
  if (pressed.key.startsWith("Arrow") && target.tagName === "INPUT") return false;
  // On many keyboards brackets are typed with AltGr, which some systems report as Ctrl and Alt.
  if (pressed.getModifierState("AltGraph")) return true;
  return !(pressed.ctrlKey || pressed.altKey || pressed.metaKey);
}

/** @param {Target} target */
function isTyping({ tagName, type = "text", isContentEditable = false }) {
  if (tagName === "INPUT") return !WITHOUT_TEXT.includes(type);
  return isContentEditable || tagName === "SELECT" || tagName === "TEXTAREA";
}

/**
 * A key as it stands on a keyboard: `Shift C`.
 *
 * @param {string} key
 */
function keyInWords(key) {
  const word = WORDS.get(key);
  if (word) return word;
  return /^[A-Z]$/.test(key) ? `Shift ${key}` : key.toUpperCase();
}

/**
 * The keys of an entry of the help; a long row by its ends.
 *
 * @param {Key} key
 */
export function keysInWords({ keys }) {
  if (keys.length < 3) return keys.map(keyInWords);
  return [keyInWords(keys[0] ?? ""), "…", keyInWords(keys.at(-1) ?? "")];
}
