/**
 * False promotions (docs/methods.md#nothing-to-learn): worlds in which nothing can be learnt,
 * through all that `rl` does but the page. At most the 99 % binomial bound of policies may be
 * promoted, those must not earn forward, and the learnt policies should hardly turn.
 *
 * Run: `deno task bench rl-null [--worlds=40] [--bars=12000] [--folder=<real bars>] [--json]`; with a folder a third
 * of the worlds are shuffled blocks of SPY's demeaned hourly returns.
 */
import { join } from "node:path";
import { simulateBars, type SimulationOptions } from "../lib/simulator/simulator.ts";
import { type Bars, closeReturns } from "../lib/market/bars.ts";
import { createCalendar, sessionMarks } from "../lib/market/calendar.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import { tickValueMicros } from "../lib/market/tick_value.ts";
import { createRandom, mixSeed } from "../lib/core/random.ts";
import {
  type AccountSettings,
  createRunConditions,
  modelPredictions,
  modelStrategy,
} from "../lib/system/mod.ts";
import { evaluate } from "../lib/evaluation/evaluate.ts";
import { openData, type OpenedData } from "../lib/data/open_data.ts";
import { hardware } from "../lib/core/hardware.ts";
import { versions } from "../lib/core/versions.ts";
import {
  DEFAULT_POLICY_SETTINGS,
  learnPolicy,
  type PolicySettings,
} from "../lib/evaluation/rl/learn.ts";
import { countFlag, textFlag } from "./flags.ts";

/** Small, so that many worlds fit into minutes; everything else as `rl` has it. */
const SETTINGS: PolicySettings = {
  ...DEFAULT_POLICY_SETTINGS,
  parameters: {
    ...DEFAULT_POLICY_SETTINGS.parameters,
    size: "small",
    members: 2,
    episodes: 16,
    steps: 120,
  },
};
const MARKET: AccountSettings = {
  costs: { slippageTicks: 1 },
  cashUsd: 100_000,
  flattenAtSessionEnd: false,
};
const LEVEL = 0.05;
const BLOCK_BARS = 20;

const worlds = countFlag("worlds", 40);
const bars = countFlag("bars", 12_000);
const folder = textFlag("folder", "");

function simulation(kind: "gbm" | "garch", seed: number): SimulationOptions {
  return {
    world: kind === "gbm" ? { kind, drift: 0 } : { kind },
    instrument: findInstrument("MES"),
    bars,
    intervalMs: 3_600_000,
    seed,
    start: Date.UTC(2000, 0, 3),
    startPrice: 5_000,
    volatilityTicks: 16,
  };
}

/** Real returns without their mean, in blocks drawn at random, as MES bars. */
function shuffled(returns: Float64Array, seed: number): Bars {
  const random = createRandom(mixSeed(seed, 5));
  const frame = simulateBars(simulation("gbm", seed));
  const scale = 16 * frame.instrument.tickSize / 5_000 / deviation(returns);
  const tick = frame.instrument.tickSize;
  const open = new Float64Array(bars), close = new Float64Array(bars);
  let exact = 5_000, at = 0;
  for (let bar = 0; bar < bars; bar++) {
    if (bar % BLOCK_BARS === 0) at = random.integer(returns.length - BLOCK_BARS);
    open[bar] = bar === 0 ? exact : close[bar - 1]!;
    exact *= 1 + scale * returns[at++]!;
    close[bar] = Math.round(exact / tick) * tick;
  }
  const high = open.map((price, bar) => Math.max(price, close[bar]!));
  const low = open.map((price, bar) => Math.min(price, close[bar]!));
  return { ...frame, open, high, low, close };
}

function deviation(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}

function opened(made: Bars, seed: number): OpenedData {
  const calendar = createCalendar(made.instrument);
  return {
    bars: made,
    calendar,
    session: sessionMarks(made, calendar),
    source: { path: "null world", bytes: 0, sha256: String(seed).padStart(64, "0"), request: null },
    problemCounts: {},
    notes: [],
  };
}

async function runWorld(name: string, made: Bars, seed: number) {
  const data = opened(made, seed);
  const control = { clock: { now: () => performance.timeOrigin + performance.now() } };
  const { manifest, onnx } = await learnPolicy(data, { ...SETTINGS, seed }, MARKET, control);
  const model = { name: "policy", version: seed, onnxSha256: manifest.onnx.sha256, manifest };
  const rows = { from: manifest.data.rows, to: made.length };
  const { conditions, lots } = createRunConditions(data, MARKET, rows);
  const signals = await modelPredictions(onnx, manifest, data);
  const followed = { ...model, manifest: { ...manifest, stance: "trade" as const } };
  const { netUsd } = evaluate(conditions, modelStrategy(followed, signals, conditions));
  const lotUsd = manifest.training.referenceTicks * tickValueMicros(made.instrument) / 1e6 * lots;
  return {
    world: name,
    seed,
    isPromoted: manifest.stance === "trade",
    evidenceT: manifest.evidence.t,
    turnover: manifest.behaviour.turnover,
    /** Deviations per bar on the held-out bars, had it been followed. */
    forward: netUsd / lotUsd / (rows.to - rows.from),
    seconds: manifest.trainingSeconds,
  };
}

/** Most of `count` that chance promotes at `LEVEL` with probability 99 %. */
function binomialBound(count: number): number {
  let probability = (1 - LEVEL) ** count, sum = probability, successes = 0;
  while (sum < 0.99) {
    probability *= (count - successes) / (successes + 1) * LEVEL / (1 - LEVEL);
    sum += probability;
    successes++;
  }
  return successes;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

async function realReturns(): Promise<Float64Array | null> {
  if (folder === "") return null;
  const { bars: real } = await openData({
    path: join(folder, "spy_hour_newyork.csv"),
    symbol: "SPY",
    load: { timeFormat: "auto", stamp: "open", timeZone: "America/New_York" },
  });
  const returns = closeReturns(real).subarray(1);
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  return returns.map((value) => value - mean);
}

const real = await realReturns();
const kinds = ["gbm", "garch", ...(real === null ? [] : ["shuffled"])];
const results = [];
for (let seed = 1; seed <= worlds; seed++) {
  const kind = kinds[seed % kinds.length]!;
  const made = kind === "shuffled"
    ? shuffled(real!, seed)
    : simulateBars(simulation(kind as "gbm" | "garch", seed));
  const result = await runWorld(kind, made, seed);
  results.push(result);
  console.error(
    `${kind}, seed ${seed}: ${result.isPromoted ? "PROMOTED" : "stands aside"}, turnover ` +
      `${result.turnover.toFixed(4)}, forward ${result.forward.toFixed(4)}, ${
        result.seconds.toFixed(1)
      } s`,
  );
}

const promoted = results.filter(({ isPromoted }) => isPromoted);
const learntTurnover = median(results.map(({ turnover }) => turnover));
const followedTurnover = median(
  results.map(({ isPromoted, turnover }) => isPromoted ? turnover : 0),
);
const forward = promoted.map((result) => result.forward);
const mean = forward.reduce((sum, value) => sum + value, 0) / forward.length;
const error = Math.sqrt(
  forward.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (forward.length - 1) /
    forward.length,
);
const document = {
  benchmark: "rl-null",
  date: new Date().toISOString(),
  hardware: hardware(),
  versions: versions(),
  settings: SETTINGS,
  market: MARKET,
  bars,
  worlds,
  promoted: promoted.length,
  allowed: binomialBound(worlds),
  forwardOfPromoted: promoted.length < 2 ? null : {
    mean,
    interval: [mean - 1.96 * error, mean + 1.96 * error],
  },
  /** Full positions a bar, whether or not the policy may be followed. */
  medianLearntTurnover: learntTurnover,
  /** The same with policies that stand aside at 0: what is traded. */
  medianFollowedTurnover: followedTurnover,
  results,
};
if (Deno.args.includes("--json")) console.log(JSON.stringify(document, null, 2));
else {
  console.log(
    `${document.promoted} of ${worlds} promoted (at most ${document.allowed}); median turnover ` +
      `learnt ${learntTurnover}, followed ${followedTurnover}`,
  );
}
