/**
 * Size and power of the statistics against overfitting
 * (docs/methods.md#bootstraps-and-data-snooping): how often each says "skill" in worlds where
 * nothing or one thing has it, and what they cost.
 *
 * Run: `deno task bench validation [--worlds=500]`.
 */
import { correlation, indexOfLargest, mean, standardDeviation } from "../lib/statistics/moments.ts";
import { createRandom, mixSeed, type Random } from "../lib/core/random.ts";
import { backtestOverfitting } from "../lib/statistics/backtest_overfitting.ts";
import { bootstrapInterval } from "../lib/statistics/bootstrap.ts";
import {
  realityCheck,
  stepwiseSuperiority,
  superiorAbility,
} from "../lib/statistics/data_snooping.ts";
import { resampleMeans } from "../lib/statistics/resampled_means.ts";
import { jobsonKorkieTest } from "../lib/statistics/jobson_korkie.ts";
import { ledoitWolfTest } from "../lib/statistics/ledoit_wolf.ts";
import {
  deflatedSharpe,
  estimateSharpe,
  probabilisticSharpe,
} from "../lib/statistics/sharpe_statistics.ts";
import { hardware } from "../lib/core/hardware.ts";
import { versions } from "../lib/core/versions.ts";
import { countFlag } from "./flags.ts";

const WORLDS = countFlag("worlds", 500);
const LEVEL = 0.05;

/** How the returns of a world's trials come about; spread 1. */
interface World {
  readonly trials: number;
  readonly periods: number;
  /** Lag-1 autocorrelation. */
  readonly phi: number;
  /** Correlation of any two trials. */
  readonly shared: number;
  /** Mean of the first trial and of all others. */
  readonly means: readonly [first: number, others: number];
}

function simulate({ trials, periods, phi, shared, means }: World, seed: number): Float64Array[] {
  const random = createRandom(seed);
  const common = autoregression(random, periods, phi);
  return Array.from({ length: trials }, (_, trial) => {
    const own = autoregression(random, periods, phi);
    const middle = trial === 0 ? means[0] : means[1];
    return own.map((value, i) =>
      Math.sqrt(1 - shared) * value + Math.sqrt(shared) * common[i]! + middle
    );
  });
}

function autoregression(random: Random, length: number, phi: number): Float64Array {
  const scale = Math.sqrt(1 - phi * phi);
  let value = random.normal();
  return Float64Array.from({ length }, () => value = phi * value + scale * random.normal());
}

/** Which statistics call the best trial of one world skilled. */
function decide(world: World, seed: number): Record<string, boolean> {
  const trials = simulate(world, seed);
  const resampled = resampleMeans(trials, { seed: mixSeed(seed, 1), samples: 199 });
  const estimates = trials.map((returns) => estimateSharpe(returns)!);
  const ratios = Float64Array.from(estimates, ({ sharpe }) => sharpe);
  const best = estimates[indexOfLargest(ratios)]!;
  const variance = standardDeviation(ratios) ** 2;
  return {
    realityCheck: realityCheck(resampled).pValue <= LEVEL,
    superiorAbility: superiorAbility(resampled).consistent <= LEVEL,
    stepwise: Math.min(...stepwiseSuperiority(resampled).adjustedPValues) <= LEVEL,
    deflatedSharpe: deflatedSharpe(best, trials.length, variance) > 1 - LEVEL,
    naiveSharpe: probabilisticSharpe(best, 0) > 1 - LEVEL,
    overfittingBelow02: backtestOverfitting(trials, { blocks: 8 }).probability.value! <= 0.2,
  };
}

function rates(name: string, world: World, worlds = WORLDS) {
  const counts: Record<string, number> = {};
  for (let index = 0; index < worlds; index++) {
    for (const [test, says] of Object.entries(decide(world, mixSeed(index, world.trials)))) {
      counts[test] = (counts[test] ?? 0) + (says ? 1 : 0);
    }
  }
  const says = Object.fromEntries(
    Object.entries(counts).map(([test, count]) => [test, count / worlds]),
  );
  const row = { name, ...world, worlds, says };
  console.error(`${name}, ${world.trials} trials: ${JSON.stringify(says)}`);
  return row;
}

/** Rejections of equal Sharpe ratios by three tests. */
function sharpeSize(periods: number, phi: number, isFat: boolean) {
  const counts = { jobsonKorkie: 0, ledoitWolf: 0, ledoitWolfBootstrap: 0 };
  for (let world = 0; world < WORLDS; world++) {
    const series = simulate(
      { trials: 2, periods, phi, shared: 0.5, means: [0.05, 0.05] },
      mixSeed(world, periods),
    );
    const random = createRandom(mixSeed(world, 2));
    // One shock in ten is three times as large, for both at once.
    const size = Float64Array.from(
      { length: periods },
      () => isFat && random.uniform() < 0.1 ? 3 : 1,
    );
    const [first, second] = series.map((values) => values.map((value, i) => value * size[i]!)) as [
      Float64Array,
      Float64Array,
    ];
    const plain = jobsonKorkieTest({
      first: estimateSharpe(first)!.sharpe,
      second: estimateSharpe(second)!.sharpe,
      correlation: correlation(first, second),
      periods,
    });
    const robust = ledoitWolfTest(first, second, { seed: world, samples: 199 })!;
    if (plain.pValue <= LEVEL) counts.jobsonKorkie++;
    if (robust.pValue <= LEVEL) counts.ledoitWolf++;
    if (robust.bootstrap.pValue <= LEVEL) counts.ledoitWolfBootstrap++;
  }
  const says = Object.fromEntries(
    Object.entries(counts).map(([test, count]) => [test, count / WORLDS]),
  );
  console.error(`equal Sharpe ratios, ${periods} periods, phi ${phi}: ${JSON.stringify(says)}`);
  return { periods, phi, isFat, worlds: WORLDS, says };
}

/** How often a 90 % interval of the mean holds the true one. */
function coverage(blockLength: number | undefined) {
  let covered = 0;
  for (let world = 0; world < WORLDS; world++) {
    const series = autoregression(createRandom(world), 1_000, 0.3);
    const [low, high] = bootstrapInterval(series, mean, {
      seed: mixSeed(world, 3),
      samples: 400,
      level: 0.9,
      studentise: false,
      ...(blockLength === undefined ? {} : { blockLength }),
    }).percentile!;
    if (low <= 0 && 0 <= high) covered++;
  }
  const row = {
    blockLength: blockLength ?? "automatic",
    worlds: WORLDS,
    covered: covered / WORLDS,
  };
  console.error(`90 % interval of an autoregression's mean: ${JSON.stringify(row)}`);
  return row;
}

function seconds(name: string, run: () => unknown) {
  const started = performance.now();
  run();
  const took = (performance.now() - started) / 1000;
  console.error(`${name}: ${took.toFixed(2)} s`);
  return { name, seconds: took };
}

const NULL_WORLD = { periods: 250, phi: 0, shared: 0, means: [0, 0] } as const;
const size = [
  ...[10, 50, 200].map((trials) => rates("nothing to find", { ...NULL_WORLD, trials })),
  rates("nothing to find, correlated", { ...NULL_WORLD, trials: 50, shared: 0.7 }),
  rates("nothing to find, autocorrelated", { ...NULL_WORLD, trials: 50, phi: 0.3 }),
];
const POWER_WORLDS = Math.ceil(WORLDS / 5);
const one = { trials: 50, periods: 1_000, phi: 0, shared: 0 } as const;
const power = [
  rates("one of 50 has 0.15", { ...one, means: [0.15, 0] }, POWER_WORLDS),
  rates("one of 50 has 0.1", { ...one, means: [0.1, 0] }, POWER_WORLDS),
  rates("one has 0.1, the others lose 0.3", { ...one, means: [0.1, -0.3] }, POWER_WORLDS),
];
const sharpe = [
  sharpeSize(250, 0, false),
  sharpeSize(250, 0.2, true),
  sharpeSize(1_000, 0.2, true),
];
const intervals = [coverage(undefined), coverage(1)];
const large = simulate({ ...NULL_WORLD, trials: 1_000, periods: 1_008 }, 1);
const speed = [
  seconds("PBO, 1,000 trials, 1,008 periods, 16 blocks", () => backtestOverfitting(large)),
  seconds(
    "2,000 resampled worlds of 1,000 trials, 1,008 periods",
    () => resampleMeans(large, { seed: 1 }),
  ),
];
console.log(JSON.stringify({
  benchmark: "validation",
  date: new Date().toISOString(),
  versions: versions(),
  hardware: hardware(),
  level: LEVEL,
  size,
  power,
  sharpe,
  intervals,
  speed,
}));
