/**
 * The whole night, by command, over worlds whose best policy is known and costs nothing: a random walk,
 * where no recipe is better than another; a world that stays as it is; and one whose law turns into its
 * opposite (docs/decisions/0135). What serves after each night is measured on fresh bars of the world
 * as it is then.
 *
 * Run: `deno task bench improve [--null=1x20] [--stationary=1x20] [--flip=3x60]
 * [--flip-after=30] [--processes=2] [--log=FILE]`, seeds and nights of each world.
 */
import { join } from "node:path";
import { hardware, versions } from "../lib/core/program.ts";
import { writeBars } from "../lib/data/mod.ts";
import { nightRuns } from "../lib/improve/night/night_runs.ts";
import { type Bars, findInstrument, sliceBars } from "../lib/market/mod.ts";
import { openRegistry } from "../lib/registry/mod.ts";
import {
  optimalPositions,
  simulateBars,
  type SimulationOptions,
  type World,
  worldReturns,
} from "../lib/simulator/mod.ts";
import { openData } from "../lib/data/mod.ts";
import {
  beginCampaign,
  inParallel,
  type NightCampaign,
  nightSummary,
  runCampaignNight,
  type TimedNight,
} from "./night_campaign.ts";
import { countFlag, textFlag } from "./flags.ts";

const FIRST_BARS = 3_600, BARS_A_NIGHT = 100, FRESH_BARS = 6_000;
const RISING: World = { kind: "ar1", phi: 0.3 }, FALLING: World = { kind: "ar1", phi: -0.3 };
const COSTS = ["--fee", "0", "--slippage-ticks", "0"];

interface Job {
  readonly name: "null" | "stationary" | "flip";
  readonly seed: number;
  readonly nights: number;
}

/** Nights after which the law turns. */
const FLIP_AFTER = countFlag("flip-after", 30);

function worldOf({ name }: Job, night: number): World {
  if (name === "null") return { kind: "gbm", drift: 0 };
  return name === "flip" && night > FLIP_AFTER ? FALLING : RISING;
}

function simulation(world: World, bars: number, seed: number, from?: Bars): SimulationOptions {
  return {
    ...{ world, bars, seed, instrument: findInstrument("MES"), intervalMs: 4 * 3_600_000 },
    start: from === undefined ? Date.UTC(2010, 0, 3) : from.time.at(-1)! + from.intervalMs,
    startPrice: from?.close.at(-1)! ?? 20_000,
    volatilityTicks: 8,
  };
}

/** All bars of a campaign, from the first training to the last night. */
function barsOf(job: Job): Bars {
  const flips = job.name === "flip" && job.nights > FLIP_AFTER;
  const before = FIRST_BARS + BARS_A_NIGHT * (flips ? FLIP_AFTER : job.nights);
  const first = simulateBars(simulation(worldOf(job, 0), before, job.seed));
  if (!flips) return first;
  const rest = BARS_A_NIGHT * (job.nights - FLIP_AFTER);
  const then = simulateBars(simulation(FALLING, rest, job.seed + 1_000, first));
  const column = (name: "time" | "open" | "high" | "low" | "close" | "volume") =>
    Float64Array.of(...first[name]!, ...then[name]!);
  return {
    ...{ instrument: first.instrument, intervalMs: first.intervalMs },
    length: first.length + then.length,
    ...{ time: column("time"), open: column("open"), high: column("high"), low: column("low") },
    ...{ close: column("close"), volume: column("volume") },
  };
}

/** Profit of a version on fresh bars of a world, as a share of the best policy's; null in the random walk. */
async function shareOfOptimum(
  models: string,
  version: number,
  world: World,
  folder: string,
): Promise<number | null> {
  if (world.kind === "gbm") return null;
  const options = { ...simulation(world, FRESH_BARS, 77), start: Date.UTC(2040, 0, 3) };
  const bars = simulateBars(options), path = join(folder, `fresh-${world.kind}.csv`);
  await writeBars(bars, path);
  const opened = await openData({ path, symbol: "MES", load: { timeFormat: "auto" } });
  using registry = openRegistry({ folder: models, clock: { now: () => 0 }, readOnly: true });
  const settings = { cashUsd: 1e6 } as never;
  const run = await nightRuns({ registry, opened, settings } as never, "one").unseen(version);
  const optimal = optimalPositions(bars, options, 0), returns = worldReturns(bars, options);
  const first = bars.length - run!.lots.length;
  let own = 0, best = 0;
  run!.lots.forEach((lots, index) => {
    const row = first + index;
    if (row === 0) return;
    own += Math.sign(lots) * returns[row]!;
    best += optimal[row - 1]! * returns[row]!;
  });
  return own / best;
}

/** Nights as they end, a line each, where `--log` names a file: what is cut off has been something. */
async function keep(night: unknown): Promise<void> {
  const path = textFlag("log", "");
  if (path !== "") await Deno.writeTextFile(path, `${JSON.stringify(night)}\n`, { append: true });
}

async function runJob(job: Job) {
  const folder = await Deno.makeTempDir();
  try {
    const features = join(folder, "features.json"), data = join(folder, "bars.csv");
    await Deno.writeTextFile(
      features,
      JSON.stringify({
        features: [{ feature: "return", periods: [1], lags: [0, 1, 2] }, {
          feature: "volatility",
          periods: [20],
        }],
      }),
    );
    const campaign: NightCampaign = {
      ...{ folder, system: "one", reading: ["--symbol", "MES"] },
      training: [
        ...["--model", "logistic", "--folds", "2", "--features", features, "--horizon", "1"],
        ...["--holdout", "0.2", ...COSTS],
      ],
      fitting: ["--lots", "1", ...COSTS],
      nightly: [
        // A search takes its evidence from years; no recipe is needed to find the new law.
        ...(job.name === "flip" ? ["--no-search"] : ["--trials", "4", "--folds", "2"]),
        ...["--windows", "2", "--bars", "300", "--ends", "1"],
      ],
    };
    const bars = barsOf(job);
    const write = (night: number): Promise<void> =>
      writeBars(sliceBars(bars, 0, FIRST_BARS + BARS_A_NIGHT * night), data);
    await write(0);
    await beginCampaign(campaign, data);
    const models = join(folder, "models");
    const nights = [];
    const shares = new Map<string, number | null>();
    for (let night = 1; night <= job.nights; night++) {
      await write(night);
      const timed = await runCampaignNight(campaign, data) as TimedNight;
      const { champion, moves } = timed.night;
      const served = moves.at(-1)?.toVersion ?? champion.version;
      // A night ends where the next one's bars begin.
      const world = worldOf(job, night + 1), key = JSON.stringify([served, world]);
      if (!shares.has(key)) {
        shares.set(key, await shareOfOptimum(models, served, world, folder));
      }
      nights.push({ ...nightSummary(timed), shareOfOptimum: shares.get(key)! });
      await keep({ ...job, ...nights.at(-1)! });
      console.error(
        `${job.name} ${job.seed}, night ${night}: ${timed.seconds.toFixed(1)} s, share ` +
          `${shares.get(key)?.toFixed(3) ?? "none"}, ${timed.night.headline}`,
      );
    }
    return { ...job, nights };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

type Campaign = Awaited<ReturnType<typeof runJob>>;

function count(campaign: Campaign, question: string, outcome: string): number {
  return campaign.nights.flatMap(({ decisions }) => decisions)
    .filter((decision) => decision.question === question && decision.outcome === outcome).length;
}

/** Bars after the law has turned until something was so; null where it never was. */
function barsAfterFlip(
  { name, nights }: Campaign,
  holds: (night: Campaign["nights"][number]) => boolean,
): number | null {
  if (name !== "flip") return null;
  const found = nights.find((night) => night.number > FLIP_AFTER && holds(night));
  return found === undefined ? null : BARS_A_NIGHT * (found.number - FLIP_AFTER);
}

function verdictOf(campaign: Campaign) {
  const { name, nights, seed } = campaign;
  const seconds = nights.map((night) => night.seconds).toSorted((a, b) => a - b);
  const looks = nights.reduce((sum, night) => sum + night.looks, 0);
  return {
    ...{ name, seed, nights: nights.length, looks },
    nightsInAlarm: nights.filter(({ alarms }) => alarms.length > 0).map(({ number }) => number),
    recipesTried: count(campaign, "recipe", "shadow") + count(campaign, "recipe", "refuse"),
    recipesIntoShadow: count(campaign, "recipe", "shadow"),
    recipesPromoted: count(campaign, "shadow", "promote"),
    refreshes: count(campaign, "refresh", "promote"),
    refreshesRefused: count(campaign, "refresh", "refuse"),
    rolledBack: count(campaign, "champion", "roll back"),
    shareFirst: nights[0]!.shareOfOptimum,
    shareLast: nights.at(-1)!.shareOfOptimum,
    barsToAlarm: barsAfterFlip(campaign, ({ alarms }) => alarms.length > 0),
    barsToRecovery: barsAfterFlip(campaign, ({ shareOfOptimum }) => (shareOfOptimum ?? 0) >= 0.8),
    secondsANight: { median: seconds[seconds.length >> 1]!, most: seconds.at(-1)! },
  };
}

const jobs = (["flip", "null", "stationary"] as const).flatMap((name): Job[] => {
  const [seeds = 0, nights = 0] = textFlag(name, name === "flip" ? "3x60" : "1x20").split("x").map(
    Number,
  );
  return Array.from({ length: seeds }, (_, seed) => ({ name, seed: seed + 1, nights }));
});
const started = performance.now();
const campaigns = await inParallel(jobs, countFlag("processes", 2), runJob);
console.log(JSON.stringify(
  {
    bench: "improve",
    ...{ date: new Date().toISOString(), hardware: hardware(), versions: versions() },
    ...{ minutes: Math.round((performance.now() - started) / 60_000), flags: Deno.args },
    ...{ firstBars: FIRST_BARS, barsANight: BARS_A_NIGHT, flipAfter: FLIP_AFTER },
    ...{ verdicts: campaigns.map(verdictOf), campaigns },
  },
  null,
  2,
));
