import { InputError, type JsonValue } from "../../core/mod.ts";
import type { Instrument } from "../../market/mod.ts";
import type { BarBroker } from "../../trading/mod.ts";
import { contractsOf, type VenueMarket, venueMarket } from "../broker/market_contracts.ts";
import type { OrderLedger } from "../broker/order_ledger.ts";
import { openVenueBroker, requireTag } from "../broker/open_venue_broker.ts";
import type { VenueRules } from "../broker/order_terms.ts";
import type { OrderNames } from "../broker/own_orders.ts";
import type { BrokerPatience } from "../broker/venue_broker.ts";
import type { VenueStreamListener } from "../broker/venue_ports.ts";
import type { HubPatience } from "./hub_line.ts";
import { ProjectXBooks } from "./projectx_books.ts";
import { ProjectXCalls } from "./projectx_calls.ts";
import type { ProjectXClient } from "./projectx_client.ts";
import { requireProjectXContract } from "./projectx_contracts.ts";
import { ProjectXReader } from "./projectx_reader.ts";
import { type UserEntity, UserHubStream } from "./user_hub_stream.ts";

/** What a broker at ProjectX is opened with. */
export interface ProjectXBrokerOptions {
  readonly client: ProjectXClient;
  /** Name or number of the account; null for the only one that can trade. */
  readonly account: string | null;
  /** What is traded: an instrument by its contract, for example `MESZ6`. */
  readonly markets: readonly {
    readonly instrument: Instrument;
    readonly contract: string;
    /** What a lot and side costs where the venue does not say it in time, micro-dollars. */
    readonly feePerSideMicros: number;
  }[];
  /**
   * Tells the orders of this session from all others, and never comes again: letters, digits, `-` and
   * `_`, 40 at most.
   */
  readonly tag: string;
  /** Where orders are kept before they are sent. */
  readonly ledger: OrderLedger;
  /** @default BROKER_PATIENCE */
  readonly patience?: Partial<BrokerPatience>;
  readonly hubPatience?: Partial<HubPatience>;
  /** Whether bars of the next contract will come, once orders are taken of it alone. @default false */
  readonly rolls?: boolean;
  /** Told what a person should know, in one line. */
  readonly onTrouble?: (reason: string) => void;
  /** Told why nothing should be entered any more. */
  readonly onHalt?: (reason: string) => void;
}

/** An opened broker, and whose account it trades. */
export interface OpenedProjectXBroker {
  readonly broker: BarBroker;
  /** Name of the account. */
  readonly account: string;
  readonly accountId: number;
}

const RULES: VenueRules = {
  orderKinds: ["market", "limit", "stop"],
  // No order says how long it lives; the venue ends what is left with its session.
  timesInForce: ["gtc", "day"],
  ...{ endsDayOrders: false, brackets: true, modifies: true },
  // The firm wants everything flat then, fifty minutes before the exchange closes.
  dayEnd: { minutes: 15 * 60 + 10, timeZone: "America/Chicago" },
  ...{ outlivesSessions: false, leastStopTicks: 4, oneOfEach: true },
};

const NAMES: OrderNames = {
  separator: "-",
  ofExit: (entryName, { kind }) => `${entryName}-${kind === "take-profit" ? "TP" : "SL"}`,
};

/**
 * Connects with an account at a gateway of ProjectX. What was ordered before, by this session, is
 * known from its ledger and the venue's books; everything else there is somebody else's.
 *
 * @throws {InputError} when the account, a contract or the key is wrong
 * @throws {UnavailableError} when the gateway does not answer in time
 */
export async function openProjectXBroker(
  options: ProjectXBrokerOptions,
): Promise<OpenedProjectXBroker> {
  const { client, ledger, onTrouble = () => {}, tag } = options;
  const { clock, random, transport, urls } = client.options;
  const halts = new Set<string>();
  const onHalt = (reason: string): void => {
    if (!halts.has(reason)) options.onHalt?.(reason);
    halts.add(reason);
  };
  requireTag(tag);
  const { canTrade, id: accountId, name: account } = await client.account(options.account);
  // A session that goes on looks after what it has, whatever is locked or over.
  const isGoingOn = ledger.entries().length > 0;
  if (!canTrade && !isGoingOn) {
    throw new InputError(`Cannot trade account ${account} as the firm has locked it`, {
      ...{ where: "--account", remedy: "give an account that can trade" },
    });
  }
  const markets = new Map<string, VenueMarket>();
  for (const { contract, feePerSideMicros, instrument } of options.markets) {
    const found = await requireProjectXContract(client, contract, instrument, isGoingOn);
    const { id: contractId, isActive } = found;
    if (!isActive && options.rolls !== true) {
      onHalt(`the venue takes no orders of ${contract} any more`);
    }
    const asked = { contract, contractId };
    markets.set(
      instrument.symbol,
      venueMarket({ instrument, feePerSideMicros }, asked, ledger),
    );
  }
  const books = new ProjectXBooks(accountId, onTrouble, onHalt);
  for (const { contractId } of [...markets.values()].flatMap(contractsOf)) {
    books.expect(contractId);
  }
  const takers: Readonly<Record<UserEntity, (value: JsonValue) => void>> = {
    order: (value) => void books.takeOrder(value),
    trade: (value) => books.takeTrade(value),
    position: (value) => books.takePosition(value),
    account: (value) => books.takeAccount(value),
  };
  const connect = ({ changed, followed }: VenueStreamListener): UserHubStream => {
    const stream = new UserHubStream({
      ...{ transport, clock, random, url: urls.userHub, tokens: client.tokens },
      ...{ accountId, onTrouble, onState: followed },
      ...(options.hubPatience === undefined ? {} : { patience: options.hubPatience }),
      onChange: (entity, value) => {
        takers[entity](value);
        changed();
      },
      // What could not be read may have been anything: everything is asked for.
      onGap: () => followed(stream.isFollowing, ""),
    });
    stream.start();
    return stream;
  };
  const broker = await openVenueBroker({
    ...{ venue: "ProjectX", account, rules: RULES, names: NAMES, books, connect },
    ...{ clock, ledger, markets, onHalt, onTrouble, patience: options.patience, tag },
    calls: new ProjectXCalls(client, accountId, markets, onHalt, options.rolls ?? false),
    findContract: async (name, instrument) => {
      const { id } = await requireProjectXContract(client, name, instrument);
      books.expect(id);
      return id;
    },
    reader: (orders) => new ProjectXReader({ client, clock, accountId, books, orders, onTrouble }),
    onClose: () => client.close(),
  });
  return { broker, account, accountId };
}
