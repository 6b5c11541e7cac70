/**
 * How long a session takes from the arrival of a bar until its order leaves: five models as
 * WebAssembly in a worker, every entry of the journal on the disk before the order. Once with a
 * broker in the same process, as a venue's is whose answers come by themselves, once with the paper
 * broker of the task `trade`, which fills the bar first.
 *
 * Run: `deno task bench bar-to-order [--json]` with nothing beside it
 */
import { createSimulatedBroker } from "../lib/execution/simulated/simulated_broker.ts";
import { createStoredFeed } from "../lib/feeds/stored_feed.ts";
import { hardware } from "../lib/core/hardware.ts";
import { versions } from "../lib/core/versions.ts";
import { mergeFeeds } from "../lib/live/joined_feeds.ts";
import type { SessionFeed } from "../lib/live/session_feed.ts";
import type { BarBroker } from "../lib/trading/broker.ts";
import { DEMO_RECIPES } from "../tasks/demo.ts";
import { type LiveSystem, makeLiveSystem } from "./live_system.ts";
import { tradeSystem } from "./traded_session.ts";

const TESTED_BARS = 6_000, WARM_ORDERS = 50;
/**
 * A replay hands the next bar over as soon as the last one is done with; in time a bar finds memory
 * and processor cold, as they are after a pause.
 */
const PAUSES_MS = { topSpeed: 0, afterPause: 5 };

const live = await makeLiveSystem({
  ...{ recipes: DEMO_RECIPES, hasPolicy: true, testedBars: TESTED_BARS },
});
const { bars } = live.opened, { symbol } = bars.instrument;
const inProcess = () =>
  createSimulatedBroker(
    { [symbol]: { bars, costs: live.conditions.costs } },
    live.conditions.initialCashUsd,
    { now: () => 0 },
  );
const document = {
  benchmark: "bar-to-order",
  date: new Date().toISOString(),
  ...{ hardware: hardware(), versions: versions() },
  models: live.models.map(({ manifest }) => `${manifest.kind}, window ${manifest.window}`),
  unit: "milliseconds from the arrival of a bar to its order",
  pauseMs: PAUSES_MS,
  brokerInProcess: {
    topSpeed: await timed(live, PAUSES_MS.topSpeed, inProcess()),
    afterPause: await timed(live, PAUSES_MS.afterPause, inProcess()),
  },
  paperBroker: {
    topSpeed: await timed(live, PAUSES_MS.topSpeed),
    afterPause: await timed(live, PAUSES_MS.afterPause),
  },
};
console.log(JSON.stringify(document, null, 2));
await live.session.dispose();

async function timed(live: LiveSystem, pauseMs: number, broker?: BarBroker) {
  const took: number[] = [];
  let arrived: number | null = null;
  const { lookBack } = live.system;
  const first = live.conditions.from - lookBack.featureBars - lookBack.signalBars;
  const stored = mergeFeeds("bench", [createStoredFeed(bars, first)]);
  const feed: SessionFeed = {
    name: stored.name,
    async next() {
      const group = await stored.next();
      if (group === null || bars.time[group[0]!.row]! < bars.time[live.conditions.from]!) {
        return group;
      }
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      arrived = performance.now();
      return group.map((bar) => ({ ...bar, receivedAt: Date.now() }));
    },
  };
  const outcome = await tradeSystem(live, {
    feed,
    ...(broker === undefined ? {} : { broker }),
    onSubmit() {
      // Of several orders of one bar the first is timed.
      if (arrived !== null) took.push(performance.now() - arrived);
      arrived = null;
    },
  });
  const sorted = took.slice(WARM_ORDERS).sort((a, b) => a - b);
  const quantile = (share: number): number =>
    Math.round(1_000 * sorted[Math.floor(share * (sorted.length - 1))]!) / 1_000;
  return {
    bars: outcome.bars,
    orders: sorted.length,
    p50: quantile(0.5),
    p90: quantile(0.9),
    p99: quantile(0.99),
    p999: quantile(0.999),
    most: quantile(1),
  };
}
