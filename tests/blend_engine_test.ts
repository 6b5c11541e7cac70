import { throws as assertThrows } from "node:assert/strict";
import type { Bars } from "../lib/market/bars.ts";
import { sliceBars } from "../lib/market/bars.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import type { BlendDecision } from "../lib/blend/blend_decision.ts";
import type { BlendRule } from "../lib/blend/blender.ts";
import { type BlendState, restoreBlendState } from "../lib/blend/blend_state.ts";
import type { Forecast } from "../lib/blend/forecast.ts";
import { runEngine } from "../lib/engine/engine.ts";
import { followBlend, type FollowBlendOptions } from "../lib/blend/follow_blend.ts";
import { type GuardState, withRiskLimits } from "../lib/risk/with_risk_limits.ts";
import { assert, assertClose, assertEquals } from "./assert.ts";
import { createRandom } from "../lib/core/random.ts";
import { barsOf, optionsFor, randomBars, scripted } from "./fixtures/engine_fixture.ts";

const SOURCES = ["forest", "policy"];
const HEDGE: BlendRule = { kind: "hedge", learning: { returnBound: 0.01, rate: 0.5 } };

function randomForecasts(length: number, seed: number): Forecast[][] {
  const random = createRandom(seed);
  return Array.from({ length }, () =>
    SOURCES.map((source) => ({
      source,
      modelVersion: 1,
      position: random.integer(3) - 1,
      probability: 0.5 + random.uniform() / 2,
      veto: random.uniform() < 0.05 ? "unlike the training data" : null,
    })));
}

function optionsOf(forecasts: readonly Forecast[][], changes: Partial<FollowBlendOptions> = {}) {
  return {
    sources: SOURCES,
    forecastsAt: (bar: number) => forecasts[bar]!,
    rule: HEDGE,
    costPerChange: 0.0005,
    lots: 4,
    ...changes,
  };
}

interface Step {
  readonly decision: BlendDecision;
  readonly state: BlendState;
}

function recorded(bars: Bars, options: FollowBlendOptions, from = 0): Step[] {
  const steps: Step[] = [];
  const onDecision = (decision: BlendDecision, state: BlendState) =>
    steps.push({ decision, state });
  const strategy = followBlend({ ...options, onDecision });
  runEngine(bars, optionsFor(bars, strategy, { from }));
  return steps;
}

Deno.test("followBlend() gives every part's own return to the weights, costs taken off", () => {
  const bars = barsOf([400, 400, 404, 400, 400], [400, 400, 404, 400, 400]);
  const forecasts = Array.from({ length: 5 }, () => [
    { source: "forest", modelVersion: 1, position: 1, probability: 0.9, veto: null },
    { source: "policy", modelVersion: 1, position: -1, probability: 0.9, veto: null },
  ]);
  const rule: BlendRule = { kind: "exponentiated-gradient", rate: 10 };
  const steps = recorded(bars, optionsOf(forecasts, { rule, costPerChange: 0.001 }));
  // The first decision earns 400 → 404 from bar 1 to bar 2 and is known at bar 2.
  assertEquals(steps[1]!.state.steps, 0);
  assertEquals(steps[2]!.state.steps, 1);
  const returns = [0.01 - 0.001, -0.01 - 0.001, 0];
  const growth = 1 + (returns[0]! + returns[1]!) / 3;
  const raw = returns.map((value) => Math.exp(10 * value / growth));
  const total = raw[0]! + raw[1]! + raw[2]!;
  raw.forEach((value, i) => assertClose(steps[2]!.state.weights[i]!, value / total, 1e-12));
});

Deno.test("followBlend() on cut or changed future bars decides the same", () => {
  const bars = randomBars(1, 300);
  const forecasts = randomForecasts(300, 2);
  const whole = recorded(bars, optionsOf(forecasts));
  for (const end of [3, 57, 150, 299]) {
    const cut = recorded(sliceBars(bars, 0, end), optionsOf(forecasts));
    assertEquals(cut, whole.slice(0, end - 1));
    const scaled = (prices: Float64Array) =>
      prices.map((price, bar) => bar < end ? price : price * 2);
    const changed = { ...bars, open: scaled(bars.open), close: scaled(bars.close) };
    assertEquals(
      recorded(changed, optionsOf(forecasts)).slice(0, end - 1),
      whole.slice(0, end - 1),
    );
  }
});

Deno.test("followBlend() goes on from a journaled state to the bit", () => {
  const bars = randomBars(3, 200);
  const forecasts = randomForecasts(200, 4);
  const whole = recorded(bars, optionsOf(forecasts));
  for (const stop of [1, 2, 3, 90]) {
    const text = JSON.stringify(whole[stop]!.state);
    const state = restoreBlendState(JSON.parse(text), "hedge", SOURCES, "journal");
    const later = recorded(bars, optionsOf(forecasts, { state }), stop + 1);
    assertEquals(later.map((step) => step.state), whole.slice(stop + 1).map((step) => step.state));
    assertEquals(
      later.map((step) => step.decision.position),
      whole.slice(stop + 1).map((step) => step.decision.position),
    );
  }
});

Deno.test("followBlend() is the same in a second run of the same strategy", () => {
  const bars = randomBars(5, 200);
  const strategy = followBlend(optionsOf(randomForecasts(200, 6)));
  const run = () => structuredClone(runEngine(bars, optionsFor(bars, strategy)));
  assertEquals(run(), run());
});

Deno.test("followBlend() learns from bars at which the engine asks for nothing", () => {
  const bars = randomBars(7, 120);
  const forecasts = randomForecasts(120, 8);
  const isLast = Uint8Array.from({ length: 120 }, (_, bar) => bar % 30 === 29 ? 1 : 0);
  const session = { tradeDay: Int32Array.from(isLast, (_, bar) => Math.floor(bar / 30)), isLast };
  const strategy = followBlend(optionsOf(forecasts, {
    onDecision: (_, state) => assertEquals(state.learntTo, state.steps === 0 ? null : lastAsked()),
  }));
  let asked = 0;
  const lastAsked = () => bars.time[asked]!;
  const watched = {
    ...strategy,
    targetLots: (context: Parameters<typeof strategy.targetLots>[0]) => {
      asked = context.bar;
      return strategy.targetLots(context);
    },
  };
  runEngine(bars, optionsFor(bars, watched, { session, flattenAtSessionEnd: true }));
});

Deno.test("followBlend() keeps the size below a part of the Kelly share", () => {
  const bars = randomBars(9, 60);
  const forecasts = Array.from({ length: 60 }, () => [
    { source: "forest", modelVersion: 1, position: 1, probability: 0.6, veto: null },
    { source: "policy", modelVersion: 1, position: 1, probability: 0.5, veto: null },
  ]);
  const rule: BlendRule = {
    kind: "log-odds-pool",
    pool: { intercept: 0, weights: [1, 1] },
    minConfidence: 0,
  };
  // p = 0.6 at even odds: 20 % of $100,000, a tenth of it at $500 a lot.
  const kelly = { winUsd: 500, lossUsd: 500, part: 0.1 };
  const [first] = recorded(bars, optionsOf(forecasts, { rule, lots: 50, kelly }));
  assertEquals(first!.decision.targetLots, 4);
});

Deno.test("followBlend() refuses a rule that does not fit its parts", () => {
  const rule: BlendRule = {
    kind: "log-odds-pool",
    pool: { intercept: 0, weights: [1] },
    minConfidence: 0,
  };
  assertThrows(() => followBlend(optionsOf([], { rule })), RangeError);
});

Deno.test("withRiskLimits() halts for the day after a daily loss and explains it", () => {
  // Long one lot; 100 ticks of $1.25 lost on the second bar.
  const opens = [4000, 4000, 3900, 3900, 3900, 3900], closes = [4000, 3900, 3900, 3900, 3900, 3900];
  const bars = barsOf(opens, closes);
  const tradeDay = Int32Array.of(1, 1, 1, 1, 2, 2);
  const reasons: string[] = [];
  const guarded = withRiskLimits(scripted([1, 1, 1, 1, 1, 1]), {
    limits: { dailyLossMicros: 100e6 },
    tradeDay,
  });
  const journal = {
    decision: ({ reason }: { reason: string }) => reasons.push(reason),
    order: () => {},
    fill: () => {},
  };
  const result = runEngine(bars, optionsFor(bars, guarded, { journal }));
  assertEquals([...result.positionLots], [0, 1, 0, 0, 0, 1]);
  assert(reasons[1]!.includes("overruled by daily-loss: lost $12"));
});

Deno.test("withRiskLimits() without limits changes nothing, and twice the same", () => {
  const bars = randomBars(11, 300);
  const random = createRandom(12);
  const targets = Array.from({ length: 300 }, () => random.integer(7) - 3);
  const tradeDay = new Int32Array(300);
  const guarded = withRiskLimits(scripted(targets), { limits: {}, tradeDay });
  const plain = structuredClone(runEngine(bars, optionsFor(bars, scripted(targets))));
  for (let run = 0; run < 2; run++) {
    assertEquals(structuredClone(runEngine(bars, optionsFor(bars, guarded))), plain);
  }
});

Deno.test("withRiskLimits() counts losing trades and rests", () => {
  const ticks = [400, 400, 390, 390, 390, 390, 390, 390, 390, 390];
  const bars = barsOf(ticks, ticks);
  const states: GuardState[] = [];
  const guarded = withRiskLimits(scripted([1, 1, 0, 1, 1, 1, 1, 1, 1, 1]), {
    limits: { coolDown: { losses: 1, restMs: 3 * 60_000 } },
    tradeDay: new Int32Array(10),
    onVerdict: (_, state) => states.push(state),
  });
  const costs = { feePerSideMicros: 0, slippageTicks: 0 };
  const executor = createSimulatedExecutor(costs);
  const result = runEngine(bars, optionsFor(bars, guarded, { costs, executor }));
  // Closed at bar 3, known at its close; rests for three minutes from there.
  assertEquals([...result.positionLots], [0, 1, 1, 0, 0, 0, 0, 1, 1, 1]);
  assertEquals(states[3]!.risk.restsUntil, 4 * 60_000 + 3 * 60_000);
  assertEquals(JSON.parse(JSON.stringify(states)), states);
});
