import { isOnTick, toTicks } from "../../trading/mod.ts";
import type { GatewayAccountBook } from "./gateway_account.ts";
import {
  fails,
  type GatewayAnswer,
  type GatewayCall,
  problem,
  succeeds,
} from "./gateway_answer.ts";
import type { GatewayCore } from "./gateway_core.ts";
import type { GatewayDesk, NewExit, NewOrder } from "./gateway_desk.ts";
import { orderModel } from "./gateway_models.ts";
import { GatewayOrderChecks, isSize } from "./gateway_order_checks.ts";
import { type GatewayOrder, isWorkingOrder, ORDER_KIND, ORDER_STATE } from "./gateway_order.ts";

const CLOSED_TEXT =
  "Trading is currently unavailable. The instrument is not in an active trading status.";

const BRACKETS_TEXT =
  "Brackets cannot be used with Position Brackets. You must enable Auto OCO Brackets.";

/** Calls that place, change, end and read orders. */
export class GatewayOrdersApi {
  readonly #core: GatewayCore;
  readonly #desk: GatewayDesk;
  readonly #checks: GatewayOrderChecks;

  /** Puts the desk behind its calls. */
  constructor(core: GatewayCore, desk: GatewayDesk) {
    this.#core = core;
    this.#desk = desk;
    this.#checks = new GatewayOrderChecks(core, desk);
  }

  /** `Order/place`. */
  place({ body, path }: GatewayCall): GatewayAnswer {
    const core = this.#core;
    const bad = (code: number, text: string | null = null): GatewayAnswer =>
      fails(code, text, { orderId: null });
    const account = core.accounts.get(Number(body.accountId));
    if (account === undefined) return bad(1);
    const contractId = String(body.contractId);
    if (typeof body.contractId !== "string" || typeof body.size !== "number") {
      return problem("The request field is required.", path);
    }
    if (!core.contracts.all.has(contractId)) return bad(8);
    if (core.contracts.active !== contractId) return bad(9);
    if (account.lock === "ended") return bad(10);
    if (!account.canTrade) return bad(4);
    // A field that is missing binds to 0.
    const type = Number(body.type ?? 0), side = Number(body.side ?? 0) === 0 ? 1 : -1;
    const price = (name: string): number | null =>
      typeof body[name] === "number" ? body[name] as number : null;
    const tickSize = core.market.instrument.tickSize;
    const ticks = (value: number | null): number | null =>
      value === null ? null : toTicks(value, tickSize);
    const order: NewOrder = {
      ...{ accountId: account.id, contractId, type, side, size: body.size },
      customTag: typeof body.customTag === "string" ? body.customTag : null,
      limitTicks: type === ORDER_KIND.limit ? ticks(price("limitPrice")) : null,
      stopTicks: type === ORDER_KIND.stop ? ticks(price("stopPrice")) : null,
      trailTicks: null,
    };
    const refuse = (text: string, isOfBrackets = false): GatewayAnswer => {
      const isRecorded = isOfBrackets || core.guesses.recordsRejected === "always";
      const id = isRecorded ? this.#desk.record(order, text).id : null;
      return fails(2, text, { orderId: id });
    };
    if (!core.isTrading || core.strikes("session-closed")) {
      return core.guesses.closedCode === 5 ? bad(5) : refuse(CLOSED_TEXT);
    }
    if (
      order.customTag !== null &&
      (this.#isUsed(account, order.customTag) || core.strikes("tag-used"))
    ) {
      return bad(2, "The specified custom tag already in use.");
    }
    const text = this.#checks.terms(order, price) ?? this.#checks.trail(order, price("trailPrice"));
    if (text !== null) return refuse(text);
    const exits = this.#exits(body);
    const trail = type === ORDER_KIND.trailingStop
      ? { trailTicks: this.#checks.distance(order, price("trailPrice")!) }
      : {};
    if (exits.stop !== undefined || exits.target !== undefined) {
      const isAutomatic = account.options.brackets === "auto-oco";
      if (!isAutomatic || core.strikes("bracket-mode")) return refuse(BRACKETS_TEXT, true);
      const wrong = this.#checks.exits(order.side, exits);
      if (wrong !== null) return refuse(wrong);
    }
    if (core.strikes("order-refused")) {
      return refuse("Invalid price. Price is outside allowed range.");
    }
    const short = this.#checks.size(account, order);
    if (short !== null) return short === 3 ? bad(3) : refuse("Not enough margin.");
    return this.#placed({ ...order, ...trail }, exits);
  }

  /** `Order/modify`. */
  modify({ body }: GatewayCall): GatewayAnswer {
    const found = this.#find(body);
    if ("answer" in found) return found.answer;
    const { order } = found, { market } = this.#core;
    if (!isWorkingOrder(order)) return fails(3);
    if (order.status === ORDER_STATE.pending) return fails(4);
    const given = (name: string): boolean =>
      body[name] !== undefined &&
      (body[name] !== null || this.#core.guesses.omittedField === "cleared");
    const { tickSize } = market.instrument;
    const prices = ["limitPrice", "stopPrice"].filter((name) => typeof body[name] === "number");
    if (prices.some((name) => !isOnTick(body[name] as number, tickSize))) {
      return fails(3, "Invalid price. Price is not aligned to tick size.");
    }
    const grows = typeof body.size === "number" &&
      (!isSize(body.size) ||
        (order.parentId === null &&
          this.#checks.size(found.account, { ...order, size: body.size }) !== null));
    if (grows) return fails(3, "Not enough margin.");
    const ticks = (name: string): number | null =>
      typeof body[name] === "number" ? toTicks(body[name] as number, tickSize) : null;
    this.#desk.modify(order, {
      ...(typeof body.size === "number" ? { size: body.size } : {}),
      ...(given("limitPrice") ? { limitTicks: ticks("limitPrice") } : {}),
      ...(given("stopPrice") ? { stopTicks: ticks("stopPrice") } : {}),
      ...(typeof body.trailPrice === "number"
        ? { trailTicks: this.#checks.distance(order, body.trailPrice) }
        : {}),
    });
    return succeeds();
  }

  /** `Order/cancel`. */
  cancel({ body }: GatewayCall): GatewayAnswer {
    const found = this.#find(body);
    if ("answer" in found) return found.answer;
    const { account, order } = found;
    if (account.options.isFollower) return fails(6, "Follower accounts cannot cancel orders");
    if (account.options.isLive) return fails(6, "Live accounts not supported");
    if (!isWorkingOrder(order)) return fails(this.#core.guesses.cancelTooLate);
    const isPending = order.status === ORDER_STATE.pending ||
      order.status === ORDER_STATE.pendingCancellation;
    if (isPending) return fails(4);
    this.#desk.cancel(order);
    return this.#core.strikes("cancel-unknown") ? fails(5) : succeeds();
  }

  /** `Order/searchOpen`, `Order/search`. */
  search({ body, path }: GatewayCall): GatewayAnswer {
    const account = this.#core.accounts.get(Number(body.accountId));
    if (account === undefined) return fails(1, null, { orders: [] });
    const all = [...this.#desk.orders.values()].filter((order) => order.accountId === account.id);
    if (path.endsWith("open")) {
      const states: readonly number[] = this.#core.guesses.pendingInOpen === "yes"
        ? [ORDER_STATE.open, ORDER_STATE.pending, ORDER_STATE.pendingCancellation]
        : [ORDER_STATE.open];
      return this.#list(all.filter(({ status }) => states.includes(status)));
    }
    const from = Date.parse(String(body.startTimestamp));
    if (Number.isNaN(from)) return problem("The StartTimestamp field is required.", path);
    const until = body.endTimestamp === undefined || body.endTimestamp === null
      ? Infinity
      : Date.parse(String(body.endTimestamp));
    return this.#list(all.filter(({ createdAt }) => createdAt >= from && createdAt <= until));
  }

  /** `Order/searchById`. */
  searchById({ body }: GatewayCall): GatewayAnswer {
    const order = this.#desk.orders.get(Number(body.orderId));
    return order === undefined || order.accountId !== body.accountId
      ? fails(1, null, { order: null })
      : succeeds({ order: orderModel(this.#core, order, true) });
  }

  /** `Order/v2/query`. */
  query({ body, path }: GatewayCall): GatewayAnswer {
    const core = this.#core;
    if (core.strikes("query-missing")) return { status: 404 };
    const filter = body.filter as Readonly<Record<string, unknown>> | undefined;
    const isInvalid = typeof filter?.accountId !== "number" || core.strikes("query-invalid");
    const pageSize = Number(body.pageSize ?? core.guesses.pageSize);
    const offset = Number(body.pageOffset ?? core.guesses.firstPage) - core.guesses.firstPage;
    if (isInvalid || pageSize < 1 || pageSize > core.guesses.pageSize || offset < 0) {
      return problem("One or more validation errors occurred.", path);
    }
    if (!core.accounts.has(filter.accountId as number)) return fails(1, null, { orders: [] });
    const time = (name: string, otherwise: number): number =>
      typeof filter[name] === "string" ? Date.parse(filter[name] as string) : otherwise;
    const states = Array.isArray(filter.statuses) ? filter.statuses : null;
    const found = [...this.#desk.orders.values()].filter((order) =>
      order.accountId === filter.accountId &&
      (states === null || states.includes(order.status)) &&
      (typeof filter.contractId !== "string" || order.contractId === filter.contractId) &&
      order.createdAt >= time("createdAfter", -Infinity) &&
      order.createdAt <= time("createdBefore", Infinity)
    );
    const sorted = found.toSorted((a, b) => a.id - b.id);
    if (body.sortDirection !== 0) sorted.reverse();
    const page = sorted.slice(offset * pageSize, (offset + 1) * pageSize);
    const answer = this.#list(page);
    const counted = body.includeTotalCount === true ? { totalCount: found.length } : {};
    return { ...answer, body: { ...answer.body as object, ...counted } };
  }

  #list(orders: readonly GatewayOrder[]): GatewayAnswer {
    return succeeds({ orders: orders.map((order) => orderModel(this.#core, order, true)) });
  }

  #find(
    body: GatewayCall["body"],
  ): { readonly order: GatewayOrder; readonly account: GatewayAccountBook } | {
    readonly answer: GatewayAnswer;
  } {
    const account = this.#core.accounts.get(Number(body.accountId));
    if (account === undefined) return { answer: fails(1) };
    const order = this.#desk.orders.get(Number(body.orderId));
    if (order === undefined || order.accountId !== account.id) return { answer: fails(2) };
    return { order, account };
  }

  #placed(
    order: NewOrder,
    exits: { readonly stop?: NewExit; readonly target?: NewExit },
  ): GatewayAnswer {
    const core = this.#core;
    if (core.strikes("pending-absent")) return fails(6, null, { orderId: null });
    if (core.strikes("unknown-absent")) return fails(7, null, { orderId: null });
    if (core.strikes("success-with-code")) {
      return {
        status: 200,
        body: { orderId: null, success: true, errorCode: 2, errorMessage: null },
      };
    }
    const { id } = this.#desk.place(order, exits);
    if (core.strikes("pending-exists")) return fails(6, null, { orderId: null });
    if (core.strikes("unknown-exists")) return fails(7, null, { orderId: null });
    if (core.strikes("failure-without-code")) return fails(0, null, { orderId: id });
    return succeeds({ orderId: id });
  }

  #isUsed(account: GatewayAccountBook, tag: string): boolean {
    return [...this.#desk.orders.values()].some((order) =>
      order.accountId === account.id && order.customTag === tag &&
      (order.status !== ORDER_STATE.rejected || this.#core.guesses.rejectedTag === "used")
    );
  }

  #exits(body: GatewayCall["body"]): { readonly stop?: NewExit; readonly target?: NewExit } {
    const exit = (value: unknown): NewExit | undefined => {
      if (typeof value !== "object" || value === null) return undefined;
      const { ticks = 0, type = 0 } = value as { readonly ticks?: number; readonly type?: number };
      return { ticks: Number(ticks), type: Number(type) };
    };
    const stop = exit(body.stopLossBracket), target = exit(body.takeProfitBracket);
    return { ...(stop === undefined ? {} : { stop }), ...(target === undefined ? {} : { target }) };
  }
}
