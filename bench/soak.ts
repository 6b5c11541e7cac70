/**
 * One session over a million bars: a model in a worker, a journal on the disk, a paper broker in a
 * process of its own. Memory is looked at as it goes; its slope is that of a line through the second
 * half, where everything is warm.
 *
 * Run: `deno task bench soak [--json] [--bars N]`
 */
import process from "node:process";
import { createStoredFeed } from "../lib/feeds/stored_feed.ts";
import { hardware } from "../lib/core/hardware.ts";
import { versions } from "../lib/core/versions.ts";
import { mergeFeeds } from "../lib/live/session_feed.ts";
import { defaultRecipe } from "../lib/models/model_families.ts";
import { makeLiveSystem } from "./live_system.ts";
import { tradeSystem } from "./traded_session.ts";

const wanted = Deno.args.indexOf("--bars");
const BARS = wanted < 0 ? 1_000_000 : Number(Deno.args[wanted + 1]);
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

/** Mebibytes a million bars by least squares over the second half, with its standard error. */
function slope(points: readonly (readonly number[])[]) {
  const half = points.slice(points.length >> 1);
  const mean = (of: (point: readonly number[]) => number): number =>
    half.reduce((sum, point) => sum + of(point), 0) / half.length;
  const [meanX, meanY] = [mean(([x]) => x!), mean(([, y]) => y!)];
  const spread = mean(([x]) => (x! - meanX) ** 2);
  const perBar = mean(([x, y]) => (x! - meanX) * (y! - meanY)) / spread;
  const residual = mean(([x, y]) => (y! - meanY - perBar * (x! - meanX)) ** 2);
  const error = Math.sqrt(residual / (half.length - 2) / spread);
  return { mebibytesPerMillionBars: 1e6 * perBar, standardError: 1e6 * error };
}
