import type { BrokerFill, OrderTerms, TimeInForce } from "../../trading/mod.ts";
import type { ContractKey, TradedContract, VenueFill } from "./venue_books.ts";

/** An order of ours before it is sent: what a restart needs to know it again. */
export interface SentOrder {
  /** Number of the order or exit. */
  readonly id: number;
  /** Instrument. */
  readonly symbol: string;
  /** What the venue calls the contract. */
  readonly contractId: ContractKey;
  /** Signed; of an exit those of its entry with the other sign. */
  readonly lots: number;
  /** Price conditions. */
  readonly terms: OrderTerms;
  /** When it is given up. */
  readonly timeInForce: TimeInForce;
  /** Of the entry that an exit belongs to; null for others. */
  readonly entryId: number | null;
  /** Of an exit: which, and how far from the entry's price. */
  readonly exit: { readonly kind: string; readonly distanceTicks: number } | null;
  /** Why it was sent. */
  readonly reason: string;
  /** Number of the first of two orders that cancel one another; absent for others. */
  readonly group?: number;
  /** Whether it was to close lots of brackets, whose exits may trade before it; absent for others. */
  readonly closesBracket?: true;
  /** Which side of a roll it is; absent for what somebody else wanted. */
  readonly roll?: "close" | "open";
  /** Number by which whoever listens knows an exit that was taken over from another contract. */
  readonly toldAs?: number;
}

/** Lots that are rolled as one order, with the exits that protect them. */
export interface RolledPart {
  /** Signed lots held. */
  readonly lots: number;
  /** What goes with it into the next contract. */
  readonly exits: readonly {
    /** Number by which whoever listens knows it. */
    readonly toldAs: number;
    readonly kind: string;
    /** Where it stands in the contract that is left, whole ticks. */
    readonly levelTicks: number;
  }[];
}

/** What is kept of orders, so that the venue's books can be read after a restart too. */
export type OrderLedgerEntry =
  /** What was there before the first order: executions up to a number, and lots by contract. */
  | {
    readonly kind: "begun";
    readonly lastFillId: number;
    readonly positions: readonly (readonly [contractId: ContractKey, lots: number])[];
    /** What each instrument was traded as; absent in ledgers of before there were rolls. */
    readonly contracts?: Readonly<Record<string, TradedContract>>;
  }
  /** About to be sent. */
  | { readonly kind: "sent"; readonly order: SentOrder }
  /** One order at the venue, made for an order of ours; there may be several in its life. */
  | {
    readonly kind: "placed";
    readonly id: number;
    readonly clOrdId: string;
    readonly venueId: number;
    /** When it was sent, epoch milliseconds. */
    readonly at: number;
  }
  /** About to be sent for an order of ours once more. */
  | {
    readonly kind: "repeated";
    readonly id: number;
    readonly clOrdId: string;
    readonly side: 1 | -1;
    readonly lots: number;
    readonly terms: OrderTerms;
    readonly at: number;
  }
  /** Whoever sent it wants it back. */
  | { readonly kind: "withdrawn"; readonly id: number }
  /** Lots that are wanted were changed. */
  | { readonly kind: "changed"; readonly id: number; readonly lots: number }
  /** An execution was told, and how the venue has it. */
  | { readonly kind: "filled"; readonly told: BrokerFill; readonly venue: VenueFill }
  /** What is held is about to be rolled into another contract. */
  | {
    readonly kind: "rolling";
    /** Rising from 1. */
    readonly roll: number;
    readonly symbol: string;
    readonly from: TradedContract;
    readonly to: TradedContract;
    readonly parts: readonly RolledPart[];
    /** What the next contract is expected to trade at, whole ticks. */
    readonly expectedTicks: number;
    /** Newest order of the account that was known: what closes is newer. */
    readonly newestOrderId: number;
  }
  /** Both sides of a roll have been told: orders are for the next contract. */
  | { readonly kind: "rolled"; readonly roll: number }
  /** Told as ended, and by which evidence. */
  | { readonly kind: "ended"; readonly id: number; readonly as: string; readonly evidence: string };

/** Where that is kept; an entry is safe once `append` returns. */
export interface OrderLedger {
  /** Everything that was kept, oldest first. */
  entries(): readonly OrderLedgerEntry[];
  /** Keeps one more. @throws when it cannot: then nothing may be sent */
  append(entry: OrderLedgerEntry): void;
}

/** Keeps it for as long as the process runs. */
export function memoryLedger(): OrderLedger {
  const kept: OrderLedgerEntry[] = [];
  return { entries: () => kept, append: (entry) => void kept.push(entry) };
}
