/**
 * Nights that are killed by SIGKILL inside their search for a recipe, at random, and run again: each has
 * to finish, once, with the trials that were asked for (docs/decisions/0137). A trial that was cut off
 * counts as one, so that a search may find something else than one that was left alone; how often the
 * decisions are the same all the same is reported.
 *
 * Run: `deno task bench night-search [--kills=6] [--seed=1]`.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson, createRandom, type JsonValue } from "../lib/core/mod.ts";
import { hardware, versions } from "../lib/core/program.ts";
import { writeBars } from "../lib/data/mod.ts";
import { findInstrument, sliceBars } from "../lib/market/mod.ts";
import { openRegistry, openTrialLedger } from "../lib/registry/mod.ts";
import { simulateBars } from "../lib/simulator/mod.ts";
import { copyFolder, decidedBy } from "../tests/fixtures/night_workshop.ts";
import { filesBelow } from "../tests/fixtures/run_command.ts";
import {
  beginCampaign,
  type NightCampaign,
  nightProcess,
  runCampaignNight,
  type TimedNight,
} from "./night_campaign.ts";
import { countFlag } from "./flags.ts";

const BARS = 4_000, TRIALS = 10;

const random = createRandom(countFlag("seed", 1));
const folder = await Deno.makeTempDir();
const models = join(folder, "models"), kept = join(folder, "kept"), data = join(folder, "bars.csv");

/** Files of the stages that have ended. */
function endedStages(): string[] {
  return filesBelow(join(models, "nights")).flatMap((path) =>
    /\.stages\/([\w-]+)\.json$/.exec(path)?.[1] ?? []
  );
}

/** Waits until a condition holds or something is over. */
async function until(holds: () => boolean, isOver: () => boolean): Promise<void> {
  while (!holds() && !isOver()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Kills a night so long after its search has begun; whether it was inside. */
async function killInSearch(campaign: NightCampaign, delayMs: number): Promise<boolean> {
  const process = nightProcess(campaign, data);
  let isOver = false;
  const ended = process.status.then(() => isOver = true);
  await until(
    () => existsSync(join(models, "nights")) && endedStages().includes("drift"),
    () => isOver,
  );
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  if (!isOver) process.kill("SIGKILL");
  await ended;
  const stages = endedStages();
  return stages.includes("drift") && !stages.includes("search");
}

async function heldBy({ night }: TimedNight) {
  using registry = openRegistry({ folder: models, clock: { now: () => 0 }, readOnly: true });
  await using ledger = await openTrialLedger(join(models, "tuning.db"));
  const entries = await ledger.entries({ kind: "search" });
  return {
    number: night.number,
    trials: entries.length,
    doubled: entries.length - new Set(entries.map(({ trial }) => trial)).size,
    moves: registry.history(campaign.system, "champion").length,
  };
}

const campaign: NightCampaign = {
  ...{ folder, system: "one", reading: ["--symbol", "MES"] },
  training: ["--model", "logistic", "--folds", "2", "--holdout", "0.2"],
  fitting: ["--lots", "1"],
  nightly: [
    ...["--trials", String(TRIALS), "--folds", "2", "--windows", "2", "--bars", "300"],
    ...["--ends", "1"],
  ],
};
try {
  const bars = simulateBars({
    world: { kind: "ar1", phi: 0.3 },
    ...{ instrument: findInstrument("MES"), bars: BARS, intervalMs: 4 * 3_600_000, seed: 1 },
    ...{ start: Date.UTC(2010, 0, 3), startPrice: 20_000, volatilityTicks: 8 },
  });
  await writeBars(sliceBars(bars, 0, BARS - 100), data);
  await beginCampaign(campaign, data);
  await writeBars(bars, data);
  await copyFolder(models, kept);
  const whole = (await runCampaignNight(campaign, data))!;
  const expected = canonicalJson(decidedBy(whole.night) as unknown as JsonValue);
  const alone = await heldBy(whole);
  const runs = [];
  while (runs.length < countFlag("kills", 6)) {
    await Deno.remove(models, { recursive: true });
    await copyFolder(kept, models);
    const isInside = await killInSearch(campaign, 300 + 400 * whole.seconds * random.uniform());
    if (!isInside) continue;
    const again = (await runCampaignNight(campaign, data))!;
    const same = canonicalJson(decidedBy(again.night) as unknown as JsonValue) === expected;
    runs.push({ ...await heldBy(again), sameDecision: same });
    console.error(JSON.stringify(runs.at(-1)));
  }
  console.log(JSON.stringify(
    {
      bench: "night-search",
      ...{ date: new Date().toISOString(), hardware: hardware(), versions: versions() },
      ...{ trials: TRIALS, alone, runs },
    },
    null,
    2,
  ));
} finally {
  await Deno.remove(folder, { recursive: true });
}
