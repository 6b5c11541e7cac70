import type { OpenSpans } from "../../data/mod.ts";
import { DAY_MS } from "../../market/mod.ts";

/** Nothing shuts a market for longer. */
const LONGEST_BREAK_MS = 14 * DAY_MS;

/**
 * The open of the first bar after another that the calendar knows; null where none is near.
 *
 * @example
 * ```ts
 * import { nextOpen } from "./next_open.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(nextOpen(0, 60_000, () => [{ from: 200_000, until: 900_000 }]), 240_000);
 * ```
 */
export function nextOpen(time: number, intervalMs: number, openSpans: OpenSpans): number | null {
  const from = time + intervalMs;
  for (const span of openSpans(from, from + LONGEST_BREAK_MS)) {
    const steps = Math.max(1, Math.ceil((span.from - time) / intervalMs));
    if (time + steps * intervalMs < span.until) return time + steps * intervalMs;
  }
  return null;
}
