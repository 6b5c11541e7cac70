import { InputError, type JsonValue, type Random, sleep, type TimerClock } from "../../core/mod.ts";
import { type Transport, TransportError } from "../../trading/mod.ts";
import { CallBudget, type CallLimits, type CallOptions } from "../call_budget.ts";
import { fieldsOf, itemsOf, type JsonFields, numberIn, textIn } from "../json_fields.ts";
import { shareBefore } from "./busy_minute.ts";
import type { TokenStore, TradovateCredentials } from "./credentials.ts";
import { readAccount, type TradovateAccount } from "./entities.ts";
import type { PlacedIds } from "../broker/venue_ports.ts";
import { type CallOutcome, doneValue } from "../call_outcome.ts";
import { RestClient } from "./rest_client.ts";
import { TokenKeeper } from "./token_keeper.ts";
import type { TradovateUrls } from "./tradovate_urls.ts";

/** What a client is made of. */
export interface TradovateClientOptions {
  /** The way to the venue. */
  readonly transport: Transport;
  /** Whose time passes. */
  readonly clock: TimerClock;
  /** Of pauses that are not to be alike. */
  readonly random: Random;
  /** Where the venue is. */
  readonly urls: TradovateUrls;
  /** Who asks. */
  readonly credentials: TradovateCredentials;
  /** Where the token is kept from one start to the next. */
  readonly tokens: TokenStore;
  /**
   * How many calls it is sent.
   *
   * @default TRADOVATE_LIMITS
   */
  readonly limits?: CallLimits | undefined;
  /** Milliseconds after which an answer is not waited for any more. @default {5_000} */
  readonly timeoutMs?: number | undefined;
  /** Told what a person should know at once, in one line. */
  readonly onTrouble?: (reason: string) => void;
}

/** Far below what is stated, as users have been stopped at 80 calls a minute. */
export const TRADOVATE_LIMITS: CallLimits = {
  ...{ perSecond: 10, perMinute: 60, perHour: 4_000, failuresPerHour: 50 },
};

/** Lots and prices of an order as the venue takes them. */
export interface OrderTicket {
  /** Which side. */
  readonly action: "Buy" | "Sell";
  /** Which kind. */
  readonly orderType: "Market" | "Limit" | "Stop" | "StopLimit";
  /** Limit. */
  readonly price?: number;
  /** Stop. */
  readonly stopPrice?: number;
  /** When it is given up. */
  readonly timeInForce: "Day" | "GTC" | "IOC" | "FOK";
  /** What it is found by again; at most 64 characters. */
  readonly clOrdId: string;
}

/** An order of its own. */
export interface PlacedTicket extends OrderTicket {
  /** Number of the account. */
  readonly accountId: number;
  /** Name of the account. */
  readonly accountSpec: string;
  /** Name of the contract. */
  readonly symbol: string;
  /** Whole lots above 0. */
  readonly orderQty: number;
}

/** Between questions for the venue's clock: one may be lost. */
const TIME_PAUSES_MS = [0, 500, 2_000];

/** Everything that is asked of the venue but streams, with typed outcomes. */
export class TradovateClient {
  /** The one place that says when a call may go. */
  readonly budget: CallBudget;
  /** The token that all connections share. */
  readonly tokens: TokenKeeper;
  /** What it is made of. */
  readonly options: TradovateClientOptions;
  readonly #rest: RestClient;

  /** Asks for nothing yet. */
  constructor(options: TradovateClientOptions) {
    const { clock, credentials, onTrouble = () => {}, random, transport, urls } = options;
    const { limits = TRADOVATE_LIMITS } = options, { perMinute } = limits;
    this.options = options;
    this.budget = new CallBudget(clock, limits, () => {
      this.tokens.noteCalls(this.budget.usage.minute / perMinute);
    });
    // A token that was kept is of a process that may have ended a moment ago.
    const kept = options.tokens.load();
    if (kept?.token != null) {
      this.budget.assume(Math.floor(perMinute * shareBefore(kept.busy, clock.now())));
    }
    const shared = { transport, clock, budget: this.budget, onTrouble };
    this.tokens = new TokenKeeper({
      ...{ ...shared, random, credentials, url: urls.auth, store: options.tokens },
    });
    this.#rest = new RestClient({
      ...{ ...shared, urls, tokens: this.tokens, timeoutMs: options.timeoutMs },
    });
  }

  /** All entities of a type that the venue shows now: orders and fills of this trading session. */
  list(type: string, options: CallOptions): Promise<CallOutcome<readonly JsonValue[]>> {
    return this.#items({ path: `${type.toLowerCase()}/list`, ...options });
  }

  /** What belongs to an entity, for example the fills of an order. */
  dependents(
    type: string,
    masterId: number,
    options: CallOptions,
  ): Promise<CallOutcome<readonly JsonValue[]>> {
    const query = { masterid: masterId };
    return this.#items({ path: `${type.toLowerCase()}/deps`, query, ...options });
  }

  /** What belongs to any of some entities. */
  dependentsOfAll(
    type: string,
    masterIds: readonly number[],
    options: CallOptions,
  ): Promise<CallOutcome<readonly JsonValue[]>> {
    const query = { masterids: masterIds.join(",") };
    return this.#items({ path: `${type.toLowerCase()}/ldeps`, query, ...options });
  }

  /** Entities by their numbers, ten at most; those that there are, in any order. */
  items(
    type: string,
    ids: readonly number[],
    options: CallOptions,
  ): Promise<CallOutcome<readonly JsonValue[]>> {
    return this.#items({
      path: `${type.toLowerCase()}/items`,
      query: { ids: ids.join(",") },
      ...options,
    });
  }

  /** An entity by its number. */
  item(type: string, id: number, options: CallOptions): Promise<CallOutcome> {
    return this.#rest.call({ path: `${type.toLowerCase()}/item`, query: { id }, ...options });
  }

  /** An entity by its name. */
  find(type: string, name: string, options: CallOptions): Promise<CallOutcome> {
    return this.#rest.call({ path: `${type.toLowerCase()}/find`, query: { name }, ...options });
  }

  /** Contracts that a text means, the likeliest first. */
  suggestContracts(text: string, options: CallOptions): Promise<CallOutcome<readonly JsonValue[]>> {
    return this.#items({ path: "contract/suggest", query: { t: text, l: 10 }, ...options });
  }

  /** The contract after another one. */
  async rollContract(name: string, options: CallOptions): Promise<CallOutcome> {
    const body = { name, forward: true, ifExpired: false };
    const outcome = await this.#rest.call({ path: "contract/rollcontract", body, ...options });
    return readWith(outcome, (fields) => fields.contract ?? null);
  }

  /** Places an order. */
  placeOrder(ticket: PlacedTicket, options: CallOptions): Promise<CallOutcome<PlacedIds>> {
    return this.#place("order/placeorder", { ...ticket }, [], options);
  }

  /** Places two orders that cancel one another. */
  placeOco(
    ticket: PlacedTicket,
    other: OrderTicket,
    options: CallOptions,
  ): Promise<CallOutcome<PlacedIds>> {
    return this.#place("order/placeoco", { ...ticket, other: { ...other } }, ["ocoId"], options);
  }

  /** Places an entry with its exits, which cancel one another and wait for it. */
  placeOso(
    ticket: PlacedTicket,
    exits: readonly OrderTicket[],
    options: CallOptions,
  ): Promise<CallOutcome<PlacedIds>> {
    const [first, second] = exits;
    const body = {
      ...ticket,
      bracket1: { ...first! },
      ...(second === undefined ? {} : { bracket2: { ...second } }),
    };
    const names = ["oso1Id", "oso2Id"].slice(0, exits.length);
    return this.#place("order/placeoso", body, names, options);
  }

  /** Changes an order to these lots in all, those that traded included. @returns number of the command */
  modifyOrder(
    orderId: number,
    { action: _action, ...ticket }: OrderTicket & { readonly orderQty: number },
    options: CallOptions,
  ): Promise<CallOutcome<number>> {
    return this.#command("order/modifyorder", { orderId, ...ticket }, options);
  }

  /** Takes an order back. @returns number of the command */
  cancelOrder(
    orderId: number,
    clOrdId: string,
    options: CallOptions,
  ): Promise<CallOutcome<number>> {
    return this.#command("order/cancelorder", { orderId, clOrdId }, options);
  }

  /** Takes back the orders of a contract and closes what is held of it. */
  async liquidatePosition(
    accountId: number,
    contractId: number,
    options: CallOptions,
  ): Promise<CallOutcome<number>> {
    const body = { accountId, contractId, admin: false, isAutomated: true };
    const outcome = await this.#rest.call({ path: "order/liquidateposition", body, ...options });
    return readWith(outcome, (fields) => numberIn(fields, "orderId"));
  }

  /** Begins an order strategy of the venue's own, for example a bracket with several targets. */
  startOrderStrategy(
    strategy: {
      readonly accountId: number;
      readonly accountSpec: string;
      readonly symbol: string;
      readonly action: "Buy" | "Sell";
      readonly orderStrategyTypeId: number;
      readonly uuid: string;
    },
    params: JsonValue,
    options: CallOptions,
  ): Promise<CallOutcome> {
    // The venue takes the parameters as text.
    const body = { ...strategy, params: JSON.stringify(params), isAutomated: true };
    return this.#rest.call({ path: "orderstrategy/startorderstrategy", body, ...options });
  }

  /** Ends an order strategy. */
  interruptOrderStrategy(orderStrategyId: number, options: CallOptions): Promise<CallOutcome> {
    const body = { orderStrategyId };
    return this.#rest.call({ path: "orderstrategy/interruptorderstrategy", body, ...options });
  }

  /** The value of a call that has to succeed; see `doneValue`. */
  requireDone<Value>(outcome: CallOutcome<Value>, what: string): Value {
    const url = this.options.urls.rest;
    return doneValue(outcome, what, { name: "Tradovate", url, doctor: "doctor:tradovate" });
  }

  /** Cash of an account, dollars. @throws {InputError} when the venue does not say it */
  async cash(accountId: number): Promise<number> {
    const options = { priority: "watch" } as const;
    for (
      const item of this.requireDone(await this.list("cashBalance", options), "look up the cash")
    ) {
      const fields = fieldsOf(item);
      if (fields === null || numberIn(fields, "accountId") !== accountId) continue;
      // The venue's own numbers: 1 is the dollar.
      const amount = numberIn(fields, "currencyId") === 1 ? numberIn(fields, "amount") : null;
      if (amount !== null) return amount;
    }
    throw new InputError("Cannot trade an account without cash in dollars", { where: "--account" });
  }

  /** The venue's clock, epoch milliseconds. @throws Error when the venue does not say it */
  async time(): Promise<number> {
    const aheadMs = await this.clockAheadMs();
    return this.options.clock.now() - aheadMs;
  }

  /**
   * How far this machine's clock is ahead of the venue's, which says its own by the second.
   *
   * @returns milliseconds, right to about half a second
   * @throws Error when the venue does not say it
   */
  async clockAheadMs(): Promise<number> {
    const { clock, transport, urls } = this.options;
    let found: unknown = new Error("the venue does not say its time");
    for (const pauseMs of TIME_PAUSES_MS) {
      await sleep(clock, pauseMs);
      const { accessToken } = await this.tokens.token();
      await this.budget.take("watch");
      const asked = clock.now();
      try {
        const { headers } = await transport.request({
          ...{ method: "GET", url: `${urls.rest}/auth/me`, timeoutMs: 5_000 },
          headers: { authorization: `Bearer ${accessToken}` },
        });
        const time = Date.parse(headers.date ?? "");
        // In the middle of the second that it names, half-way between question and answer.
        if (Number.isFinite(time)) return (asked + clock.now()) / 2 - (time + 500);
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        found = error;
      }
    }
    throw found;
  }

  /**
   * The account of a name or number; of no name the only one that is open, or that there is.
   *
   * @throws {InputError} when there is none
   */
  async account(name: string | null): Promise<TradovateAccount> {
    const found = this.requireDone(
      await this.list("account", { priority: "watch" }),
      "list accounts",
    );
    const accounts = found.flatMap((item) => readAccount(item) ?? []);
    const open = accounts.filter(({ isActive, isClosed }) => isActive && !isClosed);
    const matching = name === null
      ? open.length > 0 ? open : accounts
      : accounts.filter((one) => one.name === name || String(one.id) === name);
    const [account] = matching;
    if (account === undefined || matching.length > 1) {
      const names = accounts.map((one) => one.name).join(", ");
      throw new InputError(
        account === undefined
          ? name === null
            ? "Cannot find an account of this user here"
            : `Cannot trade account ${name} as there is none here`
          : "Cannot choose between several accounts",
        {
          where: "--account",
          remedy: names === "" ? "check the permissions" : `give one of ${names}`,
        },
      );
    }
    return account;
  }

  /** Ends renewal and whatever waits. */
  close(): void {
    this.tokens.close();
    this.budget.close();
  }

  async #items(
    call: Parameters<RestClient["call"]>[0],
  ): Promise<CallOutcome<readonly JsonValue[]>> {
    const outcome = await this.#rest.call(call);
    if (outcome.kind !== "done") return outcome;
    return Array.isArray(outcome.value)
      ? { kind: "done", value: itemsOf(outcome.value) }
      : { kind: "unknown", reason: `the answer to ${call.path} is no list` };
  }

  async #place(
    path: string,
    ticket: JsonFields,
    others: readonly string[],
    options: CallOptions,
  ): Promise<CallOutcome<PlacedIds>> {
    const body = { ...ticket, isAutomated: true };
    const outcome = await this.#rest.call({ path, body, ...options });
    return readWith(outcome, (fields) => {
      const orderId = numberIn(fields, "orderId");
      const ids = others.flatMap((name) => numberIn(fields, name) ?? []);
      return orderId === null ? null : { orderId, others: ids };
    });
  }

  async #command(
    path: string,
    fields: JsonFields,
    options: CallOptions,
  ): Promise<CallOutcome<number>> {
    const body = { ...fields, isAutomated: true };
    const outcome = await this.#rest.call({ path, body, ...options });
    return readWith(outcome, (answer) => numberIn(answer, "commandId"));
  }
}

/** Name of a contract in an answer; null for none. */
export function nameIn(value: JsonValue): string | null {
  const fields = fieldsOf(value);
  return fields === null ? null : textIn(fields, "name");
}

/** An answer without what it should say leaves open what was done. */
function readWith<Value>(
  outcome: CallOutcome,
  read: (fields: JsonFields) => Value | null,
): CallOutcome<Value> {
  if (outcome.kind !== "done") return outcome;
  const fields = fieldsOf(outcome.value);
  const value = fields === null ? null : read(fields);
  return value === null
    ? { kind: "unknown", reason: "the answer does not say what was done" }
    : { kind: "done", value };
}
