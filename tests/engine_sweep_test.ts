import { throws as assertThrows } from "node:assert/strict";
import fc from "fast-check";
import type { Bars } from "../lib/market/bars.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import { dailyReturns } from "../lib/statistics/daily_returns.ts";
import { mean, standardDeviation } from "../lib/statistics/moments.ts";
import { fixedSides } from "../lib/strategies/baselines.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import { sweep, sweepParallel, type SweepTask } from "../lib/engine/sweep/sweep.ts";
import { type ScoreRule, sidesOf, type SweepColumns } from "../lib/engine/sweep/sweep_account.ts";
import { prepareSweep, type SweepRules } from "../lib/engine/sweep/sweep_market.ts";
import { assert, assertClose, assertEquals } from "./assert.ts";
import { createRandom } from "../lib/core/random.ts";
import { marketBars } from "./fixtures/market_fixture.ts";

const LENGTH = 240;

/** Scores that wander, with gaps; in shared memory. */
function scoresOf(seed: number, length: number): Float32Array {
  const random = createRandom(seed);
  const scores = new Float32Array(new SharedArrayBuffer(4 * length));
  let level = 0;
  for (let bar = 0; bar < length; bar++) {
    level = 0.9 * level + random.uniform() - 0.5;
    scores[bar] = random.uniform() < 0.03 ? NaN : level;
  }
  return scores;
}

/** Sessions of 19 bars; every fourth lacks its last bar. */
function rulesOf(seed: number, length: number, changes: Partial<SweepRules> = {}): SweepRules {
  const tradeDay = Int32Array.from({ length }, (_, bar) => Math.floor(bar / 19));
  const isLast = Uint8Array.from(
    { length },
    (_, bar) => bar % 19 === 18 && tradeDay[bar]! % 4 !== 3 ? 1 : 0,
  );
  return {
    initialCashUsd: [700, 30_000, 1_000_000][seed % 3]!,
    costs: { feePerSideMicros: 2_130_001, slippageTicks: seed % 2 },
    marginPerLotUsd: seed % 5 === 0 ? null : 150,
    flattenAtSessionEnd: seed % 4 < 2,
    lots: 3,
    session: { tradeDay, isLast },
    from: seed % 30,
    to: length - seed % 7,
    ...changes,
  };
}

const RULES: readonly ScoreRule[] = [
  { column: 0, enter: 0.3, exit: 0 },
  { column: 1, enter: 0.8, exit: 0.2 },
  { column: 1, enter: 0, exit: 0 },
  { column: 0, enter: 9, exit: 0 },
  { column: 0, enter: 0.5, exit: -0.5 },
];

function taskOf(bars: Bars, rules: SweepRules, seed: number): SweepTask {
  const scores = [scoresOf(seed, bars.length), scoresOf(seed + 1, bars.length)];
  return { market: prepareSweep(bars, rules), scores, rules: RULES };
}

/** The columns of one parameter set, from the engine. */
function engineRow(bars: Bars, rules: SweepRules, scores: Float32Array, rule: ScoreRule) {
  const { costs, lots, ...conditions } = rules;
  const result = runEngine(bars, {
    ...conditions,
    costs,
    maxLots: lots,
    sizing: { kind: "fixed", lots },
    strategy: fixedSides("sweep", sidesOf(scores, rule)),
    executor: createSimulatedExecutor(costs),
  });
  const tradeDay = rules.session.tradeDay.subarray(rules.from, rules.to);
  const { returns } = dailyReturns(result.equityMicros, tradeDay, result.initialMicros);
  let peak = result.initialMicros, deepest = 0;
  for (const equity of result.equityMicros) {
    peak = Math.max(peak, equity);
    deepest = Math.min(deepest, equity / peak - 1);
  }
  return {
    exact: {
      finalMicros: result.equityMicros.at(-1)!,
      feesMicros: result.totals.feesMicros,
      slippageMicros: result.totals.slippageMicros,
      lotsTraded: result.totals.lotsTraded,
      maxDrawdown: deepest,
      ruinedAt: result.ruinedAt ?? -1,
    },
    dailyMean: mean(returns),
    dailyDeviation: standardDeviation(returns),
  };
}

function copy(columns: SweepColumns): Record<string, number[]> {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, [...column]]));
}

Deno.test("sweep() is the engine to the micro-dollar: rolls, sessions, margin and ruin included", () => {
  let ruins = 0, lots = 0;
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.constantFrom(undefined, "difference" as const, "ratio" as const),
      (seed, method) => {
        const options = method === undefined ? { length: LENGTH } : { length: LENGTH, method };
        const bars = marketBars(seed, options);
        const rules = rulesOf(seed, LENGTH);
        const task = taskOf(bars, rules, seed);
        const columns = sweep(task);
        RULES.forEach((rule, set) => {
          const expected = engineRow(bars, rules, task.scores[rule.column]!, rule);
          for (const [name, value] of Object.entries(expected.exact)) {
            assertEquals(columns[name as keyof SweepColumns][set], value, `${name} of ${set}`);
          }
          assertClose(columns.dailyMean[set]!, expected.dailyMean, 1e-12);
          assertClose(columns.dailyDeviation[set]!, expected.dailyDeviation, 1e-12);
          if (expected.exact.ruinedAt >= 0) ruins++;
          lots += expected.exact.lotsTraded;
        });
      },
    ),
    { numRuns: 120 },
  );
  assert(ruins > 10, `only ${ruins} accounts were used up`);
  assert(lots > 10_000, `only ${lots} lots`);
});

Deno.test("sweepParallel() gives the bits of sweep(), however many threads", async () => {
  const bars = marketBars(5, { length: LENGTH, method: "difference" });
  const task = taskOf(bars, rulesOf(5, LENGTH), 5);
  const expected = copy(sweep(task));
  for (const threads of [1, 2, 9]) assertEquals(copy(await sweepParallel(task, threads)), expected);
});

Deno.test("prepareSweep() and sweep() refuse rows and columns that do not reach", () => {
  const bars = marketBars(5, { length: LENGTH });
  const prepare = (changes: Partial<SweepRules>) => () =>
    prepareSweep(bars, rulesOf(5, LENGTH, changes));
  assertThrows(prepare({ to: LENGTH + 1 }), RangeError);
  assertThrows(prepare({ lots: 0.5 }), RangeError);
  assertThrows(prepare({ lots: 1e9 }), RangeError);
  assertThrows(prepare({ costs: { feePerSideMicros: -1, slippageTicks: 0 } }), RangeError);
  const task = taskOf(bars, rulesOf(5, LENGTH), 5);
  const rules = [{ column: 2, enter: 1, exit: 0 }];
  assertThrows(() => sweep({ ...task, rules }), RangeError);
  assertThrows(
    () => sweep({ ...task, scores: [new Float32Array(3), task.scores[1]!] }),
    RangeError,
  );
});
