/** What a venue calls a contract: a number, or a name. */
export type ContractKey = number | string;

/** A contract at the venue. */
export interface TradedContract {
  /** Its name, for example `MESZ6`. */
  readonly contract: string;
  /** What the venue calls it. */
  readonly contractId: ContractKey;
}

/** Lots and prices of an order; the one with the highest number counts. */
export interface VenueOrderVersion {
  /** Rises with every change. */
  readonly id: number;
  /** Lots in all, those that traded included. */
  readonly orderQty: number;
  /** `Market`, `Limit`, `Stop` or `StopLimit`; anything else is not read. */
  readonly orderType: string;
  /** Limit, as the venue writes it; null for none. */
  readonly price: number | null;
  /** Stop, as the venue writes it; null for none. */
  readonly stopPrice: number | null;
}

/** What the books know of an order besides its lots and prices. */
export interface ListedOrder {
  /** Number at the venue. */
  readonly id: number;
  /** What it trades; null while it was not heard. */
  readonly contractId: ContractKey | null;
  /** `Buy` or `Sell`. */
  readonly action: string;
  /** The order that it waits for; null for none. */
  readonly parentId: number | null;
}

/** An execution. */
export interface VenueFill {
  /** Number of the execution. */
  readonly id: number;
  /** 0 or below for one without an order. */
  readonly orderId: number;
  /** What traded. */
  readonly contractId: ContractKey;
  /** Epoch milliseconds. */
  readonly time: number;
  /** `Buy` or `Sell`. */
  readonly action: string;
  /** Lots, without a sign. */
  readonly qty: number;
  /** As the venue writes it. */
  readonly price: number;
  /** False for one that was taken back. */
  readonly isActive: boolean;
}

/** How an order stands, by everything that was heard of it. */
export interface VenueOrderState {
  /** `none` while nothing was heard. */
  readonly phase: "none" | "pending" | "suspended" | "working" | "ended";
  /** How it ended; null while it has not. */
  readonly end: "filled" | "canceled" | "expired" | "rejected" | null;
  /** What says so: an entity with its number. */
  readonly evidence: string;
  /** Why it was rejected, in the venue's words; empty for none. */
  readonly reason: string;
  /** Lots and prices; null while they were not heard. */
  readonly version: VenueOrderVersion | null;
  /** Lots of the executions that are known and stand. */
  readonly filled: number;
  /** Lots of all executions that are known, those that were taken back included. */
  readonly heardFilled: number;
  /** Lots that traded by what the venue said; 0 while it said nothing. */
  readonly saidFilled: number;
  /** Whether the venue said with its end how much had traded. */
  readonly isCounted: boolean;
}

/**
 * The books of one account as a venue told them, in whatever order, however often. What has ended
 * stays ended; executions are known by number.
 */
export interface VenueBooks {
  /** Cash in dollars; null while it was not heard. */
  readonly cashUsd: number | null;
  /** Lots held by contract, as the venue said last. */
  readonly positions: ReadonlyMap<ContractKey, number>;
  /** Every execution of the account that is known, by number. */
  readonly fills: ReadonlyMap<number, VenueFill>;
  /** Orders of the account that are known, by number. */
  readonly orders: ReadonlyMap<number, ListedOrder>;
  /** Rises with every execution that is new or taken back. */
  readonly fillChanges: number;
  /** Whether an order is of another account of the user, or is none. */
  isForeign(orderId: number): boolean;
  /** What an order carries of its sender's; null while it is not known, or it carries nothing. */
  clientIdOf(orderId: number): string | null;
  /** Number of the order that carries this; null while none was heard. */
  orderWith(clOrdId: string): number | null;
  /** Orders of the account that are new since this was asked last. */
  takeUnseen(): readonly number[];
  /** What an execution cost, dollars; null while it was not heard. */
  feeUsd(fillId: number): number | null;
  /** Executions of an order, oldest first. */
  fillsOf(orderId: number): readonly VenueFill[];
  /** How an order stands. */
  stateOf(orderId: number): VenueOrderState;
  /** An order has ended without a word: no list of the venue shows it any more. */
  endWithSession(orderId: number, evidence: string): void;
  /** How an order had ended before anything was heard here. */
  endedBefore(orderId: number, end: NonNullable<VenueOrderState["end"]>): void;
  /** An execution that was kept from an earlier start. */
  takeFill(fill: VenueFill): void;
}
