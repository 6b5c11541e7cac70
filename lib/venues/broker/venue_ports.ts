import type { OrderTerms } from "../../trading/mod.ts";
import type { CallOptions, CallPriority } from "../call_budget.ts";
import type { CallOutcome } from "../call_outcome.ts";
import type { OwnOrder, VenueWork } from "./own_orders.ts";

/** Numbers that the venue gave to what was placed. */
export interface PlacedIds {
  /** Of the order itself; null where the venue does not tell it. */
  readonly orderId: number | null;
  /** Of the exits of an entry, or of the other of a pair; empty where the venue does not tell them. */
  readonly others: readonly number[];
}

/** An order of ours with what is made of it at the venue. */
export type SentWork = readonly [order: OwnOrder, work: VenueWork];

/** What is told to a venue; each call is made once. */
export interface VenueCalls {
  /** Sends an order, with its exits in the same call. */
  place(
    entry: SentWork,
    exits: readonly SentWork[],
    options: CallOptions,
  ): Promise<CallOutcome<PlacedIds>>;
  /** Sends two orders of the same lots that cancel one another in one call; absent where none takes them. */
  placePair?(
    first: SentWork,
    second: SentWork,
    options: CallOptions,
  ): Promise<CallOutcome<PlacedIds>>;
  /**
   * Closes lots at the market, also of a contract of which no order is taken any more, if need be by
   * closing all that is held: asked only where all of it is the session's. Absent where that is an
   * order like any.
   */
  close?(sent: SentWork, options: CallOptions): Promise<CallOutcome<PlacedIds>>;
  /** Asks for an order to be taken back. */
  cancel(work: VenueWork, options: CallOptions): Promise<CallOutcome<unknown>>;
  /** Asks for other lots in all, or other terms. */
  modify(
    sent: SentWork,
    lots: number,
    terms: OrderTerms,
    options: CallOptions,
  ): Promise<CallOutcome<unknown>>;
  /** Whether an outcome says that an earlier request is still being carried out. */
  isPending(outcome: CallOutcome<unknown>): boolean;
}

/** What a list of orders showed. */
export interface ListedOrders {
  /** What could not be had, in words; empty for nothing. */
  readonly missing: string;
  /** Numbers of all orders that it shows; null where orders were not asked for, or not told. */
  readonly orders: ReadonlySet<number> | null;
}

/** What a venue is asked; what it says goes into the books. */
export interface VenueReader {
  /** Asks for all orders, executions, positions and cash. */
  everything(priority: CallPriority): Promise<ListedOrders>;
  /** Asks for some of it; `turn` rises by one each time. */
  part(turn: number): Promise<ListedOrders>;
  /** Asks for all orders. */
  list(): Promise<ListedOrders>;
  /** Asks how orders stand, with their executions, and with lots and prices where these are wanted. */
  orders(works: readonly VenueWork[], withVersions: boolean): Promise<ReadonlySet<number> | null>;
  /** Asks for what shows which orders carry our numbers. @returns whether it was told */
  clientIds(works: readonly VenueWork[]): Promise<boolean>;
  /** Asks for one order. */
  order(orderId: number): Promise<"told" | "missing" | "silent">;
  /** Asks whose an order is. @returns whether everything that can be known of that was told */
  origin(orderId: number): Promise<boolean>;
  /** Asks what an execution cost. */
  fee(fillId: number): Promise<void>;
}

/** Who is told of what a venue tells by itself. */
export interface VenueStreamListener {
  /** Something is in the books that was not. */
  changed(): void;
  /** Whether everything is told from now on; why not, in words. All that was missed is asked for. */
  followed(isFollowing: boolean, reason: string): void;
}

/** What a venue tells by itself, over a line that is opened again when it breaks. */
export interface VenueStream {
  /** Whether everything is told at the moment. */
  readonly isFollowing: boolean;
  /** Ends it. */
  close(): void;
}
