import type { StruckFault } from "./fault_script.ts";

/** An order as it truly is. */
export interface TrueOrder {
  /** Number that the venue gave it. */
  readonly id: number;
  /** Account that it is of. */
  readonly accountId: number;
  /** Contract that it trades. */
  readonly contract: string;
  /** What the client calls it, where it says something. */
  readonly clOrdId: string | null;
  /** 1 buys, -1 sells. */
  readonly side: 1 | -1;
  /** Lots asked for. */
  readonly lots: number;
  /** Lots still wanted. */
  readonly lotsLeft: number;
  /** Lots filled. */
  readonly filled: number;
  /** Its kind, in the venue's word. */
  readonly orderType: string;
  /** Limit; null where it has none. */
  readonly price: number | null;
  /** Price that sets it off; null where it has none. */
  readonly stopPrice: number | null;
  /** `Working`, `Suspended`, `Filled`, `Canceled`, `Expired`, `Rejected` or on the way there. */
  readonly status: string;
  /** Why it was rejected; null where it was not. */
  readonly rejectReason: string | null;
  /** The entry that it is an exit of. */
  readonly parentId: number | null;
  /** The order that it cancels when it is filled. */
  readonly ocoId: number | null;
  /** Whether the client has said that a program sent it; null where the venue does not ask. */
  readonly isAutomated: boolean | null;
}

/** A position as it truly is. */
export interface TruePosition {
  /** What is held. */
  readonly contract: string;
  /** Signed. */
  readonly lots: number;
  /** Sum of signed lots times their price, whole ticks. */
  readonly valueTicks: number;
}

/** A fill as it truly is. */
export interface TrueFill {
  /** Number that the venue gave it. */
  readonly id: number;
  /** The order that traded; 0 where the venue did it by itself. */
  readonly orderId: number;
  /** What was traded. */
  readonly contract: string;
  /** Signed. */
  readonly lots: number;
  /** Price, whole ticks. */
  readonly ticks: number;
  /** Charged for it. */
  readonly feeMicros: number;
}

/** An account as it truly is. */
export interface TrueAccount {
  /** Number that the venue gave it. */
  readonly id: number;
  /** Its name. */
  readonly name: string;
  /** Start + realised - fees + changes by hand. */
  readonly cashMicros: number;
  /** Profit of all that is closed, before fees. */
  readonly realisedMicros: number;
  /** All fees. */
  readonly feesMicros: number;
  /** Flat ones too. */
  readonly positions: readonly TruePosition[];
  /** All, of every session, oldest first in each contract. */
  readonly fills: readonly TrueFill[];
  /** All, of every session. */
  readonly orders: readonly TrueOrder[];
}

/** What truly is at the venue, whatever it has told: for judging a client, which never sees it. */
export interface SandboxTruth {
  /** Epoch milliseconds. */
  readonly now: number;
  /** All, in the order of their numbers. */
  readonly accounts: readonly TrueAccount[];
  /** Calls that came, those refused too. */
  readonly calls: number;
  /** Logins that succeeded. */
  readonly logins: number;
  /** Calls that were answered by 429. */
  readonly tooMany: number;
  /** Tickets that were given. */
  readonly tickets: number;
  /** Sockets that are open. */
  readonly sockets: number;
  /** Fields of calls that the venue does not know, where the double looks for them. */
  readonly unknownFields: readonly string[];
  /** What has struck, oldest first. */
  readonly faults: readonly StruckFault[];
}
