import { z } from "zod";
import { type Instrument, INSTRUMENT_KINDS } from "../../market/mod.ts";
import {
  type BrokerReport,
  type BrokerSnapshot,
  type CostModel,
  type Order,
  TIMES_IN_FORCE,
} from "../../trading/mod.ts";

/** Version of what the two sides say to each other. */
export const PAPER_PROTOCOL = 1;

/** One instrument that a paper broker trades, and how pessimistic its fills are. */
export interface PaperMarket {
  /** What is traded. */
  readonly instrument: Instrument;
  /** Length of its bars in milliseconds. */
  readonly intervalMs: number;
  /** What is charged. */
  readonly costs: CostModel;
  /** Part of a bar's volume that signals and working orders may trade. @default {unlimited} */
  readonly volumeShare?: number;
  /** Ticks by which the price must pass a resting limit to fill it. @default {1} */
  readonly penetrationTicks?: number;
}

/** What a session hands over to its paper broker. */
export interface PaperTerms {
  /** Name of the account; also of the folder that its books lie in. */
  readonly account: string;
  /** Name of the session. The same name goes on with the books that it left. */
  readonly session: string;
  /**
   * What a session of another name than the last one begins with: nothing but the cash, or what the
   * last one left.
   */
  readonly books: "new" | "carried";
  /** Cash of new books, dollars. */
  readonly initialCashUsd: number;
  /** By symbol. */
  readonly markets: Readonly<Record<string, PaperMarket>>;
}

/** A bar as it is told to the broker. */
export interface PaperBar {
  /** Its row in the columns of whoever tells it; fills name it. */
  readonly row: number;
  /** Epoch milliseconds of its open. */
  readonly time: number;
  /** First price. */
  readonly open: number;
  /** Highest price. */
  readonly high: number;
  /** Lowest price. */
  readonly low: number;
  /** Last price. */
  readonly close: number;
  /** Contracts or shares. */
  readonly volume: number;
  /** Where it holds another contract than the bar before: what joins their prices. */
  readonly roll?: {
    readonly method: "difference" | "ratio";
    /** Adjustment of the bar before, and of this one. */
    readonly adjustment: readonly [before: number, now: number];
  };
}

/** What changes the books; the numbers of requests rise. */
export type PaperRequest =
  | { readonly do: "submit"; readonly symbol: string; readonly order: Order }
  | { readonly do: "modify"; readonly orderId: number; readonly lots: number }
  | { readonly do: "cancel"; readonly orderId: number }
  | { readonly do: "bar"; readonly symbol: string; readonly bar: PaperBar };

/** A report with the instrument that it is of. */
export type PaperReport = readonly [symbol: string, report: BrokerReport];

/** What the client says. */
export type PaperMessage =
  /** First of all. */
  | {
    readonly do: "open";
    readonly protocol: number;
    readonly token: string;
    readonly terms: PaperTerms;
    /** Newest answer that has been heard; null where none has, by this client. */
    readonly heard: number | null;
    /** The bars that were answered last, by symbol: idle ones are not on the disk. */
    readonly newest: Readonly<Record<string, PaperBar>>;
  }
  /** Number of the request, and of the newest answer that has been heard. */
  | (PaperRequest & { readonly number: number; readonly heard: number })
  | { readonly do: "snapshot"; readonly ask: number }
  /** Nobody needs the broker any more. */
  | { readonly do: "end" };

/** What the server says. */
export type PaperAnswer =
  | { readonly opened: number }
  | { readonly refused: string }
  | {
    readonly number: number;
    readonly reports: readonly PaperReport[];
    /** Whether nothing came of it that has to be kept. */
    readonly isIdle?: true;
  }
  | { readonly number: number; readonly error: string }
  | { readonly ask: number; readonly snapshot: BrokerSnapshot }
  | { readonly ended: true };

const whole = z.int();
const lots = whole.refine((value) => value !== 0, "must not be 0");
const text = z.string().min(1).max(200);

/** An account's folder bears its name. */
const ACCOUNT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const marketSchema = z.strictObject({
  // What else an instrument says is not needed to fill an order.
  instrument: z.looseObject({
    symbol: text,
    kind: z.enum(INSTRUMENT_KINDS),
    tickSize: z.number().positive(),
    pointValue: z.number().positive(),
    session: text,
  }),
  intervalMs: whole.positive(),
  costs: z.strictObject({
    feePerSideMicros: whole.nonnegative(),
    slippageTicks: whole.nonnegative(),
  }),
  volumeShare: z.number().positive().max(1).optional(),
  penetrationTicks: whole.nonnegative().optional(),
});

const barSchema = z.strictObject({
  row: whole.nonnegative(),
  time: z.number(),
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  volume: z.number().nonnegative(),
  roll: z.strictObject({
    method: z.enum(["difference", "ratio"]),
    adjustment: z.tuple([z.number(), z.number()]),
  }).optional(),
});

/** Reads what a session hands over. */
export const openingSchema = z.strictObject({
  do: z.literal("open"),
  protocol: whole,
  token: z.string(),
  terms: z.strictObject({
    account: z.string().regex(ACCOUNT_NAME),
    session: text,
    books: z.enum(["new", "carried"]),
    initialCashUsd: z.number().nonnegative(),
    markets: z.record(text, marketSchema),
  }),
  heard: whole.nonnegative().nullable(),
  newest: z.record(text, barSchema),
});

const exitSchema = z.strictObject({
  id: whole.positive(),
  kind: z.enum(["take-profit", "stop-loss", "trailing-stop"]),
  distanceTicks: whole.positive(),
});

/** Reads an order; prices are looked at by who works it. */
export const orderSchema = z.strictObject({
  id: whole.positive(),
  lots,
  reason: z.enum([
    "signal",
    "roll",
    "session-close",
    "risk",
    "margin",
    "end-of-data",
    "take-profit",
    "stop-loss",
  ]),
  decidedAt: z.number(),
  terms: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("market") }),
    z.strictObject({ kind: z.literal("limit"), limitTicks: whole }),
    z.strictObject({ kind: z.literal("stop"), stopTicks: whole }),
    z.strictObject({ kind: z.literal("stop-limit"), stopTicks: whole, limitTicks: whole }),
    z.strictObject({ kind: z.literal("trailing-stop"), distanceTicks: whole.positive() }),
  ]).optional(),
  timeInForce: z.enum(TIMES_IN_FORCE).optional(),
  atClose: z.literal(true).optional(),
  group: whole.positive().optional(),
  exits: z.array(exitSchema).optional(),
});

const numbered = { number: whole.positive(), heard: whole.nonnegative() };

/** Reads everything that a client says after it has opened. */
export const messageSchema = z.discriminatedUnion("do", [
  z.strictObject({
    ...{ do: z.literal("submit"), ...numbered, symbol: text },
    // Looked at by itself: an order that makes no sense is rejected, not refused.
    order: z.unknown(),
  }),
  z.strictObject({ do: z.literal("modify"), ...numbered, orderId: whole, lots: whole }),
  z.strictObject({ do: z.literal("cancel"), ...numbered, orderId: whole }),
  z.strictObject({ do: z.literal("bar"), ...numbered, symbol: text, bar: barSchema }),
  z.strictObject({ do: z.literal("snapshot"), ask: whole }),
  z.strictObject({ do: z.literal("end") }),
]);
