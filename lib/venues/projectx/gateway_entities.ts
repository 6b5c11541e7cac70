import type { JsonValue } from "../../core/mod.ts";
import type { JournaledBar } from "../../trading/mod.ts";
import { fieldsOf, type JsonFields, numberIn, textIn } from "../json_fields.ts";

/** An account. */
export interface ProjectXAccount {
  readonly id: number;
  readonly name: string;
  /** Dollars; moves when a trade realises. */
  readonly balance: number | null;
  readonly canTrade: boolean;
  readonly isVisible: boolean;
  /** False for one whose orders go to the exchange; null where the gateway does not say it. */
  readonly isSimulated: boolean | null;
}

/** A contract. */
export interface ProjectXContract {
  /** For example `CON.F.US.MES.Z26`. */
  readonly id: string;
  /** For example `MESZ6`. */
  readonly name: string;
  readonly description: string;
  readonly tickSize: number;
  /** Dollars. */
  readonly tickValue: number;
  readonly isActive: boolean;
}

/** Numbers of the gateway's statuses. */
export const ORDER_STATUS = {
  ...{ none: 0, open: 1, filled: 2, cancelled: 3, expired: 4, rejected: 5 },
  ...{ pending: 6, pendingCancellation: 7, suspended: 8 },
} as const;

/** Numbers of the gateway's kinds of orders; it takes no stop-limit orders. */
export const ORDER_TYPE = { limit: 1, market: 2, stop: 4, trailingStop: 5 } as const;

/** An order as the gateway last told it; null for what it left out. */
export interface ProjectXOrder {
  readonly id: number;
  readonly accountId: number | null;
  readonly contractId: string | null;
  /** Epoch milliseconds; NaN where it is not told. */
  readonly createdAt: number;
  /** Epoch milliseconds; NaN where it is not told. */
  readonly updatedAt: number;
  readonly status: number | null;
  readonly type: number | null;
  /** 0 buys, 1 sells. */
  readonly side: number | null;
  readonly size: number | null;
  readonly limitPrice: number | null;
  readonly stopPrice: number | null;
  readonly fillVolume: number | null;
  readonly customTag: string | null;
  readonly parentOrderId: number | null;
}

/** A trade: one execution. */
export interface ProjectXTrade {
  readonly id: number;
  readonly accountId: number;
  readonly contractId: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly price: number;
  /** Dollars, without commissions. */
  readonly fees: number;
  /** Dollars. */
  readonly commissions: number;
  /** 0 buys, 1 sells. */
  readonly side: number;
  readonly size: number;
  readonly isVoided: boolean;
  readonly orderId: number;
}

/** What is held of a contract. */
export interface ProjectXPosition {
  readonly accountId: number;
  readonly contractId: string;
  /** Signed lots; null where the gateway does not say to which side they are. */
  readonly lots: number | null;
}

/** Reads an account; null for what is none. */
export function readProjectXAccount(value: JsonValue): ProjectXAccount | null {
  const fields = fieldsOf(value), id = fields === null ? null : numberIn(fields, "id");
  if (fields === null || id === null) return null;
  return {
    ...{ id, name: textIn(fields, "name") ?? String(id), balance: numberIn(fields, "balance") },
    canTrade: fields.canTrade !== false,
    isVisible: fields.isVisible !== false,
    isSimulated: typeof fields.simulated === "boolean" ? fields.simulated : null,
  };
}

/** Reads a contract; null for what is none. */
export function readProjectXContract(value: JsonValue | undefined): ProjectXContract | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const id = textIn(fields, "id"), name = textIn(fields, "name");
  const tickSize = numberIn(fields, "tickSize"), tickValue = numberIn(fields, "tickValue");
  if (id === null || name === null || tickSize === null || tickValue === null) return null;
  return {
    ...{ id, name, tickSize, tickValue, description: textIn(fields, "description") ?? "" },
    isActive: fields.activeContract === true,
  };
}

/** Reads an order; null for what has no number. */
export function readProjectXOrder(value: JsonValue): ProjectXOrder | null {
  const fields = fieldsOf(value), id = fields === null ? null : numberIn(fields, "id");
  if (fields === null || id === null) return null;
  return {
    ...{ id, accountId: numberIn(fields, "accountId"), contractId: textIn(fields, "contractId") },
    createdAt: timeIn(fields, "creationTimestamp"),
    updatedAt: timeIn(fields, "updateTimestamp"),
    ...{ status: numberIn(fields, "status"), type: numberIn(fields, "type") },
    ...{ side: sideIn(fields), size: numberIn(fields, "size") },
    ...{ limitPrice: numberIn(fields, "limitPrice"), stopPrice: numberIn(fields, "stopPrice") },
    ...{ fillVolume: numberIn(fields, "fillVolume"), customTag: textIn(fields, "customTag") },
    parentOrderId: numberIn(fields, "parentOrderId"),
  };
}

/** Reads a trade; null for what is none, or does not say which side it was on. */
export function readProjectXTrade(value: JsonValue): ProjectXTrade | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const [id, accountId, price, size, orderId] = ["id", "accountId", "price", "size", "orderId"]
    .map((name) => numberIn(fields, name));
  const contractId = textIn(fields, "contractId"), side = sideIn(fields);
  if (id == null || accountId == null || price == null || size == null || orderId == null) {
    return null;
  }
  if (contractId === null || side === null) return null;
  return {
    ...{ id, accountId, contractId, price, size, orderId, side },
    time: timeIn(fields, "creationTimestamp"),
    fees: numberIn(fields, "fees") ?? 0,
    commissions: numberIn(fields, "commissions") ?? 0,
    isVoided: fields.voided === true,
  };
}

/** Reads a position; null for what is none. */
export function readProjectXPosition(value: JsonValue): ProjectXPosition | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const accountId = numberIn(fields, "accountId"), size = numberIn(fields, "size");
  const contractId = textIn(fields, "contractId");
  if (accountId === null || contractId === null || size === null) return null;
  const type = numberIn(fields, "type");
  const lots = size === 0 ? 0 : type === 1 ? size : type === 2 ? -size : null;
  return { accountId, contractId, lots };
}

/** Reads a bar; null for what is none. */
export function readProjectXBar(value: JsonValue): JournaledBar | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const time = timeIn(fields, "t");
  const [open, high, low, close] = ["o", "h", "l", "c"].map((name) => numberIn(fields, name));
  if (Number.isNaN(time) || open == null || high == null || low == null || close == null) {
    return null;
  }
  return { time, open, high, low, close, volume: numberIn(fields, "v") ?? 0 };
}

function sideIn(fields: JsonFields): number | null {
  const side = numberIn(fields, "side");
  return side === 0 || side === 1 ? side : null;
}

function timeIn(fields: JsonFields, name: string): number {
  return Date.parse(textIn(fields, name) ?? "");
}
