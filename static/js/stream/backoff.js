export const FIRST_DELAY_MS = 250;
export const LONGEST_DELAY_MS = 3000;

/**
 * How long to wait before the next attempt to connect: doubling, bounded, spread by half.
 *
 * @param {number} attempt 0 for the first attempt after a loss
 * @param {number} random 0 to 1
 * @returns {number} milliseconds
 */
export function reconnectDelay_ms(attempt, random) {
  const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return longest * (1 - random / 2);
}
