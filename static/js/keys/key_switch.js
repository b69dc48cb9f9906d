/**
 * Whether single keys do anything: who dictates to the computer, or meets keys by accident, can
 * turn them off.
 */
const KEY = "shmscope.keys";

export class KeySwitch {
  /** @param {import("../page/kept.js").Kept} kept */
  constructor(kept) {
    this.kept = kept;
  }

  get on() {
    return this.kept.read(KEY) !== "off";
  }

  set on(on) {
    this.kept.write(KEY, on ? "on" : "off");
  }
}
