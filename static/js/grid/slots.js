/** Elements that are few and stand for many: which of them stands for what. */

/** Of a slot that is to be placed anew. */
export const UNKNOWN = -2;

/**
 * What each of some slots holds of a range: the number that leaves the slot's own as its remainder,
 * so that it stays where it is while the range moves; -1 where that is beyond the range.
 *
 * @param {number} from
 * @param {number} to
 * @param {number} slots
 * @returns {Generator<[number, number]>}
 */
export function* slotsOf(from, to, slots) {
  for (let slot = 0; slot < slots; slot++) {
    const held = from + ((slot - (from % slots) + slots) % slots);
    yield [slot, held < to ? held : -1];
  }
}
