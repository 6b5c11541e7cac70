import type { JsonValue } from "../../core/mod.ts";
import type { VenueBooks, VenueFill, VenueOrderState } from "../broker/venue_books.ts";
import { fieldsOf, itemsOf, type JsonFields, numberIn } from "../json_fields.ts";
import {
  readCommand,
  readCommandReport,
  readExecutionReport,
  readFill,
  readFillFee,
  readOrder,
  readOrderVersion,
  readPosition,
  type TradovateCommand,
  type TradovateExecutionReport,
  type TradovateOrder,
  type TradovateOrderVersion,
} from "./entities.ts";

const ENDS: Readonly<Record<string, NonNullable<VenueOrderState["end"]>>> = {
  ...{ Filled: "filled", Canceled: "canceled", Expired: "expired", Rejected: "rejected" },
  Completed: "canceled",
};
const WORKING = ["Working", "PendingReplace", "PendingCancel"];

/**
 * The venue's entities as they were heard, in whatever order, however often: by events, by the
 * snapshot of a connection, by requests. What has ended stays ended; fills are known by number.
 */
export class TradovateBooks implements VenueBooks {
  readonly #accountId: number;
  readonly #orders = new Map<number, TradovateOrder>();
  /** Latest version of each order. */
  readonly #versions = new Map<number, TradovateOrderVersion>();
  /** The commands that made orders, by order. */
  readonly #firstCommands = new Map<number, TradovateCommand>();
  /** Orders by what a client finds them by. */
  readonly #byClientId = new Map<string, number>();
  /** Orders that nobody has looked at yet. */
  #unseen: number[] = [];
  /** Reasons of commands that were rejected, by command. */
  readonly #rejected = new Map<number, { readonly id: number; readonly reason: string }>();
  readonly #executions = new Map<number, TradovateExecutionReport[]>();
  readonly #fills = new Map<number, VenueFill>();
  readonly #fillsOf = new Map<number, number[]>();
  readonly #fees = new Map<number, number>();
  /** Lots held, by contract. */
  readonly #positions = new Map<number, number>();
  /** Orders of other accounts of the user. */
  readonly #foreign = new Set<number>();
  /** Orders that ended without a word, and what says so. */
  readonly #overWith = new Map<number, string>();
  readonly #endedBefore = new Map<number, NonNullable<VenueOrderState["end"]>>();
  /** Dollars. */
  #cash: number | null = null;
  /** Counts what changed the executions. */
  #fillChanges = 0;

  /** Of one account: entities of others are passed over where they say whose they are. */
  constructor(accountId: number) {
    this.#accountId = accountId;
  }

  /** Cash in dollars; null while it was not heard. */
  get cashUsd(): number | null {
    return this.#cash;
  }

  /** Lots held by contract, as the venue said last. */
  get positions(): ReadonlyMap<number, number> {
    return this.#positions;
  }

  /** Every execution of the account that is known, by number. */
  get fills(): ReadonlyMap<number, VenueFill> {
    return this.#fills;
  }

  /** Orders of the account that are known, by number. */
  get orders(): ReadonlyMap<number, TradovateOrder> {
    return this.#orders;
  }

  /** Rises with every execution that is new or taken back. */
  get fillChanges(): number {
    return this.#fillChanges;
  }

  /** Whether an order is of another account of the user. */
  isForeign(orderId: number): boolean {
    return this.#foreign.has(orderId);
  }

  /** An order is not this account's after all, or is none: the venue does not know it. */
  disown(orderId: number): void {
    this.#orders.delete(orderId);
    this.#foreign.add(orderId);
  }

  /** An order has ended with its session: it is in no list any more. */
  endWithSession(orderId: number, evidence: string): void {
    this.#overWith.set(orderId, evidence);
  }

  /** How an order had ended before anything was heard here. */
  endedBefore(orderId: number, end: NonNullable<VenueOrderState["end"]>): void {
    this.#endedBefore.set(orderId, end);
  }

  /** What an execution cost, dollars; null while it was not heard. */
  feeUsd(fillId: number): number | null {
    return this.#fees.get(fillId) ?? null;
  }

  /** What an order carries of its sender's; null while it is not known, or it carries nothing. */
  clientIdOf(orderId: number): string | null {
    return this.#firstCommands.get(orderId)?.clOrdId ?? null;
  }

  /** Number of the order that a client's number made; null while none was heard. */
  orderWith(clOrdId: string): number | null {
    return this.#byClientId.get(clOrdId) ?? null;
  }

  /** Orders of the account that are new since this was asked last. */
  takeUnseen(): readonly number[] {
    const unseen = this.#unseen;
    this.#unseen = [];
    return unseen;
  }

  /** Executions of an order, oldest first. */
  fillsOf(orderId: number): readonly VenueFill[] {
    const ids = this.#fillsOf.get(orderId) ?? [];
    return ids.toSorted((a, b) => a - b).map((id) => this.#fills.get(id)!);
  }

  /** Takes a whole snapshot in, arrays by their plural names. */
  takeAll(books: JsonFields): void {
    for (const [name, type] of Object.entries(PLURALS)) {
      for (const entity of itemsOf(books[name])) this.take(type, entity);
    }
  }

  /** Takes an entity in. What is none, or of a type that is not needed, is passed over. */
  take(type: string, value: JsonValue): void {
    switch (type) {
      case "order":
        return this.#takeOrder(readOrder(value));
      case "orderVersion":
        return this.#takeVersion(readOrderVersion(value));
      case "command":
        return this.#takeCommand(readCommand(value));
      case "commandReport": {
        const report = readCommandReport(value);
        if (report === null || !/Rejected$/.test(report.commandStatus)) return;
        this.#rejected.set(report.commandId, report);
        return;
      }
      case "executionReport": {
        const report = readExecutionReport(value);
        if (report === null) return;
        const known = this.#executions.get(report.orderId) ?? [];
        if (known.every(({ id }) => id !== report.id)) {
          this.#executions.set(report.orderId, [...known, report]);
        }
        return;
      }
      case "fill":
        return this.takeFill(readFill(value));
      case "fillFee": {
        const fee = readFillFee(value);
        if (fee !== null) this.#fees.set(fee.id, fee.usd);
        return;
      }
      case "position": {
        const position = readPosition(value);
        if (position === null || position.accountId !== this.#accountId) return;
        this.#positions.set(position.contractId, position.netPos);
        return;
      }
      case "cashBalance":
        return this.#takeCash(fieldsOf(value));
    }
  }

  /** How an order stands. */
  stateOf(orderId: number): VenueOrderState {
    const order = this.#orders.get(orderId);
    const reports = this.#executions.get(orderId) ?? [];
    const all = this.fillsOf(orderId), fills = all.filter(({ isActive }) => isActive);
    const state = {
      reason: reports.findLast(({ reason }) => reason !== "")?.reason ?? "",
      version: this.#versions.get(orderId) ?? null,
      filled: lotsOf(fills),
      heardFilled: lotsOf(all),
      saidFilled: Math.max(0, ...reports.map(({ cumQty }) => cumQty ?? 0)),
      isCounted: false,
    };
    const rejected = this.#rejectionOf(orderId);
    if (rejected !== null) {
      const { id, reason } = rejected;
      return { ...state, phase: "ended", end: "rejected", evidence: `commandReport ${id}`, reason };
    }
    for (const { cumQty, execType, id, ordStatus } of reports) {
      // A change that was rejected leaves the order as it was.
      const end = ENDS[ordStatus ?? (execType === "Trade" ? "" : execType)];
      if (end !== undefined) {
        const isCounted = reports.some((report) => report.cumQty !== null && report.id >= id) ||
          cumQty !== null;
        return { ...state, phase: "ended", end, evidence: `executionReport ${id}`, isCounted };
      }
    }
    const end = ENDS[order?.ordStatus ?? ""];
    if (end !== undefined) return { ...state, phase: "ended", end, evidence: `order ${orderId}` };
    const before = this.#endedBefore.get(orderId);
    if (before !== undefined && order === undefined) {
      return { ...state, phase: "ended", end: before, evidence: "the ledger", isCounted: true };
    }
    const over = this.#overWith.get(orderId);
    if (over !== undefined) return { ...state, phase: "ended", end: "expired", evidence: over };
    const evidence = order === undefined ? "" : `order ${orderId}`;
    return { ...state, phase: this.#openPhase(order, reports, fills.length), end: null, evidence };
  }

  #openPhase(
    order: TradovateOrder | undefined,
    reports: readonly TradovateExecutionReport[],
    fills: number,
  ): VenueOrderState["phase"] {
    if (fills > 0 || WORKING.includes(order?.ordStatus ?? "")) return "working";
    if (order?.ordStatus === "Suspended") return "suspended";
    if (reports.some(({ execType }) => execType === "New")) return "working";
    return order === undefined && reports.length === 0 ? "none" : "pending";
  }

  #rejectionOf(orderId: number): { readonly id: number; readonly reason: string } | null {
    const command = this.#firstCommands.get(orderId);
    // An order has the number of the command that made it.
    return this.#rejected.get(command?.id ?? orderId) ?? null;
  }

  #takeOrder(order: TradovateOrder | null): void {
    if (order === null || this.#foreign.has(order.id)) return;
    if (order.accountId !== this.#accountId) return void this.#foreign.add(order.id);
    const known = this.#orders.get(order.id);
    if (known === undefined) this.#unseen.push(order.id);
    else if (rankOf(known) > rankOf(order)) return;
    this.#orders.set(order.id, order);
  }

  #takeVersion(version: TradovateOrderVersion | null): void {
    if (version === null) return;
    const known = this.#versions.get(version.orderId);
    if (known === undefined || known.id <= version.id) this.#versions.set(version.orderId, version);
  }

  #takeCommand(command: TradovateCommand | null): void {
    if (command === null || command.commandType !== "New") return;
    const first = this.#firstCommands.get(command.orderId);
    const clOrdId = command.clOrdId ?? first?.clOrdId ?? null;
    if (clOrdId !== null) this.#byClientId.set(clOrdId, command.orderId);
    this.#firstCommands.set(command.orderId, { ...command, clOrdId });
  }

  /** Takes an execution in; what was taken back does not come again. */
  takeFill(fill: VenueFill | null): void {
    if (fill === null) return;
    const known = this.#fills.get(fill.id);
    if (known !== undefined && !known.isActive) return;
    const isNews = known === undefined || known.isActive !== fill.isActive ||
      known.price !== fill.price || known.qty !== fill.qty;
    if (isNews) this.#fillChanges++;
    this.#fills.set(fill.id, fill);
    if (known === undefined) {
      this.#fillsOf.set(fill.orderId, [...this.#fillsOf.get(fill.orderId) ?? [], fill.id]);
    }
  }

  #takeCash(fields: JsonFields | null): void {
    if (fields === null || numberIn(fields, "accountId") !== this.#accountId) return;
    const currency = numberIn(fields, "currencyId");
    // The venue's own numbers: 1 is the dollar.
    if (currency !== null && currency !== 1) return;
    this.#cash = numberIn(fields, "amount") ?? this.#cash;
  }
}

function lotsOf(fills: readonly VenueFill[]): number {
  return fills.reduce((sum, { qty }) => sum + qty, 0);
}

/** An order never goes back: a message that is late says how it was. */
function rankOf({ ordStatus }: TradovateOrder): number {
  if (ENDS[ordStatus] !== undefined) return 3;
  if (WORKING.includes(ordStatus)) return 2;
  return ordStatus === "Suspended" ? 1 : 0;
}

const PLURALS: Readonly<Record<string, string>> = {
  ...{ commands: "command", commandReports: "commandReport", orders: "order" },
  ...{ orderVersions: "orderVersion", executionReports: "executionReport", fills: "fill" },
  ...{ fillFees: "fillFee", positions: "position", cashBalances: "cashBalance" },
};
