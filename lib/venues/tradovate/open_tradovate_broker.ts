import { InputError, type JsonValue, UnavailableError } from "../../core/mod.ts";
import type { Instrument } from "../../market/mod.ts";
import { type BarBroker, TIMES_IN_FORCE } from "../../trading/mod.ts";
import { fieldsOf, numberIn, textIn } from "../json_fields.ts";
import type { VenueMarket } from "../broker/broker_context.ts";
import type { OrderLedger } from "../broker/order_ledger.ts";
import { patientLedger } from "../broker/patient_ledger.ts";
import type { VenueRules } from "../broker/order_terms.ts";
import { OwnOrders } from "../broker/own_orders.ts";
import { BROKER_PATIENCE, type BrokerPatience, VenueBroker } from "../broker/venue_broker.ts";
import { requireContract } from "./contracts.ts";
import { readAccount, takesOrders } from "./entities.ts";
import { TradovateBooks } from "./tradovate_books.ts";
import { TradovateCalls } from "./tradovate_calls.ts";
import type { TradovateClient } from "./tradovate_client.ts";
import { TRADOVATE_ORDER_KINDS } from "./order_tickets.ts";
import { TradovateReader } from "./tradovate_reader.ts";
import type { SocketPatience } from "./tradovate_socket.ts";
import { UserStream } from "./user_stream.ts";

/** What a broker at Tradovate is opened with. */
export interface TradovateBrokerOptions {
  /** Asks the venue. */
  readonly client: TradovateClient;
  /** Name or number of the account; null for the only one that there is. */
  readonly account: string | null;
  /** What is traded: an instrument by its contract, for example `MESZ6`. */
  readonly markets: readonly {
    /** What the system knows it as. */
    readonly instrument: Instrument;
    /** Name of the contract. */
    readonly contract: string;
    /** What a lot and side costs where the venue does not say it in time, micro-dollars. */
    readonly feePerSideMicros: number;
  }[];
  /** Tells the orders of this session from all others: letters, digits, `-` and `_`, 40 at most. */
  readonly tag: string;
  /** Where orders are kept before they are sent. */
  readonly ledger: OrderLedger;
  /**
   * How long what is waited for.
   *
   * @default BROKER_PATIENCE
   */
  readonly patience?: Partial<BrokerPatience>;
  /** Patience with the line of changes. */
  readonly socketPatience?: Partial<SocketPatience>;
  /** Told what a person should know, in one line. */
  readonly onTrouble?: (reason: string) => void;
  /** Told why nothing should be entered any more. */
  readonly onHalt?: (reason: string) => void;
}

/** Ends by the names by which they were told. */
const ENDS = { filled: "filled", expired: "expired", rejected: "rejected" } as Readonly<
  Record<string, "filled" | "expired" | "rejected">
>;

const CLOSED = "the account is closed or only to be read: it takes no orders any more";
const TAG = /^[A-Za-z0-9_-]{1,40}$/;
const OPEN_MS = 20_000;

const RULES: VenueRules = {
  ...{ orderKinds: TRADOVATE_ORDER_KINDS, timesInForce: TIMES_IN_FORCE },
  ...{ outlivesSessions: true, leastStopTicks: 1, oneOfEach: false },
};

/** An opened broker, and whose account it trades. */
export interface OpenedTradovateBroker {
  /** Where orders go. */
  readonly broker: BarBroker;
  /** Name of the account. */
  readonly account: string;
  /** Its number at the venue. */
  readonly accountId: number;
}

/**
 * Connects with an account at Tradovate. What was ordered before, by this session, is known from its
 * ledger and the venue's books; everything else there is somebody else's.
 *
 * @throws {InputError} when the account, a contract or the key is wrong
 * @throws {UnavailableError} when the venue does not answer in time
 */
export async function openTradovateBroker(
  options: TradovateBrokerOptions,
): Promise<OpenedTradovateBroker> {
  const { client, onHalt = () => {}, onTrouble = () => {}, tag } = options;
  const ledger = patientLedger(options.ledger, onTrouble);
  const { clock, random, transport, urls } = client.options;
  if (!TAG.test(tag)) {
    throw new InputError(`Cannot mark orders by ${JSON.stringify(tag)}`, {
      remedy: "use letters, digits, - and _, 40 at most",
    });
  }
  const account = await client.account(options.account);
  let isOpen = takesOrders(account);
  // A session that goes on looks after what it has: its orders may have traded meanwhile.
  if (!isOpen && ledger.entries().length === 0) {
    throw new InputError(
      `Cannot trade account ${account.name} as it is closed or only to be read`,
      { where: "--account", remedy: "give an account that is open" },
    );
  }
  if (!isOpen) onHalt(CLOSED);
  const markets = new Map<string, VenueMarket>();
  for (const { contract, feePerSideMicros, instrument } of options.markets) {
    const contractId = await requireContract(client, contract, instrument);
    markets.set(instrument.symbol, {
      ...{ instrument, contract, contractId, feePerSideMicros, lastTicks: null, lastRow: 0 },
    });
  }
  const books = new TradovateBooks(account.id);
  for (const entry of ledger.entries()) if (entry.kind === "filled") books.takeFill(entry.venue);
  let broker: VenueBroker | null = null;
  const ready = Promise.withResolvers<void>();
  let trouble = "";
  const stream = new UserStream({
    ...{ transport, clock, random, url: urls.user, tokens: client.tokens },
    ...{ budget: client.budget, accountId: account.id, onTrouble },
    ...(options.socketPatience === undefined ? {} : { patience: options.socketPatience }),
    onBooks: (told) => {
      books.takeAll(told);
      broker?.changed();
    },
    onChange: (type, change, entity) => {
      if (change === "Deleted") return;
      if (type === "accountRiskStatus") haltOnRisk(entity, account.id, onHalt);
      const told = type === "account" ? readAccount(entity) : null;
      if (told?.id === account.id) {
        if (isOpen && !takesOrders(told)) onHalt(CLOSED);
        isOpen = takesOrders(told);
      }
      books.take(type, entity);
      broker?.changed();
    },
    onState: (isFollowing, reason) => {
      trouble = reason;
      if (isFollowing) ready.resolve();
      broker?.follow(isFollowing);
    },
  });
  stream.start();
  const stop = clock.after(OPEN_MS, () =>
    ready.reject(
      new UnavailableError(
        `Cannot follow account ${account.name} at Tradovate: ${trouble || "it does not answer"}`,
      ),
    ));
  try {
    await ready.promise;
    const shared = { venue: "Tradovate", rules: RULES, clock, books, ledger, markets, onTrouble };
    const calls = new TradovateCalls(client, account, markets);
    const reader = new TradovateReader(client, books);
    const orders = new OwnOrders(tag, ledger, clock.now(), { separator: "." });
    for (const { ended, works } of orders.all()) {
      for (const { endedAt, venueId } of works) {
        if (ended !== null && endedAt !== null && venueId !== null) {
          books.endedBefore(venueId, ENDS[ended] ?? "canceled");
        }
      }
    }
    const started = new VenueBroker(
      { ...shared, calls, reader, orders },
      await begin(client, ledger, books),
      { ...BROKER_PATIENCE, ...options.patience },
      onHalt,
    );
    started.onClose = () => {
      stream.close();
      client.close();
    };
    broker = started;
    started.start();
    started.follow(stream.isFollowing);
    return { broker: started, account: account.name, accountId: account.id };
  } catch (error) {
    stream.close();
    throw error;
  } finally {
    stop();
  }
}

/** What was there before the first order: asked for once, then kept. */
async function begin(client: TradovateClient, ledger: OrderLedger, books: TradovateBooks) {
  for (const type of ["order", "fill", "position", "cashBalance"]) {
    const outcome = await client.list(type, { priority: "watch" });
    if (outcome.kind !== "done") {
      throw new UnavailableError(`Cannot read the books of Tradovate: ${type}: ${outcome.reason}`);
    }
    for (const item of outcome.value) books.take(type, item);
  }
  const known = ledger.entries().find((entry) => entry.kind === "begun");
  if (known !== undefined) {
    return { lastFillId: known.lastFillId, positions: new Map(known.positions) };
  }
  const lastFillId = Math.max(0, ...books.fills.keys());
  ledger.append({ kind: "begun", lastFillId, positions: [...books.positions] });
  return { lastFillId, positions: new Map(books.positions) };
}

const LOCKS = ["LockTradingImmediately", "LiquidateImmediately", "LiquidateOnlyModeImmediately"];

/** The venue, or the firm behind it, has locked the account. */
function haltOnRisk(entity: JsonValue, accountId: number, onHalt: (reason: string) => void): void {
  const fields = fieldsOf(entity);
  if (fields === null || numberIn(fields, "id") !== accountId) return;
  const action = textIn(fields, "adminAction") ?? "";
  if (LOCKS.includes(action)) onHalt(`the venue has locked the account: ${action}`);
}
