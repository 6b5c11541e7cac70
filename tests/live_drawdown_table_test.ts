import type { OpenedData } from "../lib/data/open_data.ts";
import { runSession } from "../lib/live/run_session.ts";
import type { SessionSlot, SessionView } from "../lib/live/session_options.ts";
import type { Bars } from "../lib/market/bars.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import type { RiskLimits } from "../lib/risk/risk_limits.ts";
import { buyAndHold } from "../lib/strategies/baselines.ts";
import { assertEquals } from "./assert.ts";
import { decideBy, memorySession } from "./fixtures/session_fixture.ts";

const HOUR_MS = 3_600_000;

/** A close, and by hand: equity, floor and what is left to it, dollars; whether it is breached. */
type Row = readonly [close: number, equity: number, floor: number, left: number, stopped?: true];

/**
 * One MES (5 dollars a point) bought at 5,000.00 for 0.62 dollars, in an account of 50,000 dollars.
 * The floor follows the highest equity at 100 dollars; equity at the floor breaches it, and the lot
 * is sold at the next open, which is the close before, for 0.62 dollars.
 */
const INTRADAY: readonly Row[] = [
  [5_000.00, 50_000.00, 49_900.00, 100.00],
  [5_004.00, 50_019.38, 49_919.38, 100.00],
  [5_010.25, 50_050.63, 49_950.63, 100.00],
  [5_006.00, 50_029.38, 49_950.63, 78.75],
  [5_012.50, 50_061.88, 49_961.88, 100.00],
  [4_995.75, 49_978.13, 49_961.88, 16.25],
  [4_992.50, 49_961.88, 49_961.88, 0.00, true],
  [5_020.00, 49_961.26, 49_961.88, -0.62, true],
  [5_040.00, 49_961.26, 49_961.88, -0.62, true],
];

/**
 * The same lot; the floor follows the equity at the end of a day at 60 dollars. The first day ends
 * behind the sixth row, with 50,061.88 dollars.
 */
const END_OF_DAY: readonly Row[] = [
  [5_000.00, 50_000.00, 49_940.00, 60.00],
  [5_030.00, 50_149.38, 49_940.00, 209.38],
  [4_990.25, 49_950.63, 49_940.00, 10.63],
  [5_006.00, 50_029.38, 49_940.00, 89.38],
  [5_010.00, 50_049.38, 49_940.00, 109.38],
  [5_012.50, 50_061.88, 49_940.00, 121.88],
  [5_003.00, 50_014.38, 50_001.88, 12.50],
  [5_000.75, 50_003.13, 50_001.88, 1.25],
  [5_000.50, 50_001.88, 50_001.88, 0.00, true],
  [5_000.50, 50_001.26, 50_001.88, -0.62, true],
];

/** Hours of Monday, 8 January 2024, up to its close at 22:00 UTC, then of the session behind it. */
function opens(hoursOfMonday: number): (row: number) => number {
  const close = Date.UTC(2024, 0, 8, 22), reopen = Date.UTC(2024, 0, 8, 23);
  return (row) =>
    row < hoursOfMonday
      ? close - (hoursOfMonday - row) * HOUR_MS
      : reopen + (row - hoursOfMonday) * HOUR_MS;
}

function barsOf(rows: readonly Row[], openOf: (row: number) => number): Bars {
  const close = Float64Array.from([5_000, ...rows.map(([close]) => close)]);
  const open = close.map((_, row) => row === 0 ? 5_000 : close[row - 1]!);
  return {
    ...{ instrument: findInstrument("MES"), intervalMs: HOUR_MS, length: close.length },
    ...{ open, close, volume: close.map(() => 1) },
    time: close.map((_, row) => openOf(row - 1)),
    high: close.map((price, row) => Math.max(price, open[row]!)),
    low: close.map((price, row) => Math.min(price, open[row]!)),
  };
}

for (
  const [basis, amountUsd, rows, hoursOfMonday] of [
    ["intraday", 100, INTRADAY, INTRADAY.length],
    ["end-of-day", 60, END_OF_DAY, 6],
  ] as const
) {
  Deno.test(`a trailing drawdown of basis ${basis} is exact to the cent by a table made by hand`, async () => {
    const bars = barsOf(rows, opens(hoursOfMonday)), opened = { bars } as OpenedData;
    const slot: SessionSlot = {
      ...{ instrument: bars.instrument, intervalMs: HOUR_MS, marginPerLotUsd: 1_500, maxLots: 1 },
      costs: { feePerSideMicros: 620_000, slippageTicks: 0 },
      ...{ sizing: { kind: "fixed", lots: 1 }, from: bars.time[1]!, warmupBars: 0 },
      flattenAtSessionEnd: false,
      deployment: { system: "long@1", sha256: "1".repeat(64), alias: null, sizeFactor: 1 },
      start: decideBy(buyAndHold(), opened, 1),
    };
    const drawdown = { basis, amountMicros: amountUsd * 1e6, stopsAtMicros: null } as const;
    const sources: readonly RiskLimits[] = [
      { trailingDrawdown: drawdown },
      {
        account: {
          ...{ rules: "mine", automation: "allowed" },
          lossLimit: { drawdown, watched: "live", breach: "touch" },
        },
      },
    ];
    for (const limits of sources) {
      const views: SessionView[] = [];
      const outcome = await runSession(memorySession([opened], [slot], {
        ...{ initialCashUsd: 50_000, limits: [{ source: "mine", limits }] },
        onMoment: (view) => views.push(view),
      }));
      const seen = views.map(({ equityMicros, slots: [slot] }, row): Row => {
        const left = slot!.distance.floorMicros!;
        const seen = [
          ...[bars.close[row + 1]!, equityMicros / 1e6] as const,
          ...[(equityMicros - left) / 1e6, left / 1e6] as const,
        ] as const;
        return slot!.stop === null ? seen : [...seen, true];
      });
      assertEquals(seen, rows);
      assertEquals([outcome.fills.length, outcome.positions], [2, "flat"]);
      assertEquals(outcome.halted?.includes(`the ${basis} floor of $`), true);
    }
  });
}
