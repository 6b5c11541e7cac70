import type { JsonValue } from "../../core/mod.ts";
import type { VenueFill, VenueOrderVersion } from "../broker/venue_books.ts";
import { fieldsOf, type JsonFields, numberIn, textIn } from "../json_fields.ts";

/** What is read of an order; its lots and prices are in its versions. */
export interface TradovateOrder {
  readonly id: number;
  readonly accountId: number;
  readonly contractId: number | null;
  readonly action: string;
  readonly ordStatus: string;
  readonly ocoId: number | null;
  readonly parentId: number | null;
  readonly isAdmin: boolean;
}

/** Lots and prices of an order, and which one. */
export interface TradovateOrderVersion extends VenueOrderVersion {
  readonly orderId: number;
}

/** Something that was asked of an order. */
export interface TradovateCommand {
  readonly id: number;
  readonly orderId: number;
  readonly clOrdId: string | null;
  readonly commandType: string;
  readonly commandStatus: string;
}

/** What became of a command. */
export interface TradovateCommandReport {
  readonly id: number;
  readonly commandId: number;
  readonly commandStatus: string;
  readonly reason: string;
}

/** What the exchange said. */
export interface TradovateExecutionReport {
  readonly id: number;
  readonly orderId: number;
  readonly execType: string;
  readonly ordStatus: string | null;
  readonly cumQty: number | null;
  readonly reason: string;
}

/** What an execution cost, dollars. */
export interface TradovateFillFee {
  /** That of the execution. */
  readonly id: number;
  readonly usd: number;
}

/** What is held of a contract. */
export interface TradovatePosition {
  readonly id: number;
  readonly accountId: number;
  readonly contractId: number;
  readonly netPos: number;
}

/** An account. */
export interface TradovateAccount {
  /** Its number. */
  readonly id: number;
  /** Its name. */
  readonly name: string;
  /** Whether it is in use. */
  readonly isActive: boolean;
  /** Whether it was closed. */
  readonly isClosed: boolean;
  /** Whether nobody may trade it. */
  readonly isReadonly: boolean;
}

/** Reads an order; null for what is none. */
export function readOrder(value: JsonValue): TradovateOrder | null {
  return read(value, ["id", "accountId"], (fields, [id, accountId]) => ({
    ...{ id, accountId },
    contractId: numberIn(fields, "contractId"),
    action: textIn(fields, "action") ?? "",
    ordStatus: textIn(fields, "ordStatus") ?? "Unknown",
    ocoId: numberIn(fields, "ocoId"),
    parentId: numberIn(fields, "parentId"),
    isAdmin: fields.admin === true,
  }));
}

/** Reads the version of an order; null for what is none. */
export function readOrderVersion(value: JsonValue): TradovateOrderVersion | null {
  return read(value, ["id", "orderId", "orderQty"], (fields, [id, orderId, orderQty]) => ({
    ...{ id, orderId, orderQty },
    orderType: textIn(fields, "orderType") ?? "",
    price: numberIn(fields, "price"),
    stopPrice: numberIn(fields, "stopPrice"),
  }));
}

/** Reads a command; null for what is none. */
export function readCommand(value: JsonValue): TradovateCommand | null {
  return read(value, ["id", "orderId"], (fields, [id, orderId]) => ({
    ...{ id, orderId },
    clOrdId: textIn(fields, "clOrdId"),
    commandType: textIn(fields, "commandType") ?? "",
    commandStatus: textIn(fields, "commandStatus") ?? "",
  }));
}

/** Reads the report on a command; null for what is none. */
export function readCommandReport(value: JsonValue): TradovateCommandReport | null {
  return read(value, ["id", "commandId"], (fields, [id, commandId]) => ({
    ...{ id, commandId, commandStatus: textIn(fields, "commandStatus") ?? "" },
    reason: reasonIn(fields),
  }));
}

/** Reads the report of an exchange; null for what is none. */
export function readExecutionReport(value: JsonValue): TradovateExecutionReport | null {
  return read(value, ["id", "orderId"], (fields, [id, orderId]) => ({
    ...{ id, orderId },
    execType: textIn(fields, "execType") ?? "",
    ordStatus: textIn(fields, "ordStatus"),
    cumQty: numberIn(fields, "cumQty"),
    reason: reasonIn(fields),
  }));
}

/** Reads an execution; null for what is none. */
export function readFill(value: JsonValue): VenueFill | null {
  const names = ["id", "orderId", "contractId", "qty", "price"] as const;
  return read(value, names, (fields, [id, orderId, contractId, qty, price]) => ({
    ...{ id, orderId, contractId, qty, price },
    time: readTime(textIn(fields, "timestamp")),
    action: textIn(fields, "action") ?? "",
    isActive: fields.active !== false,
  }));
}

const FEES = [
  ...["clearingFee", "exchangeFee", "nfaFee", "brokerageFee", "ipFee", "commission"],
  "orderRoutingFee",
];

/** Reads what an execution cost; null for what is nothing of the kind. */
export function readFillFee(value: JsonValue): TradovateFillFee | null {
  return read(value, ["id"], (fields, [id]) => ({
    id,
    usd: FEES.reduce((sum, name) => sum + (numberIn(fields, name) ?? 0), 0),
  }));
}

/** Reads a position; null for what is none. */
export function readPosition(value: JsonValue): TradovatePosition | null {
  const names = ["id", "accountId", "contractId", "netPos"] as const;
  return read(
    value,
    names,
    (_, [id, accountId, contractId, netPos]) => ({ id, accountId, contractId, netPos }),
  );
}

/** Whether orders may be sent for an account. */
export function takesOrders({ isActive, isClosed, isReadonly }: TradovateAccount): boolean {
  return isActive && !isClosed && !isReadonly;
}

/** Reads an account; null for what is none. */
export function readAccount(value: JsonValue): TradovateAccount | null {
  return read(value, ["id"], (fields, [id]) => ({
    id,
    name: textIn(fields, "name") ?? "",
    isActive: fields.active !== false,
    isClosed: fields.closed === true,
    isReadonly: fields.readonly === true,
  }));
}

/** Epoch milliseconds of a time as the venue writes it, at times without seconds; NaN for none. */
export function readTime(text: string | null): number {
  return text === null ? NaN : Date.parse(text);
}

function reasonIn(fields: JsonFields): string {
  return [textIn(fields, "rejectReason"), textIn(fields, "text")]
    .filter((text) => text !== null && text !== "").join(": ");
}

/** Reads something that needs whole numbers by names. */
function read<const Names extends readonly string[], Value>(
  value: JsonValue,
  names: Names,
  make: (fields: JsonFields, numbers: { readonly [index in keyof Names]: number }) => Value,
): Value | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const numbers = names.map((name) => numberIn(fields, name));
  if (numbers.includes(null)) return null;
  return make(fields, numbers as { [index in keyof Names]: number });
}
