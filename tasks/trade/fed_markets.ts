import { InputError } from "../../lib/core/mod.ts";
import { type DataRequest, requestedInstrument } from "../../lib/data/mod.ts";
import type { FeedKind, FeedRequest } from "../../lib/feeds/mod.ts";
import { type LoadedSystem, requireSameInstrument } from "../../lib/system/mod.ts";
import type { TradedMarket } from "./traded_systems.ts";

/** Where the bars of a session come from. */
export interface TradedFeed {
  /** As it was asked for. */
  readonly name: string;
  /** Its kind. */
  readonly kind: FeedKind;
  /** What stands behind the colon. */
  readonly target: string;
  /** The contract at a venue that is traded first, where the session rolls; else the symbol is it. */
  readonly contract?: string;
  /** Instrument, length of a bar, and how files are read. */
  readonly data: Omit<DataRequest, "path">;
  /** How many times faster than the market stored bars come; null for at once. */
  readonly speed: number | null;
  /** What is simulated, besides the world. */
  readonly simulation: FeedRequest["simulation"];
}

/** A feed with what is traded on it, and by which systems. */
export interface FedMarket extends TradedMarket {
  readonly feed: TradedFeed;
  /** Numbers of its systems, in their order. */
  readonly slots: readonly number[];
}

/**
 * What systems trade on their feeds: bars of the length that was asked for, or else of theirs. One
 * feed is for all systems; of several each is for those of its instrument.
 *
 * @throws {InputError} when a system was made for something else, or no session can trade it
 */
export function fedMarkets(
  feeds: readonly TradedFeed[],
  systems: readonly LoadedSystem[],
): readonly FedMarket[] {
  const [first, second] = feeds.map(({ kind, name }) => ({ isLive: kind.isLive, name }));
  if (second !== undefined && feeds.some(({ kind }) => kind.isLive !== first!.isLive)) {
    throw new InputError("Cannot join stored bars with bars that still happen", {
      where: feeds.map(({ name }) => name).join(" and "),
      remedy: "give feeds of one sort: replay: and simulate:, or tail: and those of a venue",
    });
  }
  const symbols = new Set(systems.map(({ system }) => system.instrument.symbol));
  const isForAll = second === undefined && symbols.size === 1;
  const markets = feeds.map((feed): FedMarket => {
    const instrument = requestedInstrument(feed.data);
    const isTwice = feeds.some((other) =>
      other !== feed && requestedInstrument(other.data).symbol === instrument.symbol
    );
    if (isTwice) {
      throw new InputError(`Cannot trade ${instrument.symbol} on two feeds in one session`, {
        ...{ where: feed.name, remedy: "give one for each instrument" },
      });
    }
    const slots = [...systems.keys()].filter((slot) =>
      isForAll || systems[slot]!.system.instrument.symbol === instrument.symbol
    );
    const [slot] = slots;
    if (slot === undefined) {
      throw new InputError(`Cannot trade ${instrument.symbol} as none of the systems is of it`, {
        where: feed.name,
        remedy: "leave its --feed out, or add a --system of it",
      });
    }
    const intervalMs = feed.data.intervalMs ?? systems[slot]!.system.intervalMs;
    return { ...tradable({ instrument, intervalMs }, feed.name), feed, slots };
  });
  for (const [slot, { name, system }] of systems.entries()) {
    const market = markets.find(({ slots }) => slots.includes(slot));
    if (market !== undefined) {
      requireSameInstrument(system, market);
      continue;
    }
    const { symbol } = system.instrument;
    throw new InputError(`Cannot trade ${name} as no feed is of ${symbol}`, {
      where: "--feed",
      remedy: `add --feed ${symbol}=FEED`,
    });
  }
  return markets;
}

/** @throws {InputError} for what no session can trade */
function tradable(market: TradedMarket, where: string): TradedMarket {
  const { kind, symbol } = market.instrument;
  if (kind !== "perpetual") return market;
  throw new InputError(`Cannot trade ${symbol} in time: a session books no funding yet`, {
    ...{ where, remedy: "test it with `deno task backtest`, which does" },
  });
}
