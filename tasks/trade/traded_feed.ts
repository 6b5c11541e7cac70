import { join } from "node:path";
import { InputError, type JsonValue, type TimerClock } from "../../lib/core/mod.ts";
import { type JoinedContract, openFrameRecorder, recordTransport } from "../../lib/feeds/mod.ts";
import {
  joinLiveFeeds,
  joinStoredFeeds,
  type SessionFeed,
  type SessionJournal,
  type SessionSlot,
  shareFeed,
} from "../../lib/live/mod.ts";
import type { Bars } from "../../lib/market/mod.ts";
import { createNetworkTransport } from "../../lib/network/mod.ts";
import type { BarFeed, Transport } from "../../lib/trading/mod.ts";
import type { FedMarket } from "./fed_markets.ts";
import {
  type ExploringSystem,
  firstTraded,
  liveSlot,
  lookBackOf,
  storedSlot,
  type TradedAccount,
} from "./traded_systems.ts";

/** How the source of bars does; of several the one that does worst. */
export type FeedSource = Pick<BarFeed, "clockOffset" | "name" | "status">;

/** Feeds that are open, and what trades on them. */
export interface OpenedTrade extends AsyncDisposable {
  readonly feed: SessionFeed;
  readonly source: FeedSource;
  readonly slots: readonly SessionSlot[];
  /** How they were asked for, for the journal. */
  readonly request: JsonValue;
}

/** What a feed is opened with. */
export interface OpenTradeOptions {
  readonly settings: {
    readonly from?: string;
    readonly inSample: boolean;
    readonly account: TradedAccount;
  };
  readonly clock: TimerClock;
  /** Where the session has come to. */
  readonly journal: Pick<SessionJournal, "last">;
  /** Contract of that bar; null where it names none. */
  readonly contract: JoinedContract | null;
  /** Folder for what passes between this machine and a venue; of several feeds one in it for each. */
  readonly frames: string;
  readonly onNote?: (line: string) => void;
  readonly signal?: AbortSignal;
  readonly transport?: Transport;
}

/** Bars of which a correction is still told. */
const LOOK_BACK = 100;

/** Open of the newest bar that a session has kept of some of its slots; null for one that begins. */
export function resumeAfter(
  journal: Pick<SessionJournal, "last">,
  slots?: readonly number[],
): number | null {
  const state = journal.last("state")?.state as { newest?: ({ time: number } | null)[] } | null;
  const times = (state?.newest ?? []).flatMap((bar, slot) =>
    bar === null || slots?.includes(slot) === false ? [] : [bar.time]
  );
  return times.length === 0 ? null : Math.min(...times);
}

/** Contract of the newest bar that a session has taken; null where it names none. */
export async function resumedContract(
  journal: Pick<SessionJournal, "entries">,
): Promise<JoinedContract | null> {
  let found: JoinedContract | null = null;
  for await (const entry of journal.entries()) {
    if (entry.kind === "bar") found = entry.bar.contract ?? null;
  }
  return found;
}

/** What the feeds of a session are called together. */
export function feedName(markets: readonly FedMarket[]): string {
  if (markets.length === 1) return markets[0]!.feed.name;
  return markets.map(({ feed, instrument }) => `${instrument.symbol}=${feed.name}`).join(" ");
}

/**
 * Opens the feeds of a session with the history that its systems look back on.
 *
 * @throws {InputError} when one cannot be opened, or a session cannot trade such bars
 */
export async function openTradedFeeds(
  markets: readonly FedMarket[],
  systems: readonly ExploringSystem[],
  options: OpenTradeOptions,
): Promise<OpenedTrade> {
  await using resources = new AsyncDisposableStack();
  const parts: OpenedTrade[] = [];
  for (const market of markets) {
    const own = market.slots.map((slot) => systems[slot]!);
    const frames = markets.length === 1
      ? options.frames
      : join(options.frames, market.instrument.symbol);
    parts.push(resources.use(await openTradedFeed(market, own, { ...options, frames })));
  }
  const [first] = parts as [OpenedTrade];
  if (parts.length === 1) {
    resources.move();
    return first;
  }
  const name = feedName(markets);
  const joinFeeds = markets[0]!.feed.kind.isLive ? joinLiveFeeds : joinStoredFeeds;
  const slots: SessionSlot[] = [];
  for (const [index, market] of markets.entries()) {
    for (const [own, slot] of market.slots.entries()) slots[slot] = parts[index]!.slots[own]!;
  }
  const opened = resources.move();
  return {
    slots,
    feed: joinFeeds(name, parts.map(({ feed }, index) => ({ feed, slots: markets[index]!.slots }))),
    source: worstOf(name, parts.map(({ source }) => source)),
    request: recordedRequest({
      ...(first.request as Record<string, JsonValue>),
      ...{ name, instruments: parts.map(({ request }) => request) },
    }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Several sources as one that is live when all are, with the clock that is furthest off. */
function worstOf(name: string, sources: readonly FeedSource[]): FeedSource {
  const offBy = ({ clockOffset }: FeedSource): number =>
    clockOffset === null ? Infinity : Math.abs(clockOffset.lowMs + clockOffset.highMs);
  return {
    name,
    get status() {
      return (sources.find(({ status }) => status.state !== "live") ?? sources[0]!).status;
    },
    get clockOffset() {
      return sources.reduce((worst, each) => offBy(each) > offBy(worst) ? each : worst).clockOffset;
    },
  };
}

async function openTradedFeed(
  { feed: asked, slots: numbers, ...market }: FedMarket,
  systems: readonly ExploringSystem[],
  options: OpenTradeOptions,
): Promise<OpenedTrade> {
  const { data, kind, name, simulation, speed, target } = asked;
  const { clock, contract, journal, settings: { account, ...settings }, signal } = options;
  const since = resumeAfter(journal, numbers);
  await using resources = new AsyncDisposableStack();
  const cancelling = new AbortController();
  resources.defer(() => cancelling.abort());
  const cancelled = signal === undefined
    ? cancelling.signal
    : AbortSignal.any([signal, cancelling.signal]);
  const firsts = systems.map((system) => firstTraded(system, settings));
  const request = {
    data: { ...data, intervalMs: market.intervalMs },
    ...{ lookBack: LOOK_BACK, from: Math.min(...firsts), speed, simulation },
    history: Math.max(...systems.map(lookBackOf)),
    // A session that goes on needs what it has missed as well.
    ...(kind.isLive && since !== null ? { since } : {}),
    ...(contract === null ? {} : { contract }),
  };
  const transport = kind.hosts.length === 0 ? undefined : await recorded(name, options, resources);
  let stored: Bars | null = null;
  let source: BarFeed | null = null;
  const feed = await shareFeed(name, systems.length, async (onNews) => {
    const opened = await kind.open(target, request, {
      ...{ clock, onNews, signal: cancelled },
      ...(transport === undefined ? {} : { transport }),
    });
    stored = opened.stored;
    for (const remark of opened.remarks ?? []) options.onNote?.(`warning: ${name}: ${remark}`);
    return source = opened.feed;
  });
  const bars = stored as Bars | null;
  if (bars !== null) requireTradable(bars);
  const slots = systems.map((system, i) =>
    bars === null
      ? liveSlot(system, market, account, { asked: firsts[i]!, now: clock.now() })
      : storedSlot(system, bars, account, { asked: firsts[i]!, where: name })
  );
  const opened = resources.move();
  return {
    ...{ feed, slots, source: source! },
    request: recordedRequest({ name, data: request.data, simulation }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** The way to a venue, with everything that passes written down beside the journal. */
async function recorded(
  feed: string,
  { clock, frames, onNote, transport }: OpenTradeOptions,
  resources: AsyncDisposableStack,
): Promise<Transport> {
  const recorder = await openFrameRecorder(frames, {
    ...{ clock, feed },
    ...(onNote === undefined ? {} : { onTrouble: onNote }),
  });
  resources.defer(() => recorder.close());
  return recordTransport(transport ?? createNetworkTransport(), recorder, clock);
}

/** @throws {InputError} for bars that only a backtest can trade */
function requireTradable({ actions }: Bars): void {
  if (actions === undefined) return;
  throw new InputError("Cannot trade on paper over corporate actions: the broker reports them", {
    where: "--actions",
    remedy: "leave --actions out and give bars without a split, or backtest",
  });
}

function recordedRequest(request: unknown): JsonValue {
  return JSON.parse(JSON.stringify(request)) as JsonValue;
}
