import {
  DEFAULT_REWARD,
  DifferentialSharpe,
  DifferentialSortino,
  REWARD_TERMS,
  RewardLog,
  rewardParts,
  terminalMetrics,
} from "../lib/rl/reward.ts";
import { marketReward } from "../lib/rl/reward/additive_reward.ts";
import { dailyReturns } from "../lib/statistics/daily_returns.ts";
import { performanceMetrics } from "../lib/statistics/metrics.ts";
import { assert, assertClose, assertEquals } from "./assert.ts";

/**
 * The last five of docs/methods.md#differential-sharpe-ratio; the first five make the moments to
 * begin with.
 */
const RETURNS = [0.02, -0.005, 0.015, -0.03, 0.01];

Deno.test("DifferentialSharpe gives the golden vector of docs/methods.md#differential-sharpe-ratio", () => {
  const ratio = new DifferentialSharpe({
    ...{ rate: 0.1, mean: 0.002, meanSquare: 0.0003, reference: 0.0186 },
  });
  const expected = [1.040731, -0.430310, 0.772278, -2.570471, 0.519702];
  RETURNS.forEach((result, i) => assertClose(ratio.step(result), expected[i]!, 1e-6));
  assertClose(ratio.mean, 0.00164368, 1e-12);
  assertClose(ratio.meanSquare, 0.0003144385, 1e-9);
});

Deno.test("DifferentialSharpe peaks at B / A, beyond which larger gains pay less", () => {
  const at = (result: number) =>
    new DifferentialSharpe({ rate: 0.1, mean: 0.002, meanSquare: 0.0003, reference: 0.0186 })
      .step(result);
  assertClose(at(0.15), 4.359286, 1e-6);
  assert(at(0.15) > at(0.149) && at(0.15) > at(0.151));
});

Deno.test("DifferentialSharpe stays finite when returns do not vary", () => {
  const ratio = new DifferentialSharpe({ rate: 0.1, mean: 0, meanSquare: 0, reference: 0.01 });
  assertEquals(ratio.step(0), 0);
  assertEquals(ratio.step(0.01), 10);
});

Deno.test("DifferentialSortino gives the golden vector of docs/methods.md#differential-sortino-ratio", () => {
  const ratio = new DifferentialSortino({
    ...{ rate: 0.1, mean: 0.002, downsideDeviation: 0.01, reference: 0.0186 },
  });
  const expected = [1.9, -0.782957, 1.481752, -6.550139, 0.767996];
  RETURNS.forEach((result, i) => assertClose(ratio.step(result), expected[i]!, 1e-6));
  assertClose(ratio.mean, 0.00164368, 1e-12);
  assertClose(ratio.downsideDeviation, 0.0119109823, 1e-10);
});

Deno.test("rewardParts() pays nothing for staying flat, nor for being active", () => {
  const idle = { result: 0, exposure: 0, turnover: 0, drawdownGrowth: 0 };
  for (const step of [idle, { ...idle, exposure: 1, turnover: 2 }]) {
    const parts = rewardParts(step, DEFAULT_REWARD);
    assertEquals(REWARD_TERMS.reduce((sum, term) => sum + parts[term], 0), 0);
  }
});

Deno.test("rewardParts() is bounded, and marketReward() is its sum without the drawdown", () => {
  for (const result of [-1e9, -3, 0.2, 1e9]) {
    const step = { result, exposure: 1.5, turnover: 2, drawdownGrowth: -1 };
    const settings = { ...DEFAULT_REWARD, turnoverWeight: 0.3 };
    const parts = rewardParts(step, settings);
    const sum = REWARD_TERMS.reduce((total, term) => total + parts[term], 0);
    assertClose(sum, marketReward(result, 1.5, 2, settings), 1e-12);
    assert(Math.abs(sum) < 20);
  }
});

Deno.test("RewardLog says when a penalty decides", () => {
  const log = new RewardLog();
  const step = { result: 0.1, exposure: 3, turnover: 0, drawdownGrowth: 0 };
  log.add(rewardParts(step, DEFAULT_REWARD));
  assertEquals(log.alerts(), ["leverage makes up 98 % of the reward"]);
});

Deno.test("terminalMetrics() are the report's own", () => {
  const equity = Float64Array.of(100, 101, 99, 104, 103), days = Int32Array.of(1, 1, 2, 3, 4);
  assertEquals(
    terminalMetrics(equity, days, 100),
    performanceMetrics(dailyReturns(equity, days, 100).returns, 252),
  );
});
