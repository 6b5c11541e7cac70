import process from "node:process";
import { createStoredFeed } from "../lib/feeds/stored_feed.ts";
import { hardware } from "../lib/core/hardware.ts";
import { versions } from "../lib/core/versions.ts";
import { mergeFeeds } from "../lib/live/joined_feeds.ts";
import { defaultRecipe } from "../lib/models/model_families.ts";
import { makeLiveSystem } from "./live_system.ts";
import { memorySlope } from "./memory_slope.ts";
import { tradeSystem } from "./traded_session.ts";
import { countFlag } from "./flags.ts";

const BARS = countFlag("bars", 1_000_000);
const SAMPLES = 100, MEBIBYTE = 2 ** 20;

const live = await makeLiveSystem({
  ...{ recipes: [defaultRecipe("logistic")], hasPolicy: false, testedBars: BARS },
});
const { bars } = live.opened, { lookBack } = live.system;
const first = live.conditions.from - lookBack.featureBars - lookBack.signalBars;
const every = Math.floor(BARS / SAMPLES);
const samples: { readonly bars: number; readonly heapMiB: number; readonly residentMiB: number }[] =
  [];
const started = performance.now();
const outcome = await tradeSystem(live, {
  feed: mergeFeeds("bench", [createStoredFeed(bars, first)]),
  onMoment({ bars }) {
    if (bars % every !== 0) return;
    const { heapUsed, rss } = process.memoryUsage();
    samples.push({ bars, heapMiB: heapUsed / MEBIBYTE, residentMiB: rss / MEBIBYTE });
    if (!Deno.args.includes("--json")) console.error(samples.at(-1));
  },
});
const seconds = (performance.now() - started) / 1_000;
console.log(JSON.stringify(
  {
    benchmark: "soak",
    date: new Date().toISOString(),
    ...{ hardware: hardware(), versions: versions() },
    bars: outcome.bars,
    orders: outcome.orders,
    reason: outcome.reason,
    barsPerSecond: Math.round(outcome.bars / seconds),
    heap: slope(samples.map(({ bars, heapMiB }) => [bars, heapMiB])),
    resident: slope(samples.map(({ bars, residentMiB }) => [bars, residentMiB])),
    first: samples[0],
    last: samples.at(-1),
  },
  null,
  2,
));
await live.session.dispose();

/** Mebibytes a million bars. */
function slope(points: readonly (readonly number[])[]) {
  const { slope, standardError } = memorySlope(points);
  return { mebibytesPerMillionBars: 1e6 * slope, standardError: 1e6 * standardError };
}
