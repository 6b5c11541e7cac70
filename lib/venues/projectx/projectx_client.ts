import { InputError, type JsonValue, type Random, type TimerClock } from "../../core/mod.ts";
import type { JournaledBar, Transport } from "../../trading/mod.ts";
import { CallBudget, type CallLimits, type CallOptions } from "../call_budget.ts";
import { type CallOutcome, doneValue } from "../call_outcome.ts";
import { type JsonFields, numberIn } from "../json_fields.ts";
import { GatewayCalls } from "./gateway_calls.ts";
import {
  type ProjectXAccount,
  type ProjectXContract,
  readProjectXAccount,
  readProjectXBar,
  readProjectXContract,
} from "./gateway_entities.ts";
import type { ProjectXUrls } from "./projectx_urls.ts";
import { type ProjectXCredentials, SessionTokens } from "./session_tokens.ts";

/** What a client is made of. */
export interface ProjectXClientOptions {
  readonly transport: Transport;
  readonly clock: TimerClock;
  readonly random: Random;
  readonly urls: ProjectXUrls;
  readonly credentials: ProjectXCredentials;
  /** @default PROJECTX_LIMITS */
  readonly limits?: CallLimits | undefined;
  /** Milliseconds after which an answer is not waited for any more. @default {10_000} */
  readonly timeoutMs?: number | undefined;
  /** Told what a person should know at once, in one line. */
  readonly onTrouble?: (reason: string) => void;
}

/** Well below the 200 a minute that are stated, as programs with one key share them. */
export const PROJECTX_LIMITS: CallLimits = {
  ...{ perSecond: 20, perMinute: 120, perHour: 7_200, failuresPerHour: 600 },
};

/** For bars: half of the lower of two limits that are stated for 30 seconds, in a minute. */
export const PROJECTX_BAR_LIMITS: CallLimits = {
  ...{ perSecond: 5, perMinute: 25, perHour: 1_500, failuresPerHour: 600 },
};

/** An exit that comes with its entry: ticks from the fill, below 0 where the price is lower. */
export interface BracketLeg {
  readonly ticks: number;
  /** 4 for a stop, 1 for a limit. */
  readonly type: number;
}

/** An order as the gateway takes it. */
export interface GatewayTicket {
  readonly accountId: number;
  readonly contractId: string;
  readonly type: number;
  /** 0 buys, 1 sells. */
  readonly side: number;
  /** Whole lots above 0. */
  readonly size: number;
  readonly limitPrice: number | null;
  readonly stopPrice: number | null;
  /** What it is found by again: never used twice for one account. */
  readonly customTag: string;
  readonly stopLossBracket: BracketLeg | null;
  readonly takeProfitBracket: BracketLeg | null;
}

/** Which orders are asked for. */
export interface OrderFilter {
  /** Statuses by number; all when absent. */
  readonly statuses?: readonly number[];
  /** Epoch milliseconds. */
  readonly createdAfter?: number;
  /** Epoch milliseconds. */
  readonly createdBefore?: number;
}

/** Bars that are asked for. */
export interface GatewayBarQuestion {
  readonly contractId: string;
  /** Epoch milliseconds; opens from then on. */
  readonly from: number;
  /** Epoch milliseconds; and before then. */
  readonly until: number;
  /** 1 second, 2 minute, 3 hour, 4 day. */
  readonly unit: number;
  readonly unitNumber: number;
  readonly limit: number;
}

/** An answer that may be only a part. */
export interface OrderPage {
  readonly orders: readonly JsonValue[];
  /** How many there are in all; null where the gateway does not say it. */
  readonly total: number | null;
}

/**
 * A gateway of ProjectX: one token, one budget of calls, typed outcomes.
 *
 * @example
 * ```ts
 * import { ProjectXClient } from "./projectx_client.ts";
 * import { TOPSTEPX } from "./projectx_urls.ts";
 * import { VirtualClock } from "../../core/virtual_clock.ts";
 * import { createRandom } from "../../core/random.ts";
 * import { createMemoryTransport } from "../../trading/memory_transport.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const clock = new VirtualClock();
 * const answer = { success: true, errorCode: 0, token: "t", accounts: [] };
 * const server = {
 *   answer: () => Promise.resolve({ status: 200, headers: {}, body: JSON.stringify(answer) }),
 *   accept: () => ({ onMessage: () => {}, onClose: () => {} }),
 * };
 * const client = new ProjectXClient({
 *   clock,
 *   random: createRandom(1),
 *   transport: createMemoryTransport(clock, { "api.topstepx.com": server }),
 *   urls: TOPSTEPX,
 *   credentials: { userName: "me", apiKey: "key" },
 * });
 * const accounts = client.accounts({ priority: "watch" });
 * await clock.advance(1_000);
 * assertEquals(await accounts, { kind: "done", value: [] });
 * client.close();
 * ```
 */
export class ProjectXClient {
  /** What it was made of. */
  readonly options: ProjectXClientOptions;
  /** For calls and hubs alike. */
  readonly tokens: SessionTokens;
  /** Of everything but bars. */
  readonly budget: CallBudget;
  readonly #barBudget: CallBudget;
  readonly #calls: GatewayCalls;

  /** Has called nothing yet. */
  constructor(options: ProjectXClientOptions) {
    const { clock, onTrouble = () => {}, timeoutMs, transport, urls: { rest } } = options;
    this.options = options;
    this.budget = new CallBudget(clock, options.limits ?? PROJECTX_LIMITS);
    this.#barBudget = new CallBudget(clock, PROJECTX_BAR_LIMITS);
    const { credentials, random } = options;
    const shared = { transport, clock, rest, budget: this.budget, onTrouble };
    this.tokens = new SessionTokens({ ...shared, random, credentials });
    this.#calls = new GatewayCalls({
      ...{ ...shared, tokens: this.tokens, barBudget: this.#barBudget, timeoutMs },
    });
  }

  /** The value of a call that has to succeed; see `doneValue`. */
  requireDone<Value>(outcome: CallOutcome<Value>, what: string): Value {
    const url = this.options.urls.rest;
    return doneValue(outcome, what, { name: "ProjectX", url, doctor: "doctor:projectx" });
  }

  /** Accounts of the user that are active, as the gateway tells them. */
  accountEntities(options: CallOptions): Promise<CallOutcome<readonly JsonValue[]>> {
    return this.#list("Account/search", "accounts", { onlyActiveAccounts: true }, options);
  }

  /** Accounts of the user that are active. */
  async accounts(options: CallOptions): Promise<CallOutcome<readonly ProjectXAccount[]>> {
    return mapped(
      await this.accountEntities(options),
      (items) => items.flatMap((item) => readProjectXAccount(item) ?? []),
    );
  }

  /**
   * The account of a name or number; of no name the only one that can trade, or that there is.
   *
   * @param onlyPractice whether no other than a practice account will do: its stage stands in its name
   * @throws {InputError} when there is none, or no program can look after it
   */
  async account(name: string | null, onlyPractice = false): Promise<ProjectXAccount> {
    const found = this.requireDone(await this.accounts({ priority: "watch" }), "list accounts");
    const visible = found.filter(({ isVisible }) => isVisible);
    const possible = visible.filter((one) => !onlyPractice || isPractice(one));
    const open = possible.filter(({ canTrade }) => canTrade);
    const matching = name === null
      ? open.length > 0 ? open : possible
      : visible.filter((one) => one.name === name || String(one.id) === name);
    const [account] = matching;
    if (account === undefined || matching.length > 1) {
      const names = visible.map((one) => one.name).join(", ");
      throw new InputError(
        account === undefined
          ? name === null
            ? "Cannot find an account of this user that a program may trade here"
            : `Cannot trade account ${name} as there is none here`
          : "Cannot choose between several accounts",
        {
          where: "--account",
          remedy: names === "" ? "see the platform for what is open" : `give one of ${names}`,
        },
      );
    }
    if (onlyPractice && !isPractice(account)) {
      throw new InputError(
        `Cannot trade account ${account.name} by this task as it is no practice account`,
        { where: "--account", remedy: "give one whose name begins with PRAC" },
      );
    }
    if (account.isSimulated === false) {
      throw new InputError(
        `Cannot trade account ${account.name} as the gateway takes no order of a live account back`,
        { where: "--account", remedy: "give a practice, combine or express account" },
      );
    }
    return account;
  }

  /** The contract of an id, also one that has ended; null for none. */
  async contract(
    contractId: string,
    options: CallOptions,
  ): Promise<CallOutcome<ProjectXContract | null>> {
    const outcome = await this.#read("Contract/searchById", { contractId }, options);
    if (outcome.kind === "refused" && outcome.code === "missing") {
      return { kind: "done", value: null };
    }
    return mapped(outcome, (fields) => readProjectXContract(fields.contract));
  }

  /** Contracts that a text may mean: 20 at most, only of active months, and never just the one. */
  async searchContracts(
    searchText: string,
    options: CallOptions,
  ): Promise<CallOutcome<readonly ProjectXContract[]>> {
    // `live` is an entitlement to data: without it the answer is empty.
    const body = { searchText, live: false };
    const listed = await this.#list("Contract/search", "contracts", body, options);
    return mapped(listed, (items) => items.flatMap((item) => readProjectXContract(item) ?? []));
  }

  /** Bars, in whatever order; the newest ones where there are more than the limit. */
  async bars(
    { contractId, from, limit, unit, unitNumber, until }: GatewayBarQuestion,
    options: CallOptions,
  ): Promise<CallOutcome<readonly JournaledBar[]>> {
    const listed = await this.#list("History/retrieveBars", "bars", {
      ...{ contractId, live: false, unit, unitNumber, limit, includePartialBar: false },
      startTime: new Date(from).toISOString(),
      endTime: new Date(until).toISOString(),
    }, options);
    return mapped(listed, (items) => items.flatMap((item) => readProjectXBar(item) ?? []));
  }

  /** Places an order. @returns its number */
  async placeOrder(
    ticket: GatewayTicket,
    options: CallOptions,
  ): Promise<CallOutcome<number>> {
    const body = { ...ticket, trailPrice: null } as unknown as Record<string, JsonValue>;
    const outcome = await this.#calls.call({
      path: "Order/place",
      body,
      changes: true,
      ...options,
    });
    if (outcome.kind !== "done") return outcome;
    const orderId = numberIn(outcome.value, "orderId");
    return orderId === null || orderId <= 0
      ? { kind: "unknown", reason: "the gateway gave it no number" }
      : { kind: "done", value: orderId };
  }

  /** Changes lots and prices of an order; all of them are sent. */
  modifyOrder(
    fields: {
      readonly accountId: number;
      readonly orderId: number;
      readonly size: number;
      readonly limitPrice: number | null;
      readonly stopPrice: number | null;
    },
    options: CallOptions,
  ): Promise<CallOutcome<JsonFields>> {
    const body = { ...fields, trailPrice: null };
    return this.#calls.call({ path: "Order/modify", body, changes: true, ...options });
  }

  /** Takes an order back; that it was taken says only the order itself. */
  cancelOrder(
    accountId: number,
    orderId: number,
    options: CallOptions,
  ): Promise<CallOutcome<JsonFields>> {
    const body = { accountId, orderId };
    return this.#calls.call({ path: "Order/cancel", body, changes: true, ...options });
  }

  /** Closes whatever is held of a contract; resting exits stay. */
  closeContract(
    accountId: number,
    contractId: string,
    options: CallOptions,
  ): Promise<CallOutcome<JsonFields>> {
    const body = { accountId, contractId };
    return this.#calls.call({ path: "Position/closeContract", body, changes: true, ...options });
  }

  /** One order by its number. */
  async order(
    accountId: number,
    orderId: number,
    options: CallOptions,
  ): Promise<CallOutcome> {
    const outcome = await this.#read("Order/searchById", { accountId, orderId }, options);
    return mapped(outcome, (fields) => fields.order ?? null);
  }

  /** The newest orders of all statuses that a filter lets through. */
  async queryOrders(
    accountId: number,
    { createdAfter, createdBefore, statuses }: OrderFilter,
    options: CallOptions,
  ): Promise<CallOutcome<OrderPage>> {
    const filter = {
      accountId,
      ...(statuses === undefined ? {} : { statuses }),
      ...(createdAfter === undefined ? {} : { createdAfter: new Date(createdAfter).toISOString() }),
      ...(createdBefore === undefined
        ? {}
        : { createdBefore: new Date(createdBefore).toISOString() }),
    };
    // How long pages may be and from where they count is in no document: only the first is asked for,
    // as long as the gateway makes it.
    const body = { filter, sortBy: 0, sortDirection: 1, includeTotalCount: true };
    const outcome = await this.#read("Order/v2/query", body, options);
    if (outcome.kind !== "done") return outcome;
    const { orders } = outcome.value;
    return Array.isArray(orders)
      ? { kind: "done", value: { orders, total: numberIn(outcome.value, "totalCount") } }
      : { kind: "unknown", reason: "the answer to Order/v2/query holds no list" };
  }

  /** Orders of all statuses since a time. */
  searchOrders(
    accountId: number,
    since: number,
    options: CallOptions,
  ): Promise<CallOutcome<readonly JsonValue[]>> {
    const startTimestamp = new Date(since).toISOString();
    return this.#list("Order/search", "orders", { accountId, startTimestamp }, options);
  }

  /** Orders that are open, without those that wait for their entry. */
  openOrders(
    accountId: number,
    options: CallOptions,
  ): Promise<CallOutcome<readonly JsonValue[]>> {
    return this.#list("Order/searchOpen", "orders", { accountId }, options);
  }

  /** Executions since a time. */
  trades(
    accountId: number,
    since: number,
    options: CallOptions,
  ): Promise<CallOutcome<readonly JsonValue[]>> {
    const startTimestamp = new Date(since).toISOString();
    return this.#list("Trade/search", "trades", { accountId, startTimestamp }, options);
  }

  /** Positions that are not flat. */
  positions(
    accountId: number,
    options: CallOptions,
  ): Promise<CallOutcome<readonly JsonValue[]>> {
    return this.#list("Position/searchOpen", "positions", { accountId }, options);
  }

  /** The gateway's clock by the second in which it answers, epoch milliseconds. @throws Error when it does not say it */
  async time(): Promise<number> {
    const { transport, urls: { rest } } = this.options;
    await this.budget.take("poll");
    const { headers } = await transport.request({
      ...{ method: "GET", url: `${rest}/api/Status/ping`, timeoutMs: 5_000 },
    });
    const time = Date.parse(headers.date ?? "");
    // In the middle of the second that it names.
    if (Number.isFinite(time)) return time + 500;
    throw new Error("the gateway does not say its time");
  }

  /** Ends renewal and whatever waits. */
  close(): void {
    this.tokens.close();
    this.budget.close();
    this.#barBudget.close();
  }

  #read(
    path: string,
    body: Readonly<Record<string, JsonValue>>,
    options: CallOptions,
  ): Promise<CallOutcome<JsonFields>> {
    return this.#calls.call({ path, body, changes: false, ...options });
  }

  /** Only a list proves that there is nothing: without one nothing is known. */
  async #list(
    path: string,
    name: string,
    body: Readonly<Record<string, JsonValue>>,
    options: CallOptions,
  ): Promise<CallOutcome<readonly JsonValue[]>> {
    const outcome = await this.#read(path, body, options);
    if (outcome.kind !== "done") return outcome;
    const list = outcome.value[name];
    return Array.isArray(list)
      ? { kind: "done", value: list }
      : { kind: "unknown", reason: `the answer to ${path} holds no list` };
  }
}

function isPractice({ name }: ProjectXAccount): boolean {
  return name.startsWith("PRAC");
}

function mapped<Value, Other>(
  outcome: CallOutcome<Value>,
  read: (value: Value) => Other,
): CallOutcome<Other> {
  return outcome.kind === "done" ? { kind: "done", value: read(outcome.value) } : outcome;
}
