import type { Command } from "commander";
import { dateFlag, InputError } from "../lib/core/mod.ts";
import { FEED_KINDS, type FeedKind, parseFeed } from "../lib/feeds/mod.ts";
import { requestedInstrument } from "../lib/data/mod.ts";
import type { TradedFeed } from "../tasks/trade/fed_markets.ts";
import type { TradedVenue } from "../tasks/trade/traded_venue.ts";
import {
  addDataOptions,
  barsRequest,
  type DataFlags,
  number,
  seedOption,
  userPath,
} from "./options.ts";
import { addPathOptions, type WorldFlags } from "./world_options.ts";

/** Parsed values of the flags of a feed. */
export interface FeedFlags extends Omit<DataFlags, "data">, Omit<WorldFlags, "interval" | "set"> {
  /** One for all systems, or one named by its instrument for each. */
  readonly feed: readonly string[];
  readonly speed?: number;
  readonly seed: number;
}

/** Adds the flags that say where bars come from as time passes, and how they are read or made. */
export function addFeedOptions(command: Command): Command {
  const forms = FEED_KINDS.map(({ form }) => form).join(", ");
  const base = command
    .requiredOption(
      "--feed <feed>",
      `where bars come from: ${forms}, or venue; of several instruments one for each, ` +
        "SYMBOL=FEED",
      joinNamed,
    )
    .option(
      "--symbol <symbol>",
      "instrument, for example MES, 6E or SPY (default: what the feed says)",
    );
  return addPathOptions(addDataOptions(base), " of a simulated world")
    .addOption(seedOption())
    .option(
      "--speed <times>",
      "how many times faster than the market stored and simulated bars come (default: as fast as " +
        "they are decided on)",
      number(1e-3, 1e9),
    );
}

/** A feed with the instrument that it is of: what stands before the first colon has an equals sign. */
const NAMED = /^([^:=]+)=([^:]+:.*)$/;

/** Feeds that name their instrument come together; any other takes the place of all before it. */
function joinNamed(text: string, before: readonly string[] | undefined): readonly string[] {
  const symbol = NAMED.exec(text)?.[1];
  if (symbol === undefined) return [text];
  const others = (before ?? []).filter((other) =>
    NAMED.test(other) && !other.startsWith(`${symbol}=`)
  );
  return [...others, text];
}

/** The feeds that the flags describe. */
export function tradedFeeds(flags: FeedFlags): readonly TradedFeed[] {
  return flags.feed.map((text) => {
    const [, symbol, feed = text] = NAMED.exec(text) ?? [];
    if (symbol === undefined) return tradedFeed(flags, feed);
    if (flags.symbol === undefined) return tradedFeed({ ...flags, symbol }, feed);
    throw new InputError(`Cannot take ${flags.symbol} for the instrument of ${text}`, {
      where: "--symbol",
      remedy: "leave it out: the feed names its own",
    });
  });
}

function tradedFeed(flags: FeedFlags, feed: string): TradedFeed {
  const { kind, target: written } = parseFeed(feed);
  requireHosts(kind);
  const target = kind.isPath ? userPath(written) : written;
  const { bars, seed, startPrice, volatilityTicks } = flags;
  return {
    ...{ name: `${kind.name}:${target}`, kind, target },
    data: barsRequest(flags, (own) => kind.symbolOf(target, own)),
    speed: flags.speed ?? null,
    simulation: {
      ...{ bars, seed, startPrice, volatilityTicks },
      start: dateFlag("--start", flags.start),
    },
  };
}

/**
 * The bars of the venue itself, of the contract that the flags mean.
 *
 * @param rolls whether a root goes on with its next contract
 */
export async function venueFeed(
  flags: FeedFlags,
  venue: TradedVenue,
  rolls: boolean,
): Promise<TradedFeed> {
  const data = barsRequest(flags, (own) => venue.bars.symbolOf("venue", own));
  const instrument = requestedInstrument(data);
  const contract = await venue.contractOf(data.symbol, instrument);
  const isRolled = rolls && data.symbol === instrument.symbol;
  const symbol = isRolled ? instrument.symbol : contract;
  const { bars, seed, startPrice, volatilityTicks } = flags;
  return {
    ...{ name: `${venue.name}:${symbol}`, kind: venue.bars, target: symbol, speed: null },
    data: { ...data, symbol },
    ...(isRolled ? { contract } : {}),
    simulation: {
      ...{ bars, seed, startPrice, volatilityTicks },
      start: dateFlag("--start", flags.start),
    },
  };
}

/** @throws {InputError} when this task may not reach what a feed needs */
function requireHosts({ form, hosts }: FeedKind): void {
  const denied = hosts.find((host) =>
    Deno.permissions.querySync({ name: "net", host: `${host}:443` }).state !== "granted"
  );
  if (denied === undefined) return;
  throw new InputError(`Cannot take bars from ${form} here: this task may not reach ${denied}`, {
    where: "--feed",
    remedy: "run the same with `deno task trade:feed`",
  });
}
