/**
 * Who fills a mount of shared memory, as parts of a bar and tiles of a map.
 *
 * @typedef {import("../health/health_types.js").Room} Room
 * @typedef {import("../health/health_types.js").Segment} Segment
 * @typedef {{kind: "owner" | "other" | "untaken" | "free", owner: string, bytes: number}} Part
 * @typedef {{key: string, label: string, owner: string, size_bytes: number, resident_bytes: number,
 *   segments: Segment[]}} Tile
 */
import { formatBytes, formatCount, formatShare } from "../page/format.js";

/** Of the map's area; what is smaller could be neither read nor hit. */
const SMALLEST_SHARE = 0.0015;

/**
 * The whole mount, in parts that lie side by side: what segments take, by owner, what else takes
 * room, what segments may still take, and what is left.
 *
 * @param {Room} room
 * @param {Segment[]} segments
 * @returns {Part[]}
 */
export function roomParts({ used_bytes, free_bytes }, segments) {
  const owners = [...residentByOwner(segments)];
  const resident = owners.reduce((sum, [, bytes]) => sum + bytes, 0);
  const untaken = Math.min(free_bytes, untakenBytes(segments));
  /** @type {Part[]} */
  const parts = [
    ...owners.map(([owner, bytes]) => part("owner", bytes, owner)),
    part("other", Math.max(0, used_bytes - resident)),
    part("untaken", untaken),
    part("free", free_bytes - untaken),
  ];
  return parts.filter(({ kind, bytes }) => bytes > 0 || kind === "free");
}

/**
 * @param {Part["kind"]} kind
 * @param {number} bytes
 * @param {string} owner
 * @returns {Part}
 */
function part(kind, bytes, owner = "") {
  return { kind, owner, bytes };
}

/**
 * @param {Segment[]} segments
 * @returns {Map<string, number>} who takes most first
 */
function residentByOwner(segments) {
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const { owner, resident_bytes } of segments) {
    sums.set(owner, (sums.get(owner) ?? 0) + Number(resident_bytes));
  }
  return new Map([...sums].sort(([, a], [, b]) => b - a));
}

/** @param {Segment[]} segments */
export function untakenBytes(segments) {
  return segments.reduce((sum, one) => sum + untakenOf(one), 0);
}

/** @param {{size_bytes: number, resident_bytes: number}} one */
export function untakenOf({ size_bytes, resident_bytes }) {
  return Math.max(0, Number(size_bytes) - Number(resident_bytes));
}

/**
 * The map's tiles: a segment each, those that are too small to be seen together in one.
 *
 * @param {Segment[]} segments
 * @returns {Tile[]}
 */
export function tilesOf(segments) {
  const total = segments.reduce((sum, one) => sum + weightOf(one), 0);
  const isSmall = (/** @type {Segment} */ one) => weightOf(one) < SMALLEST_SHARE * total;
  const small = segments.filter(isSmall);
  // One alone stays what it is: nothing would be won.
  if (small.length < 2) return segments.map(tileOf);
  return [...segments.filter((one) => !isSmall(one)).map(tileOf), gathered(small)];
}

/**
 * What a tile's area stands for: what it takes and may still take.
 *
 * @param {{size_bytes: number, resident_bytes: number}} one
 */
export function weightOf({ size_bytes, resident_bytes }) {
  return Math.max(Number(size_bytes), Number(resident_bytes));
}

/**
 * @param {Segment} segment
 * @param {number} place
 * @param {Segment[]} all names may stand for several: one of them is unlinked
 * @returns {Tile}
 */
function tileOf(segment, place, all) {
  const { label, owner, size_bytes, resident_bytes } = segment;
  const before = all.slice(0, place).filter((one) => one.label === label).length;
  return {
    key: `${label}/${before}`,
    label,
    owner,
    size_bytes,
    resident_bytes,
    segments: [segment],
  };
}

/**
 * @param {Segment[]} small
 * @returns {Tile}
 */
function gathered(small) {
  const owners = new Set(small.map(({ owner }) => owner));
  return {
    key: "//small",
    label: `${small.length} smaller`,
    owner: owners.size === 1 ? (small[0]?.owner ?? "") : "",
    size_bytes: small.reduce((sum, { size_bytes }) => sum + Number(size_bytes), 0),
    resident_bytes: small.reduce((sum, { resident_bytes }) => sum + Number(resident_bytes), 0),
    segments: small,
  };
}

/** @param {Tile} tile */
export function sizeInWords(tile) {
  const untaken = untakenOf(tile);
  const taken = formatBytes(Number(tile.resident_bytes));
  return untaken > 0 ? `${taken} of ${formatBytes(Number(tile.size_bytes))}` : taken;
}

/** @param {Tile} tile `camera: 1 MiB of 2 MiB taken, of ann, warning, orphan` */
export function tileInWords(tile) {
  const [first] = tile.segments;
  const single = tile.segments.length === 1 && first ? first : null;
  const words = [
    `${sizeInWords(tile)} taken`,
    tile.owner && `of ${tile.owner}`,
    single && single.level !== "ok" ? single.level : "",
    single?.orphan ? "orphan" : "",
  ];
  return `${tile.label}: ${words.filter(Boolean).join(", ")}`;
}

/**
 * The picture in a sentence.
 *
 * @param {Room} room
 * @param {Segment[]} segments
 */
export function roomInWords({ path, size_bytes, used_bytes, free_bytes }, segments) {
  const share = size_bytes > 0 ? used_bytes / size_bytes : 0;
  const untaken = untakenBytes(segments);
  const more = untaken > 0 ? ` Segments may still take ${formatBytes(untaken)}.` : "";
  const taken = `${formatShare(share)} of ${path} is taken by ${formatCount(segments.length, "segment")}`;
  return `${taken} and other files, ${formatBytes(free_bytes)} are free.${more}`;
}

/** @param {string} id host/segment/name, each percent-encoded */
export function arrayName(id) {
  return decodeURIComponent(id.split("/").at(-1) ?? "");
}
