import { InputError, type JsonValue, UnavailableError } from "../../core/mod.ts";
import type { Instrument } from "../../market/mod.ts";
import type { BarBroker } from "../../trading/mod.ts";
import type { VenueMarket } from "../broker/broker_context.ts";
import type { OrderLedger } from "../broker/order_ledger.ts";
import { patientLedger } from "../broker/patient_ledger.ts";
import type { VenueRules } from "../broker/order_terms.ts";
import { type OrderNames, OwnOrders } from "../broker/own_orders.ts";
import { BROKER_PATIENCE, type BrokerPatience, VenueBroker } from "../broker/venue_broker.ts";
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
  ...{ outlivesSessions: false, leastStopTicks: 4, oneOfEach: true },
};

const NAMES: OrderNames = {
  separator: "-",
  ofExit: (entryName, { kind }) => `${entryName}-${kind === "take-profit" ? "TP" : "SL"}`,
};

/** Ends by the names by which they were told. */
const ENDS = { filled: "filled", expired: "expired", rejected: "rejected" } as Readonly<
  Record<string, "filled" | "expired" | "rejected">
>;

const TAG = /^[A-Za-z0-9_-]{1,40}$/;
const OPEN_MS = 30_000;

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
  const { client, onTrouble = () => {}, tag } = options;
  const ledger = patientLedger(options.ledger, onTrouble);
  const { clock, random, transport, urls } = client.options;
  const halts = new Set<string>();
  const onHalt = (reason: string): void => {
    if (!halts.has(reason)) options.onHalt?.(reason);
    halts.add(reason);
  };
  if (!TAG.test(tag)) {
    throw new InputError(`Cannot mark orders by ${JSON.stringify(tag)}`, {
      remedy: "use letters, digits, - and _, 40 at most",
    });
  }
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
    if (!isActive) onHalt(`the venue takes no orders of ${contract} any more`);
    markets.set(instrument.symbol, {
      ...{ instrument, contract, contractId, feePerSideMicros, lastTicks: null, lastRow: 0 },
    });
  }
  const books = new ProjectXBooks(accountId, onTrouble, onHalt);
  for (const { contractId } of markets.values()) books.expect(contractId);
  for (const entry of ledger.entries()) if (entry.kind === "filled") books.takeFill(entry.venue);
  let broker: VenueBroker | null = null;
  const ready = Promise.withResolvers<void>();
  let trouble = "";
  const takers: Readonly<Record<UserEntity, (value: JsonValue) => void>> = {
    order: (value) => void books.takeOrder(value),
    trade: (value) => books.takeTrade(value),
    position: (value) => books.takePosition(value),
    account: (value) => books.takeAccount(value),
  };
  const stream = new UserHubStream({
    ...{ transport, clock, random, url: urls.userHub, tokens: client.tokens },
    ...{ accountId, onTrouble },
    ...(options.hubPatience === undefined ? {} : { patience: options.hubPatience }),
    onChange: (entity, value) => {
      takers[entity](value);
      broker?.changed();
    },
    // What could not be read may have been anything: everything is asked for.
    onGap: () => broker?.follow(stream.isFollowing),
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
        `Cannot follow account ${account} at ProjectX: ${trouble || "it does not answer"}`,
      ),
    ));
  try {
    await ready.promise;
    const shared = { venue: "ProjectX", rules: RULES, clock, books, ledger, markets, onTrouble };
    const orders = new OwnOrders(tag, ledger, clock.now(), NAMES);
    for (const { ended, works } of orders.all()) {
      for (const { endedAt, venueId } of works) {
        if (ended !== null && endedAt !== null && venueId !== null) {
          books.endedBefore(venueId, ENDS[ended] ?? "canceled");
        }
      }
    }
    const calls = new ProjectXCalls(client, accountId, markets, onHalt);
    const reader = new ProjectXReader({ client, clock, accountId, books, orders, onTrouble });
    const { missing } = await reader.everything("watch");
    if (missing !== "") {
      throw new UnavailableError(`Cannot read the books of ProjectX: no answer for ${missing}`);
    }
    const started = new VenueBroker(
      { ...shared, calls, reader, orders },
      begin(ledger, books),
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
    return { broker: started, account, accountId };
  } catch (error) {
    stream.close();
    throw error;
  } finally {
    stop();
  }
}

/** What was there before the first order: kept once, then known. */
function begin(ledger: OrderLedger, books: ProjectXBooks) {
  const known = ledger.entries().find((entry) => entry.kind === "begun");
  if (known !== undefined) {
    return { lastFillId: known.lastFillId, positions: new Map(known.positions) };
  }
  const lastFillId = Math.max(0, ...books.fills.keys());
  ledger.append({ kind: "begun", lastFillId, positions: [...books.positions] });
  return { lastFillId, positions: new Map(books.positions) };
}
