import type { Session } from "../../market/mod.ts";

/** A shorter pause, such as that for settlement, ends no trading. */
const LONG_PAUSE_MS = 3_600_000;

/**
 * Until when a session trades without a long pause: its close, or the noon of a holiday whose
 * afternoon does not trade. What an account is told as `closesAt`.
 *
 * @param time epoch milliseconds; pauses before it are over
 * @example
 * ```ts
 * import { tradesUntil } from "./trades_until.ts";
 * import { createCalendar } from "../../market/mod.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * // Labor Day 2024: nothing trades from noon in Chicago to the evening.
 * const morning = Date.parse("2024-09-02T13:00:00Z");
 * const session = createCalendar({ session: "cme-equity" }).sessionAt(morning)!;
 * assertEquals(new Date(tradesUntil(session, morning)).toISOString(), "2024-09-02T17:00:00.000Z");
 * ```
 */
export function tradesUntil({ close, pauses }: Session, time: number): number {
  return pauses.find(({ from, until }) => from >= time && until - from > LONG_PAUSE_MS)?.from ??
    close;
}
