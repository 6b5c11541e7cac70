import type { TimerClock } from "../../core/mod.ts";
import type { Instrument } from "../../market/mod.ts";
import type { OwnOrders } from "./own_orders.ts";
import type { OrderLedger } from "./order_ledger.ts";
import type { VenueRules } from "./order_terms.ts";
import type { VenueMarket } from "./market_contracts.ts";
import type { ContractKey, VenueBooks } from "./venue_books.ts";
import type { VenueCalls, VenueReader } from "./venue_ports.ts";

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
  /** What the venue calls a contract. @throws when there is none, or it is something else */
  readonly findContract: (name: string, instrument: Instrument) => Promise<ContractKey>;
  /** Something has changed: whatever follows from it is done. */
  readonly changed: () => void;
  /** Told what a person should know. */
  readonly onTrouble: (reason: string) => void;
}
