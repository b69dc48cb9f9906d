/** Quantities as text: short, of steady width, and without losing a digit that matters. */

export const NONE = "–";
/** Outside of these, floats are written with an exponent. */
const LARGEST_FIXED = 1e15;
const SMALLEST_FIXED = 1e-4;
const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86400;

/**
 * @param {number} value
 * @param {number} digits significant digits
 */
function significant(value, digits) {
  const size = Math.abs(Number(value.toPrecision(digits)));
  const whole = size > 0 ? Math.floor(Math.log10(size)) + 1 : 1;
  // Digits before the point are never dropped; leading zeros after it are not significant, but
  // bounded.
  return value.toFixed(Math.min(digits + 2, Math.max(0, digits - whole)));
}

/**
 * @param {number} value
 * @param {number} base
 * @param {string[]} prefixes
 */
function scaled(value, base, prefixes) {
  let power = 0;
  // What would be rounded up to a whole base is shown by the next prefix.
  while (Math.abs(value) >= base * 0.9995 && power < prefixes.length - 1) {
    value /= base;
    power += 1;
  }
  return { value, prefix: prefixes[power] ?? "" };
}

/**
 * Writes per second, or any rate: `0 /s`, `59.9 /s`, `1.23 k/s`.
 *
 * @param {number | null | undefined} rate
 */
export function formatRate(rate) {
  if (rate === null || rate === undefined || !Number.isFinite(rate)) return NONE;
  if (rate === 0) return "0 /s";
  const { value, prefix } = scaled(rate, 1000, ["", "k", "M", "G"]);
  return `${significant(value, 3)} ${prefix}/s`;
}

/**
 * A value beside a scale: as short as it goes.
 *
 * @param {number} value
 */
export function formatTick(value) {
  const size = Math.abs(value);
  if (size >= 1e12 || (size > 0 && size < 1e-4)) return value.toExponential(2);
  const { value: short, prefix } = scaled(value, 1000, ["", "k", "M", "G"]);
  return `${Number(short.toPrecision(9))}${prefix ? ` ${prefix}` : ""}`;
}

/**
 * A value on a scale, with the digits that tell it from its neighbours.
 *
 * @param {number} value
 * @param {number} span the length of the scale
 */
export function formatWithin(value, span) {
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(span)));
  const plain = decimals <= 9 && Math.abs(value) < LARGEST_FIXED;
  return plain ? value.toFixed(decimals) : value.toExponential(3);
}

/** @param {number | null | undefined} bytes */
export function formatBytes(bytes) {
  if (bytes === null || bytes === undefined) return NONE;
  if (bytes < 1024) return `${Math.round(bytes)} B`;
  const { value, prefix } = scaled(bytes, 1024, ["", "Ki", "Mi", "Gi", "Ti", "Pi"]);
  return `${Number(value.toPrecision(value < 1000 ? 3 : 4))} ${prefix}B`;
}

/**
 * A length of time: `4 ms`, `1.2 s`, `3 min 20 s`.
 *
 * @param {number | null | undefined} seconds
 */
export function formatDuration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return NONE;
  if (seconds <= 0) return "0 ms";
  if (seconds < 1) return `${significant(seconds * 1000, 2)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < MINUTE_S) return `${Math.floor(seconds)} s`;
  if (seconds < HOUR_S) return pair(seconds, MINUTE_S, "min", 1, "s");
  if (seconds < DAY_S) return pair(seconds, HOUR_S, "h", MINUTE_S, "min");
  return pair(seconds, DAY_S, "d", HOUR_S, "h");
}

/**
 * @param {number} seconds
 * @param {number} large
 * @param {string} largeUnit
 * @param {number} small
 * @param {string} smallUnit
 */
function pair(seconds, large, largeUnit, small, smallUnit) {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)} ${largeUnit} ${rest} ${smallUnit}`;
}

/**
 * How long ago: as a duration, but calm where it is now.
 *
 * @param {number | null | undefined} age_s
 */
export function formatAge(age_s) {
  if (age_s === null || age_s === undefined) return "never";
  if (age_s < 0.1) return "now";
  return age_s < 10 ? `${age_s.toFixed(1)} s` : formatDuration(age_s);
}

/** @param {number} share 0 to 1 */
export function formatShare(share) {
  const percent = share * 100;
  if (percent > 0 && percent < 0.01) return "< 0.01 %";
  return `${percent >= 10 ? Math.round(percent) : percent.toFixed(percent < 1 ? 2 : 1)} %`;
}

/** @param {number[]} shape */
export function formatShape(shape) {
  return shape.length === 0 ? "scalar" : shape.join(" × ");
}

/**
 * One number of an array. Integers keep every digit; floats get `digits` significant ones.
 *
 * @param {number | bigint | null | undefined} value
 * @param {number} [digits]
 */
export function formatNumber(value, digits = 6) {
  if (value === null || value === undefined) return NONE;
  if (typeof value === "bigint" || Number.isInteger(value)) return plainInteger(value, digits);
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const size = Math.abs(value);
  if (size >= LARGEST_FIXED || size < SMALLEST_FIXED) return value.toExponential(digits - 2);
  return significant(value, digits);
}

/**
 * @param {number | bigint} value
 * @param {number} digits
 */
function plainInteger(value, digits) {
  // Beyond 2^53 a float no longer means its last digits.
  const exact = typeof value === "bigint" || Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  return exact ? value.toString() : value.toExponential(digits - 2);
}

/**
 * One float in a column of floats: whole numbers keep their point, so that columns align.
 *
 * @param {number} value
 * @param {number} [digits]
 */
export function formatFloat(value, digits = 6) {
  const size = Math.abs(value);
  const plain = size < LARGEST_FIXED && (size >= SMALLEST_FIXED || size === 0);
  return plain ? significant(value, digits) : formatNumber(value, digits);
}

/**
 * @param {number} real
 * @param {number} imaginary
 */
export function formatComplex(real, imaginary) {
  const sign = imaginary < 0 || Object.is(imaginary, -0) ? "-" : "+";
  return `${formatFloat(real, 5)} ${sign} ${formatFloat(Math.abs(imaginary), 5)}j`;
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function formatCount(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

/** @param {number} unix_s */
export function formatClock(unix_s) {
  const date = new Date(unix_s * 1000);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
