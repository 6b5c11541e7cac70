import type { BrokerFill, OrderTerms, TimeInForce } from "../../trading/mod.ts";
import type { ContractKey, VenueFill } from "./venue_books.ts";

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
}

/** What is kept of orders, so that the venue's books can be read after a restart too. */
export type OrderLedgerEntry =
  /** What was there before the first order: executions up to a number, and lots by contract. */
  | {
    readonly kind: "begun";
    readonly lastFillId: number;
    readonly positions: readonly (readonly [contractId: ContractKey, lots: number])[];
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
