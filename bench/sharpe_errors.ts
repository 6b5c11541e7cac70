/**
 * How often the interval by which Sharpe ratios are judged is wrong (docs/decisions/0070): in worlds
 * without an edge it lies above 0, in worlds with one it misses the true ratio. Beside it the t-test
 * and the interval by the normal distribution, which it replaced.
 *
 * Run: `deno task bench sharpe-errors [--worlds=20000]`.
 */
import { createRandom, mixSeed, type Random } from "../lib/core/random.ts";
import { hardware } from "../lib/core/hardware.ts";
import { versions } from "../lib/core/versions.ts";
import { ledoitWolfTest } from "../lib/statistics/ledoit_wolf.ts";
import { pairedSharpe } from "../lib/statistics/paired_sharpe.ts";
import { countSide, FEWEST_ON_A_SIDE } from "../lib/statistics/undecided.ts";
import { sharpeInterval } from "../lib/statistics/sharpe_interval.ts";
import { estimateSharpe, sharpeConfidenceInterval } from "../lib/statistics/sharpe_statistics.ts";
import { studentQuantile } from "../lib/statistics/student_distribution.ts";
import {
  type DrawReturn,
  drawReturns,
  NULL_RETURNS,
  twoValued,
} from "../tests/fixtures/return_worlds.ts";
import { countFlag } from "./flags.ts";

const WORLDS = countFlag("worlds", 20_000);

/** What is counted in each world; shares of the worlds. */
interface Rates {
  /** The interval lies above 0, where enough returns lie on both sides. */
  above: number;
  /** It lies below 0. */
  below: number;
  /** Fewer than five returns gain, or fewer lose: nothing is decided. */
  undecided: number;
  /** The true ratio lies below the interval, or above it. */
  missedBelow: number;
  missedAbove: number;
  /** The t-test, and the interval by the normal distribution, lie above 0. */
  student: number;
  normal: number;
}

function cell(
  name: string,
  periods: number,
  simulate: (periods: number, random: Random) => Float64Array,
  trueSharpe = 0,
) {
  const counts: Rates = {
    ...{ above: 0, below: 0, undecided: 0, missedBelow: 0, missedAbove: 0, student: 0, normal: 0 },
  };
  const limit = studentQuantile(0.975, periods - 1);
  for (let world = 0; world < WORLDS; world++) {
    const returns = simulate(periods, createRandom(mixSeed(world, periods)));
    const fewest = Math.min(countSide(returns, 1), countSide(returns, -1));
    if (fewest < FEWEST_ON_A_SIDE) counts.undecided++;
    const judged = sharpeInterval(returns), estimate = estimateSharpe(returns);
    if (judged === null || estimate === null) continue;
    const [low, high] = judged.interval;
    if (low > 0) counts.above++;
    if (high < 0) counts.below++;
    if (low > trueSharpe) counts.missedBelow++;
    if (high < trueSharpe) counts.missedAbove++;
    if (estimate.sharpe * Math.sqrt(periods) > limit) counts.student++;
    if (sharpeConfidenceInterval(estimate, 0.95)[0] > 0) counts.normal++;
  }
  const rates = Object.fromEntries(
    Object.entries(counts).map(([key, count]) => [key, count / WORLDS]),
  );
  console.error(`${name}, ${periods} periods: ${JSON.stringify(rates)}`);
  return { name, periods, trueSharpe, worlds: WORLDS, ...rates };
}

/** Two independent strategies without an edge: how often one is called better, at 2.5 % a side. */
function pair(name: string, periods: number, draw: DrawReturn) {
  const counts = { better: 0, worse: 0, undecided: 0, ledoitWolfBetter: 0, ledoitWolfWorse: 0 };
  const worlds = Math.ceil(WORLDS / 20);
  for (let world = 0; world < worlds; world++) {
    const random = createRandom(mixSeed(world, periods));
    const one = drawReturns(draw, periods, random);
    const other = drawReturns((source) => source.normal(), periods, random);
    const paired = pairedSharpe(one, other, { periodsPerYear: 1, seed: world, samples: 400 })!;
    if (paired.undecided !== null) counts.undecided++;
    if (paired.interval[0] > 0) counts.better++;
    if (paired.interval[1] < 0) counts.worse++;
    const tested = ledoitWolfTest(one, other, { seed: world, samples: 200 });
    if (tested === null) continue;
    if (tested.bootstrap.interval[0] > 0) counts.ledoitWolfBetter++;
    if (tested.bootstrap.interval[1] < 0) counts.ledoitWolfWorse++;
  }
  const rates = Object.fromEntries(
    Object.entries(counts).map(([key, count]) => [key, count / worlds]),
  );
  console.error(`${name} against normal, ${periods} periods: ${JSON.stringify(rates)}`);
  return { name, periods, worlds, ...rates };
}

const independent = (draw: (random: Random) => number) => (periods: number, random: Random) =>
  drawReturns(draw, periods, random);

function autoregression(periods: number, random: Random): Float64Array {
  let value = random.normal();
  return Float64Array.from({ length: periods }, () => value = 0.2 * value + 0.98 * random.normal());
}

/** Small noise and a rare loss that few samples show. */
function hiddenLoss(random: Random): number {
  return 0.15 + (random.uniform() < 0.05 ? -3 : 0.3 * random.normal());
}

/** Twice as spread after a large move, as markets are. */
function clustered(periods: number, random: Random): Float64Array {
  let variance = 1, last = 0;
  return Float64Array.from({ length: periods }, () => {
    variance = 0.05 + 0.15 * last ** 2 + 0.8 * variance;
    return last = Math.sqrt(variance) * random.normal();
  });
}

const LENGTHS = [60, 250];
const gate = LENGTHS.flatMap((periods) =>
  Object.entries(NULL_RETURNS).map(([name, draw]) => cell(name, periods, independent(draw)))
);
const others = LENGTHS.flatMap((periods) => [
  cell("autocorrelation 0.2", periods, autoregression),
  cell("clustered spread", periods, clustered),
  cell("two values, loss 25 %", periods, independent(twoValued(0.25))),
  cell("two values, loss 90 %", periods, independent(twoValued(0.9))),
  cell("a loss of 5 % behind noise", periods, independent(hiddenLoss)),
]);
const power = LENGTHS.map((periods) =>
  cell("normal, true ratio 0.2", periods, independent((random) => 0.2 + random.normal()), 0.2)
);
const pairs = LENGTHS.flatMap((periods) =>
  Object.entries(NULL_RETURNS).map(([name, draw]) => pair(name, periods, draw))
);
console.log(JSON.stringify({
  benchmark: "sharpe-errors",
  date: new Date().toISOString(),
  versions: versions(),
  hardware: hardware(),
  nominal: 0.025,
  gate,
  others,
  power,
  pairs,
}));
