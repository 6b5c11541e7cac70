import { assertEquals } from "../../tests/assert.ts";
import type { BookableEntry } from "./book_keeper.ts";
import { sessionDays } from "./session_days.ts";

const MONDAY = Date.parse("2024-06-10T14:00Z"), DAY_MS = 86_400_000, MINUTE_MS = 60_000;
const TICK_MICROS = 1_250_000, FEE_MICROS = 620_000;

/** Numbers facts as a journal does. */
function numbered(facts: readonly Record<string, unknown>[]): BookableEntry[] {
  return facts.map((fact, i) => ({ sequence: i + 1, ...fact }) as unknown as BookableEntry);
}

function minute(time: number, close: number, endsSession = false) {
  const bar = { time, open: close, high: close, low: close, close, volume: 1 };
  const tradeDay = Math.floor(time / DAY_MS);
  return [
    { kind: "bar", slot: 0, bar, tradeDay, endsSession, origin: "feed", receivedAt: null },
    { kind: "clock", time: time + MINUTE_MS },
  ];
}

function filled(orderId: number, lots: number, priceTicks: number) {
  const fill = { orderId, bar: 0, time: 0, moment: "open", slippageTicks: 0, reason: "signal" };
  return [
    {
      ...{ kind: "submit", slot: 0, isForForecast: true },
      order: { id: orderId, lots, reason: "signal", decidedAt: 0 },
    },
    { kind: "filled", slot: 0, fill: { ...fill, lots, priceTicks, feeMicros: FEE_MICROS } },
  ];
}

Deno.test("sessionDays() counts profit, fees, the low and events of each trade day", async () => {
  const tuesday = MONDAY + DAY_MS;
  const days = await sessionDays(numbered([
    {
      ...{ kind: "session-started", session: "a", isRestart: false, mode: "paper", books: "new" },
      ...{ cashMicros: 10_000e6, settings: null },
      slots: [{
        ...{ symbol: "MES", intervalMs: MINUTE_MS, tickSize: 0.25, settles: true },
        tickValueMicros: TICK_MICROS,
      }],
    },
    ...minute(MONDAY, 1_000),
    ...filled(1, 2, 4_000),
    ...minute(MONDAY + MINUTE_MS, 998),
    ...minute(MONDAY + 2 * MINUTE_MS, 1_003, true),
    { kind: "halt", reason: "drill" },
    ...minute(tuesday, 1_002),
    { kind: "gap", slot: 0, from: 0, to: 0, missing: 1, found: 0 },
    ...filled(2, -2, 4_008),
    ...minute(tuesday + MINUTE_MS, 990, true),
  ]));
  assertEquals(days, [
    {
      ...{ day: "2024-06-10", bars: 3, orders: 1, fills: 1, feesMicros: FEE_MICROS },
      profitMicros: 2 * 12 * TICK_MICROS - FEE_MICROS,
      lowestMicros: -2 * 8 * TICK_MICROS - FEE_MICROS,
      equityMicros: 10_000e6 + 2 * 12 * TICK_MICROS - FEE_MICROS,
      positions: { MES: 2 },
      events: { halt: 1 },
    },
    {
      ...{ day: "2024-06-11", bars: 2, orders: 1, fills: 1, feesMicros: FEE_MICROS },
      profitMicros: -2 * 4 * TICK_MICROS - FEE_MICROS,
      lowestMicros: -2 * 4 * TICK_MICROS - FEE_MICROS,
      equityMicros: 10_000e6 + 2 * 8 * TICK_MICROS - 2 * FEE_MICROS,
      positions: { MES: 0 },
      events: { gap: 1 },
    },
  ]);
});
