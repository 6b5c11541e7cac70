import type { TimerClock } from "../../core/mod.ts";
import type { Instrument } from "../../market/mod.ts";
import type { OwnOrders } from "./own_orders.ts";
import type { OrderLedger } from "./order_ledger.ts";
import type { VenueRules } from "./order_terms.ts";
import type { ContractKey, VenueBooks } from "./venue_books.ts";
import type { VenueCalls, VenueReader } from "./venue_ports.ts";

/** An instrument as it is traded here. */
export interface VenueMarket {
  /** What the system knows it as. */
  readonly instrument: Instrument;
  /** Name of the contract, for example `MESZ6`. */
  readonly contract: string;
  /** What the venue calls it. */
  readonly contractId: ContractKey;
  /** What a lot and side costs where the venue does not say it in time, micro-dollars. */
  readonly feePerSideMicros: number;
  /** Price of the last close in ticks; null before the first bar. */
  lastTicks: number | null;
  /** Row of the last bar that was told. */
  lastRow: number;
}

/** What the parts of a broker share. */
export interface BrokerContext {
  /** Name of the venue, for messages. */
  readonly venue: string;
  readonly rules: VenueRules;
  readonly calls: VenueCalls;
  readonly reader: VenueReader;
  readonly clock: TimerClock;
  readonly books: VenueBooks;
  readonly orders: OwnOrders;
  readonly ledger: OrderLedger;
  /** By symbol. */
  readonly markets: ReadonlyMap<string, VenueMarket>;
  /** Something has changed: whatever follows from it is done. */
  readonly changed: () => void;
  /** Told what a person should know. */
  readonly onTrouble: (reason: string) => void;
}
