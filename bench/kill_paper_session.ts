/**
 * A scripted session in a process of its own: some hours of simulated MES bars, a rule that trades
 * often, a paper broker whose address comes on standard input. Prints how it and the broker's books
 * stand at the end. Started by `bench/kill_paper.ts`.
 */
import { SYSTEM_CLOCK } from "../cli/system_clock.ts";
import { openSimulated } from "../lib/evaluation/simulation.ts";
import { connectPaperBroker, readPaperAddresses } from "../lib/execution/paper.ts";
import { openJournal } from "../lib/journal/mod.ts";
import { ManualControls } from "../lib/live/controls.ts";
import { runSession } from "../lib/live/run_session.ts";
import { mergeFeeds } from "../lib/live/joined_feeds.ts";
import { createStoredFeed } from "../lib/feeds/stored_feed.ts";
import { sliceBars } from "../lib/market/bars.ts";
import { timeSeriesMomentum } from "../lib/strategies/baselines.ts";
import { TRENDING } from "../tests/fixtures/blend_fixture.ts";
import { decideBy } from "../tests/fixtures/session_fixture.ts";

const LOOK_BACK = 3, BARS = 40, CASH_USD = 100_000;
const [sessions = "", name = ""] = Deno.args;

const whole = await openSimulated({ ...TRENDING, bars: 2_000 });
const opened = { ...whole, bars: sliceBars(whole.bars, 0, BARS) };
const { bars } = opened;
const { instrument, intervalMs } = bars;
const costs = { feePerSideMicros: 620_000, slippageTicks: 1 };

using journal = openJournal({
  sessions,
  account: { name, broker: "paper", number: name, mode: "paper" },
  owner: "bench kill",
  clock: SYSTEM_CLOCK,
});
const broker = await connectPaperBroker({
  ...{ account: name, session: name, books: "carried", initialCashUsd: CASH_USD },
  ...{ markets: { [instrument.symbol]: { instrument, intervalMs, costs } }, clock: SYSTEM_CLOCK },
  addresses: readPaperAddresses(Deno.stdin.readable),
  ...{ unknownAfterMs: 60_000, patienceMs: 60_000 },
});
const { fills: _, ...outcome } = await runSession({
  ...{ name, mode: "paper", initialCashUsd: CASH_USD, journal, broker, clock: SYSTEM_CLOCK },
  feed: mergeFeeds("replay:kill", [createStoredFeed(bars)]),
  slots: [{
    ...{ costs, marginPerLotUsd: 2_400, maxLots: 2, sizing: { kind: "fixed", lots: 1 } },
    ...{ flattenAtSessionEnd: true, instrument, intervalMs, warmupBars: LOOK_BACK },
    from: bars.time[LOOK_BACK + 1]!,
    deployment: { system: "momentum@1", sha256: "1".repeat(64), alias: null, sizeFactor: 1 },
    start: decideBy(timeSeriesMomentum(LOOK_BACK), opened, LOOK_BACK),
  }],
  controls: new ManualControls(),
  program: { codeSha256: "0".repeat(64), inference: null, versions: {} },
  checklist: [{ name: "script", verdict: "passed", found: "a scripted session", remedy: null }],
  settings: null,
});
const books = await broker.snapshot();
await broker.end();
console.log(JSON.stringify({ outcome, books }));
Deno.exit(0);
