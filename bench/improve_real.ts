/**
 * Nights over real bars, by command: twelve monthly steps over SPY by the hour and eight daily ones over
 * the last two weeks of the 6E minutes (docs/decisions/0136). Whatever comes out is stored; no bars are.
 *
 * Run: `deno task bench improve-real --folder=<bars> [--markets=spy,6e] [--keep=<folder>]`; with the
 * last one the registry, the pages and the nights stay there.
 */
import { join } from "node:path";
import { hardware, versions } from "../lib/core/program.ts";
import {
  beginCampaign,
  type NightCampaign,
  nightSummary,
  runCampaignNight,
  runProgram,
} from "./night_campaign.ts";
import { textFlag } from "./flags.ts";

interface Market {
  readonly file: string;
  /** First day of the bars that are read at all. */
  readonly from: string;
  /** Day behind the last one of each file, the first of which is trained on. */
  readonly until: readonly string[];
  readonly reading: readonly string[];
  readonly nightly: readonly string[];
}

const MONTHS = Array.from(
  { length: 13 },
  (_, month) => new Date(Date.UTC(2020, 3 + month, 1)).toISOString().slice(0, 10),
);
const DAYS = ["22", "23", "24", "25", "26", "27", "30", "31", "32"].map((day) => `2024-01-${day}`);

const MARKETS: Readonly<Record<string, Market>> = {
  spy: {
    ...{ file: "spy_hour_newyork.csv", from: "2016-01-01", until: MONTHS },
    reading: ["--symbol", "SPY", "--time-zone", "America/New_York", "--stamp", "open"],
    nightly: ["--trials", "4", "--folds", "2", "--windows", "2", "--bars", "400", "--ends", "1"],
  },
  "6e": {
    ...{ file: "6eh4_1min_utc.csv", from: "2024-01-01", until: DAYS },
    reading: ["--symbol", "6E", "--time-zone", "UTC", "--stamp", "close"],
    nightly: ["--trials", "4", "--folds", "2", "--windows", "2", "--bars", "400", "--ends", "1"],
  },
};

async function runMarket(name: string, source: string, folder: string) {
  const { file, from, nightly, reading, until } = MARKETS[name]!;
  const [header, ...rows] = (await Deno.readTextFile(join(source, file))).trim().split("\n");
  const read = rows.filter((row) => row >= from);
  const data = join(folder, "bars.csv");
  const write = (end: string): Promise<void> =>
    Deno.writeTextFile(data, [header, ...read.filter((row) => row < end)].join("\n") + "\n");
  const campaign: NightCampaign = {
    ...{ folder, system: name.toUpperCase(), reading, nightly },
    training: ["--model", "logistic", "--folds", "3"],
    fitting: [],
  };
  await write(until[0]!);
  await beginCampaign(campaign, data);
  const nights = [];
  for (const end of until.slice(1)) {
    await write(end);
    const timed = await runCampaignNight(campaign, data);
    if (timed === null) continue;
    nights.push({ ...nightSummary(timed), search: timed.night.search });
    console.error(`${name} to ${end}: ${timed.seconds.toFixed(0)} s, ${timed.night.headline}`);
  }
  await write(until.at(-1)!);
  const served = await backtests(campaign, data, nights.map((night) => night.served));
  return { market: name, from, until, nights, served };
}

const SHOWN = ["totalReturn", "annualReturn", "sharpe", "maxDrawdown", "exposure", "netUsd"];

/** What is kept of `backtest --json`. */
interface BacktestDocument {
  readonly period: unknown;
  readonly verdict: string;
  readonly trades: number;
  readonly metrics: Readonly<Record<string, { readonly value: number | null }>>;
  readonly others: readonly {
    readonly name: string;
    readonly metrics: BacktestDocument["metrics"];
  }[];
}

/** What each version that served did on all bars that it has not seen, beside holding and staying out. */
async function backtests(
  { folder, reading, system }: NightCampaign,
  data: string,
  versions: readonly number[],
) {
  const runs = [];
  for (const version of new Set(versions)) {
    const document = await runProgram("backtest", folder, [
      ...["--system", `${system}@${version}`, "--data", data, ...reading],
      ...["--models", join(folder, "models"), "--reports", join(folder, "reports")],
    ]) as BacktestDocument;
    const { metrics, others, period, trades, verdict } = document;
    const figuresOf = (all: BacktestDocument["metrics"]) =>
      Object.fromEntries(SHOWN.map((name) => [name, all[name]?.value ?? null]));
    runs.push({
      ...{ version, period, trades, verdict, figures: figuresOf(metrics) },
      others: others.map(({ metrics, name }) => ({ name, figures: figuresOf(metrics) })),
    });
  }
  return runs;
}

const markets: Awaited<ReturnType<typeof runMarket>>[] = [];
for (const name of textFlag("markets", Object.keys(MARKETS).join(",")).split(",")) {
  const keep = textFlag("keep", "");
  const folder = keep === "" ? await Deno.makeTempDir() : join(keep, name);
  await Deno.mkdir(folder, { recursive: true });
  try {
    markets.push(await runMarket(name, textFlag("folder", "."), folder));
  } finally {
    if (keep === "") await Deno.remove(folder, { recursive: true });
  }
}
console.log(JSON.stringify(
  {
    bench: "improve-real",
    ...{ date: new Date().toISOString(), hardware: hardware(), versions: versions(), markets },
  },
  null,
  2,
));
