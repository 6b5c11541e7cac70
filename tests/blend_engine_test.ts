import { throws as assertThrows } from "node:assert/strict";
import type { Bars } from "../lib/market/bars.ts";
import { sliceBars } from "../lib/market/bars.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import type { BlendDecision } from "../lib/blend/blend_decision.ts";
import type { BlendRule } from "../lib/blend/blender.ts";
import { type BlendState, restoreBlendState } from "../lib/blend/blend_state.ts";
import type { PartForecast } from "../lib/blend/forecast.ts";
import type { JsonValue } from "../lib/core/json.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import type { RunObserver } from "../lib/engine/run_options.ts";
import { followBlend, type FollowBlendOptions } from "../lib/blend/follow_blend.ts";
import type { Forecaster } from "../lib/trading/strategy.ts";
import { assert, assertClose, assertEquals } from "./assert.ts";
import { createRandom } from "../lib/core/random.ts";
import { barsOf, optionsFor, randomBars, scripted } from "./fixtures/engine_fixture.ts";

const SOURCES = ["forest", "policy"];
const HEDGE: BlendRule = { kind: "hedge", learning: { returnBound: 0.01, rate: 0.5 } };

function randomForecasts(length: number, seed: number): PartForecast[][] {
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

function optionsOf(
  forecasts: readonly PartForecast[][],
  changes: Partial<FollowBlendOptions> = {},
) {
  return {
    sources: SOURCES,
    forecastsAt: (bar: number) => forecasts[bar]!,
    rule: HEDGE,
    changeCost: 0.05,
    bet: null,
    ...changes,
  };
}

interface Step {
  readonly decision: BlendDecision;
  readonly state: BlendState;
  /** Everything that the blend remembers after it. */
  readonly saved: JsonValue;
}

function recorded(bars: Bars, options: FollowBlendOptions, from = 0, saved?: JsonValue): Step[] {
  const steps: Step[] = [];
  let forecaster: Forecaster | null = null;
  const onDecision = (decision: BlendDecision, state: BlendState) =>
    void steps.push({ decision, state, saved: forecaster!.save() });
  const strategy = followBlend({ ...options, onDecision });
  const begin = () => forecaster = strategy.begin(saved);
  runEngine(bars, optionsFor(bars, { ...strategy, begin }, { from }));
  return steps;
}

Deno.test("followBlend() gives every part's own return to the weights, costs taken off", () => {
  const bars = barsOf([400, 400, 404, 400, 400], [400, 400, 404, 400, 400]);
  const forecasts = Array.from({ length: 5 }, () => [
    { source: "forest", modelVersion: 1, position: 1, probability: 0.9, veto: null },
    { source: "policy", modelVersion: 1, position: -1, probability: 0.9, veto: null },
  ]);
  const rule: BlendRule = { kind: "exponentiated-gradient", rate: 10 };
  const steps = recorded(bars, optionsOf(forecasts, { rule, changeCost: 0.1 }));
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

Deno.test("followBlend() goes on from a saved state to the bit", () => {
  const bars = randomBars(3, 200);
  const forecasts = randomForecasts(200, 4);
  const whole = recorded(bars, optionsOf(forecasts));
  for (const stop of [1, 2, 3, 90]) {
    const saved = JSON.parse(JSON.stringify(whole[stop]!.saved));
    assertEquals(restoreBlendState(saved.blend, "hedge", SOURCES, "journal"), saved.blend);
    const later = recorded(bars, optionsOf(forecasts), stop + 1, saved);
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

Deno.test("followBlend() learns from bars at which nothing is acted on", () => {
  const bars = randomBars(7, 120);
  const forecasts = randomForecasts(120, 8);
  const isLast = Uint8Array.from({ length: 120 }, (_, bar) => bar % 30 === 29 ? 1 : 0);
  const session = { tradeDay: Int32Array.from(isLast, (_, bar) => Math.floor(bar / 30)), isLast };
  let decided = 0;
  const strategy = followBlend(optionsOf(forecasts, {
    onDecision(_, state, bar) {
      assertEquals(state.learntTo, state.steps === 0 ? null : bars.time[bar]!);
      assertEquals(isLast[bar], 0);
      decided++;
    },
  }));
  runEngine(bars, optionsFor(bars, strategy, { session, flattenAtSessionEnd: true }));
  assertEquals(decided, 120 - 4);
});

Deno.test("followBlend() refuses a rule that does not fit its parts", () => {
  const rule: BlendRule = {
    kind: "log-odds-pool",
    pool: { intercept: 0, weights: [1] },
    minConfidence: 0,
  };
  assertThrows(() => followBlend(optionsOf([], { rule })), RangeError);
});

Deno.test("limits of risk halt for the day after a daily loss and explain it", () => {
  // Long one lot; 100 ticks of $1.25 lost on the second bar.
  const opens = [4000, 4000, 3900, 3900, 3900, 3900], closes = [4000, 3900, 3900, 3900, 3900, 3900];
  const bars = barsOf(opens, closes);
  const session = { tradeDay: Int32Array.of(1, 1, 1, 1, 2, 2), isLast: new Uint8Array(6) };
  const reasons: string[] = [];
  const observer = {
    onDecision: ({ sentence }: { sentence: string }) => void reasons.push(sentence),
  };
  const limits = { dailyLossMicros: 100e6 };
  const strategy = scripted([1, 1, 1, 1, 1, 1]);
  const result = runEngine(bars, optionsFor(bars, strategy, { session, limits, observer }));
  assertEquals([...result.positionLots], [0, 1, 0, 0, 0, 1]);
  assert(reasons[1]!.includes("overruled by daily-loss: lost $12"));
});

Deno.test("empty limits of risk change nothing, and a second run is the same", () => {
  const bars = randomBars(11, 300);
  const random = createRandom(12);
  const strategy = scripted(Array.from({ length: 300 }, () => random.integer(7) - 3));
  const plain = structuredClone(runEngine(bars, optionsFor(bars, strategy)));
  for (let run = 0; run < 2; run++) {
    const limited = runEngine(bars, optionsFor(bars, strategy, { limits: {} }));
    assertEquals(structuredClone(limited), plain);
  }
});

Deno.test("limits of risk count losing trades and rest", () => {
  const ticks = [400, 400, 390, 390, 390, 390, 390, 390, 390, 390];
  const bars = barsOf(ticks, ticks);
  const limits = { coolDown: { losses: 1, restMs: 3 * 60_000 } };
  const strategy = scripted([1, 1, 0, 1, 1, 1, 1, 1, 1, 1]);
  const costs = { feePerSideMicros: 0, slippageTicks: 0 };
  const executor = createSimulatedExecutor(costs);
  const rests: (string | undefined)[] = [];
  const observer: RunObserver = {
    onDecision: ({ verdict }) => void rests.push(verdict?.vetoes[0]),
  };
  const changes = { costs, executor, limits, observer };
  const result = runEngine(bars, optionsFor(bars, strategy, changes));
  // Closed at bar 3, known at its close; rests for three minutes from there.
  assertEquals([...result.positionLots], [0, 1, 1, 0, 0, 0, 0, 1, 1, 1]);
  const rest = "cool-down";
  assertEquals(rests.slice(2, 8), [undefined, rest, rest, rest, undefined, undefined]);
});
