import { InputError, type JsonValue } from "../../core/mod.ts";
import type { Instrument } from "../../market/mod.ts";
import { type BarBroker, TIMES_IN_FORCE } from "../../trading/mod.ts";
import { fieldsOf, numberIn, textIn } from "../json_fields.ts";
import { type VenueMarket, venueMarket } from "../broker/market_contracts.ts";
import type { OrderLedger } from "../broker/order_ledger.ts";
import { openVenueBroker, requireTag } from "../broker/open_venue_broker.ts";
import type { VenueRules } from "../broker/order_terms.ts";
import type { BrokerPatience } from "../broker/venue_broker.ts";
import type { VenueStreamListener } from "../broker/venue_ports.ts";
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

const CLOSED = "the account is closed or only to be read: it takes no orders any more";
const OPEN_MS = 20_000;

const RULES: VenueRules = {
  ...{ orderKinds: TRADOVATE_ORDER_KINDS, timesInForce: TIMES_IN_FORCE },
  ...{ endsDayOrders: true, brackets: true, modifies: true },
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
  const { client, ledger, onHalt = () => {}, onTrouble = () => {}, tag } = options;
  const { clock, random, transport, urls } = client.options;
  requireTag(tag);
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
    const asked = { contract, contractId };
    markets.set(
      instrument.symbol,
      venueMarket({ instrument, feePerSideMicros }, asked, ledger),
    );
  }
  const books = new TradovateBooks(account.id);
  const connect = ({ changed, followed }: VenueStreamListener): UserStream => {
    const stream = new UserStream({
      ...{ transport, clock, random, url: urls.user, tokens: client.tokens },
      ...{ budget: client.budget, accountId: account.id, onTrouble, onState: followed },
      ...(options.socketPatience === undefined ? {} : { patience: options.socketPatience }),
      onBooks: (told) => {
        books.takeAll(told);
        changed();
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
        changed();
      },
    });
    stream.start();
    return stream;
  };
  const broker = await openVenueBroker({
    ...{ venue: "Tradovate", account: account.name, rules: RULES, books, connect, openMs: OPEN_MS },
    ...{ clock, ledger, markets, onHalt, onTrouble, patience: options.patience, tag },
    names: { separator: "." },
    calls: new TradovateCalls(client, account, markets),
    findContract: (name, instrument) => requireContract(client, name, instrument),
    reader: () => new TradovateReader(client, books),
    onClose: () => client.close(),
  });
  return { broker, account: account.name, accountId: account.id };
}

const LOCKS = ["LockTradingImmediately", "LiquidateImmediately", "LiquidateOnlyModeImmediately"];

/** The venue, or the firm behind it, has locked the account. */
function haltOnRisk(entity: JsonValue, accountId: number, onHalt: (reason: string) => void): void {
  const fields = fieldsOf(entity);
  if (fields === null || numberIn(fields, "id") !== accountId) return;
  const action = textIn(fields, "adminAction") ?? "";
  if (LOCKS.includes(action)) onHalt(`the venue has locked the account: ${action}`);
}
