/**
 * The promotion rule alone, without a model or a bar (docs/decisions/0131): how often chance promotes
 * a recipe, how often a better one is found, what the shadow delays, when harm is rolled back. Beside
 * it a loop that serves the newest recipe and one that never changes.
 *
 * Run: `deno task bench promotion [--histories=20000]`.
 */
import { hardware } from "../lib/core/hardware.ts";
import { createRandom, mixSeed } from "../lib/core/random.ts";
import { versions } from "../lib/core/versions.ts";
import { PROMOTION_RULE } from "../lib/improve/mod.ts";
import { attemptLevel, mean, normalQuantile, studentQuantile } from "../lib/statistics/mod.ts";
import {
  playHistory,
  type PromotionWorld,
  sessionsToRollBack,
  tryRecipe,
} from "../tests/fixtures/promotion_histories.ts";
import type { DrawReturn } from "../tests/fixtures/return_worlds.ts";
import { countFlag } from "./flags.ts";

const HISTORIES = countFlag("histories", 20_000);
/** Binomial, 99 %, one-sided: how far a rate over the histories may lie above the true one. */
const SLACK = 2.326;

/** Draws equally likely quantiles: a tenth of the time of drawing from the distribution. */
function drawnFrom(quantile: (probability: number) => number): DrawReturn {
  const table = Float64Array.from({ length: 65_536 }, (_, i) => quantile((i + 0.5) / 65_536));
  return (random) => table[random.bits() >>> 16]!;
}
const normal = drawnFrom(normalQuantile);
/** Student's t with three degrees of freedom at variance 1. */
const fat = drawnFrom((probability) => studentQuantile(probability, 3) / Math.sqrt(3));

const WORLD: PromotionWorld = {
  ...{ historyDays: 1_000, nights: 250, correlation: 0.8, championSharpe: 0.5, draw: normal },
  leadOf: () => 0,
};

const few = Math.max(50, Math.ceil(HISTORIES / 20));

function say(name: string, result: unknown): void {
  console.error(`${name}: ${JSON.stringify(result)}`);
}

/** Every recipe is exactly as good as the champion: each promotion is false. */
function nullHistories(name: string, world: PromotionWorld, histories: number) {
  let promoted = 0, promotions = 0, stopped = 0;
  for (let history = 0; history < histories; history++) {
    const played = playHistory(world, createRandom(mixSeed(history, 1)));
    if (played.promotions.length > 0) promoted++;
    promotions += played.promotions.length;
    stopped += played.stopped;
  }
  const { alpha } = PROMOTION_RULE;
  const limit = alpha + SLACK * Math.sqrt(alpha * (1 - alpha) / histories);
  const falsePromotions = promoted / histories;
  const result = {
    ...{ world: name, histories, nights: world.nights, falsePromotions, limit },
    isWithinAlpha: falsePromotions <= limit,
    ...{ promotions, stopped },
    servesTheNewest: 1,
    neverChanges: 0,
  };
  say("null", result);
  return result;
}

/** One attempt at a recipe that is better, after 250 nights: 1,250 days. */
function power(lead: number, attempt: number, correlation: number, histories: number) {
  const counts = { fixedSample: 0, evidence: 0, recipe: 0, promoted: 0 };
  for (let history = 0; history < histories; history++) {
    const tried = tryRecipe(
      { ...WORLD, correlation },
      lead,
      attempt,
      createRandom(mixSeed(history, 2)),
    );
    for (const key of Object.keys(counts) as (keyof typeof counts)[]) {
      if (tried[key]) counts[key]++;
    }
  }
  const shares = Object.fromEntries(
    Object.entries(counts).map(([key, count]) => [key, count / histories]),
  );
  const result = {
    ...{
      lead,
      attempt,
      level: attemptLevel(attempt, PROMOTION_RULE.alpha),
      correlation,
      histories,
    },
    ...shares,
    share: counts.evidence / counts.fixedSample,
  };
  say("power", result);
  return result;
}

/** What serves, on average, where most recipes are worse and some are better. */
function loops(histories: number) {
  const world: PromotionWorld = { ...WORLD, leadOf: (random) => -0.25 + 0.5 * random.normal() };
  const served: number[] = [], changes: number[] = [], worse: number[] = [];
  for (let history = 0; history < histories; history++) {
    const played = playHistory(world, createRandom(mixSeed(history, 3)));
    served.push(played.served);
    changes.push(played.promotions.length);
    worse.push(played.promotions.filter(({ lead }) => lead < 0).length > 0 ? 1 : 0);
  }
  const average = (values: readonly number[]): number => mean(Float64Array.from(values));
  const result = {
    world: "leads of recipes over the first champion are normal, mean -.25, deviation .5",
    histories,
    rule: { served: average(served), changes: average(changes), promotedWorse: average(worse) },
    servesTheNewest: { served: -0.25, changes: world.nights, promotedWorse: 1 },
    neverChanges: { served: 0, changes: 0, promotedWorse: 0 },
  };
  say("loops", result);
  return result;
}

/** A recipe that lost so much of its annual ratio since it was approved. */
function rollBacks(harm: number, histories: number) {
  const found = Array.from(
    { length: histories },
    (_, history) => sessionsToRollBack(WORLD, harm, createRandom(mixSeed(history, 4))),
  );
  const sessions = Float64Array.from(found, (value) => value ?? Infinity).sort();
  const finite = (value: number) => Number.isFinite(value) ? value : null;
  const result = {
    ...{ harm, histories },
    rolledBackWithinAYear: found.filter((value) => value !== null).length / histories,
    medianSessions: finite(sessions[Math.floor(histories / 2)]!),
    ninetyPercent: finite(sessions[Math.floor(0.9 * histories)]!),
    fastest: finite(sessions[0]!),
  };
  say("rollback", result);
  return result;
}

const document = {
  bench: "promotion",
  hardware: hardware(),
  versions: versions(),
  rule: PROMOTION_RULE,
  shadowDelay: {
    sessionsBeforeHalfSize: PROMOTION_RULE.shadowSessions,
    sessionsBeforeFullSize: PROMOTION_RULE.probationSessions,
  },
  null: [
    nullHistories("normal, correlation .8", WORLD, HISTORIES),
    nullHistories("t(3), correlation .8", { ...WORLD, draw: fat }, Math.ceil(HISTORIES / 10)),
    nullHistories(
      "normal, correlation .2, champion without an edge",
      { ...WORLD, correlation: 0.2, championSharpe: 0 },
      Math.ceil(HISTORIES / 10),
    ),
  ],
  power: [0.5, 1].flatMap((lead) =>
    [0.8, 0.95].flatMap((correlation) =>
      [1, 2, 5, 20].map((attempt) => power(lead, attempt, correlation, 2 * few))
    )
  ),
  loops: loops(few),
  rollback: [0, 1, 2, 4, 8].map((harm) => rollBacks(harm, Math.ceil(few / 10))),
};
console.log(JSON.stringify(document, null, 2));
