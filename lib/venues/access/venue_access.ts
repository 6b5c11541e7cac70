import type { Random, TimerClock } from "../../core/mod.ts";
import type { BarVenue } from "../../feeds/mod.ts";
import type { Instrument } from "../../market/mod.ts";
import type { BarBroker, JournaledBar, TradingMode, Transport } from "../../trading/mod.ts";
import type { OrderLedger } from "../broker/order_ledger.ts";
import type { ProjectXUrls } from "../projectx/projectx_urls.ts";
import type { ProjectXCredentials } from "../projectx/session_tokens.ts";
import type { TokenStore, TradovateCredentials } from "../tradovate/credentials.ts";
import type { BarStamp } from "../tradovate/tradovate_history.ts";
import type { TradovateUrls } from "../tradovate/tradovate_urls.ts";

/** Where a venue is reached, and by whom. */
export type VenueKeys =
  | {
    readonly kind: "tradovate";
    readonly urls: TradovateUrls;
    readonly credentials: TradovateCredentials;
  }
  | {
    readonly kind: "projectx";
    readonly urls: ProjectXUrls;
    readonly credentials: ProjectXCredentials;
  };

/** A venue as it is asked for. */
export type VenueRequest = VenueKeys & {
  /** As it stands in the journal: `tradovate`, `projectx-sandbox`. */
  readonly name: string;
  /** What money is at stake there; paper for its bars alone. */
  readonly mode: TradingMode;
  /** Name or number of the account; null for the only one that there is. */
  readonly account: string | null;
};

/** What a venue is reached with. */
export interface AccessResources {
  readonly clock: TimerClock;
  readonly random: Random;
  readonly transport: Transport;
  /** Where a token is kept, by venues whose logins are counted. */
  readonly tokens: TokenStore;
  readonly onTrouble?: (reason: string) => void;
}

/** What a broker at a venue is opened for. */
export interface BrokerPlan {
  readonly account: string;
  readonly instrument: Instrument;
  /** Name of the contract. */
  readonly contract: string;
  /** What a lot and side costs where the venue does not say it in time, micro-dollars. */
  readonly feePerSideMicros: number;
  /** Whether it goes on with the next contract when that one is over. @default false */
  readonly rolls?: boolean;
  /** Tells the orders of the session from all others. */
  readonly tag: string;
  readonly ledger: OrderLedger;
  readonly onTrouble: (reason: string) => void;
  readonly onHalt: (reason: string) => void;
}

/** A contract whose bars are asked for. */
export interface VenueContractBars {
  readonly instrument: Instrument;
  readonly contract: string;
  readonly intervalMs: number;
}

/** A venue that is reached: what a task needs of any of them. */
export interface VenueAccess extends Disposable {
  /** The account that is meant, and its cash in dollars. @throws {InputError} when there is none */
  account(asked: string | null): Promise<{ readonly name: string; readonly cashUsd: number }>;
  /** Name of the contract of an instrument that is traded now. @throws {InputError} for none */
  currentContract(instrument: Instrument): Promise<string>;
  /** How its bars come, for `createVenueFeed`. */
  bars(market: VenueContractBars): { readonly venue: BarVenue; readonly transport: Transport };
  /** Bars of the past, oldest first. */
  history(
    market: VenueContractBars & {
      readonly from: number;
      readonly until: number;
      readonly stamp: BarStamp;
    },
    signal?: AbortSignal,
  ): Promise<readonly JournaledBar[]>;
  /** Opens its broker. */
  openBroker(plan: BrokerPlan): Promise<BarBroker>;
}
