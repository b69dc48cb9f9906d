/** How a plot's traces are told apart, and the colours of the screen for a canvas. */

/** Channel colours are told apart by their dashes too. */
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
export const CHANNELS = 6;

/**
 * How trace number `index` is drawn: a channel 1 to 6 for its colour, and a dash.
 *
 * @param {number} index
 */
export function traceStyle(index) {
  return { channel: (index % CHANNELS) + 1, dash: DASHES[index % DASHES.length] ?? [] };
}

/** The colours and the lettering that the style sheet gives to what is drawn. */
export class Ink {
  /**
   * @param {Element} root
   * @param {number} [channel] of the first trace, from 0
   */
  constructor(root, channel = 0) {
    this.style = getComputedStyle(root);
    this.channel = channel;
  }

  /** @param {string} name of a custom property */
  colour(name) {
    return this.style.getPropertyValue(name).trim();
  }

  /** @param {number} index of a trace; its colour as #rrggbb */
  trace(index) {
    return this.colour(`--channel-${traceStyle(this.channel + index).channel}`);
  }

  /** @param {number} size_px */
  mono(size_px) {
    return `${Math.round(size_px)}px ${this.colour("--mono")}`;
  }
}
