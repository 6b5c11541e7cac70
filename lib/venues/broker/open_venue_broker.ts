import { InputError, type TimerClock, UnavailableError } from "../../core/mod.ts";
import type { Instrument } from "../../market/mod.ts";
import { currentContracts, type VenueMarket } from "./market_contracts.ts";
import type { OrderLedger } from "./order_ledger.ts";
import type { VenueRules } from "./order_terms.ts";
import { type OrderNames, OwnOrders } from "./own_orders.ts";
import { patientLedger } from "./patient_ledger.ts";
import type { ContractKey, VenueBooks, VenueOrderState } from "./venue_books.ts";
import { BROKER_PATIENCE, type BrokerPatience, VenueBroker } from "./venue_broker.ts";
import type { VenueCalls, VenueReader, VenueStream, VenueStreamListener } from "./venue_ports.ts";

/** What a broker at a venue is made of. */
export interface VenueBrokerOptions {
  /** Name of the venue, for messages. */
  readonly venue: string;
  /** Whose account, for messages. */
  readonly account: string;
  /** What it takes. */
  readonly rules: VenueRules;
  /** Tells it what to do. */
  readonly calls: VenueCalls;
  /** Asks it how things stand, given the orders of this session. */
  readonly reader: (orders: OwnOrders) => VenueReader;
  /** Begins to follow what it tells by itself, all of which goes into the books first. */
  readonly connect: (listener: VenueStreamListener) => VenueStream;
  /** What it has told so far: nothing yet. */
  readonly books: VenueBooks;
  /** Whose time passes. */
  readonly clock: TimerClock;
  /** What the venue calls a contract; absent where none is rolled. @throws when there is none */
  readonly findContract?: (name: string, instrument: Instrument) => Promise<ContractKey>;
  /** What is traded, by symbol; `venueMarket` makes one. */
  readonly markets: ReadonlyMap<string, VenueMarket>;
  /** Tells the orders of this session from all others: letters, digits, `-` and `_`, 40 at most. */
  readonly tag: string;
  /** How they are named there. */
  readonly names: OrderNames;
  /** Where orders are kept before they are sent. */
  readonly ledger: OrderLedger;
  /** How long what is waited for. @default BROKER_PATIENCE */
  readonly patience?: Partial<BrokerPatience> | undefined;
  /** How long the first news are waited for, milliseconds. @default {30_000} */
  readonly openMs?: number;
  /** Told what a person should know, in one line. */
  readonly onTrouble?: ((reason: string) => void) | undefined;
  /** Told why nothing should be entered any more. */
  readonly onHalt?: ((reason: string) => void) | undefined;
  /** Ends what the broker was opened with, beside the stream. */
  readonly onClose?: () => void;
}

/** Ends by the names by which they were told. */
const ENDS = { filled: "filled", expired: "expired", rejected: "rejected" } as Readonly<
  Record<string, NonNullable<VenueOrderState["end"]>>
>;
const TAG = /^[A-Za-z0-9_-]{1,40}$/;

/** @throws {InputError} when orders cannot be told from others by it */
export function requireTag(tag: string): void {
  if (TAG.test(tag)) return;
  throw new InputError(`Cannot mark orders by ${JSON.stringify(tag)}`, {
    remedy: "use letters, digits, - and _, 40 at most",
  });
}

/**
 * Opens a broker over what one venue's client can do. What was ordered before, by this session, is
 * known from its ledger and the venue's books; everything else there is somebody else's.
 *
 * @throws {InputError} when the tag tells nothing apart
 * @throws {UnavailableError} when the venue does not answer in time
 */
export async function openVenueBroker(options: VenueBrokerOptions): Promise<VenueBroker> {
  const { account, books, calls, clock, markets, names, rules, tag, venue } = options;
  const { onClose = () => {}, onHalt = () => {}, onTrouble = () => {}, openMs = 30_000 } = options;
  requireTag(tag);
  const ledger = patientLedger(options.ledger, onTrouble);
  for (const entry of ledger.entries()) if (entry.kind === "filled") books.takeFill(entry.venue);
  let broker: VenueBroker | null = null;
  const ready = Promise.withResolvers<void>();
  let trouble = "";
  const stream = options.connect({
    changed: () => broker?.changed(),
    followed(isFollowing, reason) {
      trouble = reason;
      if (isFollowing) ready.resolve();
      broker?.follow(isFollowing);
    },
  });
  const stop = clock.after(openMs, () =>
    ready.reject(
      new UnavailableError(
        `Cannot follow account ${account} at ${venue}: ${trouble || "it does not answer"}`,
      ),
    ));
  try {
    await ready.promise;
    const orders = new OwnOrders(tag, ledger, clock.now(), names);
    for (const { ended, works } of orders.all()) {
      for (const { endedAt, venueId } of works) {
        if (ended !== null && endedAt !== null && venueId !== null) {
          books.endedBefore(venueId, ENDS[ended] ?? "canceled");
        }
      }
    }
    const reader = options.reader(orders);
    const { missing } = await reader.everything("watch");
    if (missing !== "") {
      throw new UnavailableError(`Cannot read the books of ${venue}: no answer for ${missing}`);
    }
    const started = new VenueBroker(
      {
        ...{ venue, rules, calls, reader, clock, books, orders, ledger, markets, onTrouble },
        findContract: options.findContract ?? noContract(venue),
      },
      begin(ledger, books, markets),
      { ...BROKER_PATIENCE, ...options.patience },
      onHalt,
    );
    started.onClose = () => {
      stream.close();
      onClose();
    };
    broker = started;
    started.start();
    started.follow(stream.isFollowing);
    return started;
  } catch (error) {
    stream.close();
    throw error;
  } finally {
    stop();
  }
}

/** Where nothing is rolled no further contract is known. */
function noContract(venue: string): (name: string) => Promise<ContractKey> {
  return (name) => Promise.reject(new InputError(`Cannot roll into ${name} at ${venue}`));
}

/** What was there before the first order: kept once, then known. */
function begin(
  ledger: OrderLedger,
  books: VenueBooks,
  markets: ReadonlyMap<string, VenueMarket>,
) {
  const known = ledger.entries().find((entry) => entry.kind === "begun");
  if (known !== undefined) {
    return { lastFillId: known.lastFillId, positions: new Map(known.positions) };
  }
  const lastFillId = Math.max(0, ...books.fills.keys());
  ledger.append({
    ...{ kind: "begun", lastFillId, positions: [...books.positions] },
    contracts: currentContracts(markets),
  });
  return { lastFillId, positions: new Map(books.positions) };
}
