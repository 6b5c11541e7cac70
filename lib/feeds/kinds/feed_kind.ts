import type { TimerClock } from "../../core/mod.ts";
import type { DataRequest } from "../../data/mod.ts";
import type { Bars, Instrument } from "../../market/mod.ts";
import type { SimulationOptions } from "../../simulator/mod.ts";
import type { JoinedContract } from "../venue/rolled_feed.ts";
import type { BarFeed, FeedNews, Transport } from "../../trading/mod.ts";

/** What a session asks of a feed, whatever its kind. */
export interface FeedRequest {
  /** Instrument, length of a bar, and how files are read; as the data flags of every command say. */
  readonly data: Omit<DataRequest, "path">;
  /** Bars that must stay visible before the newest one. */
  readonly lookBack: number;
  /** Bars to warm up on before the first that is traded, at the least. */
  readonly history: number;
  /** Epoch milliseconds; of stored bars those that open earlier are history too. @default -Infinity */
  readonly from?: number;
  /**
   * Epoch milliseconds; of bars that still happen those that opened later come as history, to go on
   * where a session had stopped. @default Infinity
   */
  readonly since?: number;
  /** Contract of the newest bar that the session has taken, where it trades one after the other. */
  readonly contract?: JoinedContract;
  /** How many times faster than the market stored bars come; null for at once. */
  readonly speed: number | null;
  /** What is simulated, besides the world and what is in `data`. */
  readonly simulation: Pick<
    SimulationOptions,
    "bars" | "seed" | "start" | "startPrice" | "volatilityTicks"
  >;
}

/** What a feed works with. */
export interface FeedResources {
  /** Whose time passes. */
  readonly clock: TimerClock;
  /** The way to servers; the network's when absent. */
  readonly transport?: Transport;
  /** Told of gaps, corrections, refusals and the state. */
  readonly onNews?: (news: FeedNews) => void;
  /** Ends the feed. */
  readonly signal?: AbortSignal;
}

/** A feed that was opened. */
export interface OpenedFeed {
  /** Its bars, one by one. */
  readonly feed: BarFeed;
  /** All bars that it will hand on, where they are known beforehand; null while they still happen. */
  readonly stored: Bars | null;
  /** What a person should know of where they come from: rows left out, prices that look wrong. */
  readonly remarks?: readonly string[];
}

/** A kind of feeds. */
export interface FeedKind {
  /** What stands before the colon. */
  readonly name: string;
  /** How one is asked for, for example `replay:FILE`. */
  readonly form: string;
  /** What it is, in one line. */
  readonly summary: string;
  /** Whether bars come at the market's own pace, so that clocks and fresh data matter. */
  readonly isLive: boolean;
  /** Whether its target is a path of this machine. */
  readonly isPath: boolean;
  /** Hosts that it reaches; a permission set names them. */
  readonly hosts: readonly string[];
  /**
   * The symbol that a target says, where none was named.
   *
   * @param own a user's instruments beside those that ship
   * @throws {InputError} when it says none
   */
  symbolOf(target: string, own: readonly Instrument[]): string;
  /**
   * Opens a feed.
   *
   * @param target what stands behind the colon, never empty
   * @throws {InputError} when the target or the request makes no sense
   */
  open(target: string, request: FeedRequest, resources: FeedResources): Promise<OpenedFeed>;
}
