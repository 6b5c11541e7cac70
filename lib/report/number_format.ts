import type { MetricUnit } from "../records/mod.ts";

/** A true minus sign: as wide as a digit in tabular figures, unlike the hyphen. */
const MINUS = "\u2212";

/**
 * A number with fixed decimals, grouped by thousands, the same in every locale.
 *
 * @example
 * ```ts
 * import { formatDecimal } from "./number_format.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(formatDecimal(-1234567.891, 1), "\u22121,234,567.9");
 * ```
 */
export function formatDecimal(value: number, decimals: number): string {
  const [whole, part] = Math.abs(value).toFixed(decimals).split(".") as [string, string?];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const digits = part === undefined ? grouped : `${grouped}.${part}`;
  // A value that rounds to zero has no sign: "-0.00" would claim a loss.
  return value < 0 && /[1-9]/.test(digits) ? MINUS + digits : digits;
}

/** Dollars: cents below 1,000 dollars, whole dollars from there on. */
export function formatUsd(value: number): string {
  const text = formatDecimal(value, Math.abs(value) < 1000 ? 2 : 0);
  return text.startsWith(MINUS) ? `${MINUS}$${text.slice(1)}` : `$${text}`;
}

/** A fraction as a percentage, `0.1234` as `12.34%`. */
export function formatPercent(fraction: number, decimals = 2): string {
  return `${formatDecimal(fraction * 100, decimals)}%`;
}

/** A probability as a percentage; none is said to be certain. */
function formatProbability(value: number): string {
  if (value < 0.001) return "<0.1%";
  if (value > 0.999) return ">99.9%";
  return formatPercent(value, 1);
}

/** A number of unknown size with about four significant digits. */
export function formatPlain(value: number): string {
  if (Number.isInteger(value)) return formatDecimal(value, 0);
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  if (magnitude < -4) return value.toExponential(2).replaceAll("-", MINUS);
  return formatDecimal(value, Math.max(0, Math.min(6, 3 - magnitude)))
    .replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

/** A price with the decimals it has, at most six. */
export function formatPrice(value: number): string {
  const [, part = ""] = String(Number(value.toFixed(6))).split(".");
  return formatDecimal(value, Math.min(6, Math.max(2, part.length)));
}

/** A metric's number as the page shows it. */
export function formatMetric(value: number, unit: MetricUnit): string {
  switch (unit) {
    case "fraction":
      return formatPercent(value);
    case "probability":
      return formatProbability(value);
    case "ratio":
      return formatDecimal(value, 2);
    case "usd":
      return formatUsd(value);
    case "count":
      return formatDecimal(value, 0);
    case "days":
    case "bars":
      return formatDecimal(value, Number.isInteger(value) ? 0 : 1);
  }
}

/** Epoch milliseconds as `2024-03-01 14:30` in UTC. */
export function formatInstant(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16).replace("T", " ");
}

/** An ISO day or instant as its day. */
export function formatDay(iso: string): string {
  return iso.slice(0, 10);
}

/** The length of a bar in words, for example `5-minute`. */
export function formatInterval(intervalMs: number): string {
  const units = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000], ["second", 1000]];
  for (const [name, length] of units as [string, number][]) {
    if (intervalMs % length === 0) return `${intervalMs / length}-${name}`;
  }
  return `${intervalMs}-millisecond`;
}
