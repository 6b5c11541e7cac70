import { z } from "zod";
import { jsonSchema } from "../core/mod.ts";
import {
  type AccountState,
  BAR_ORIGINS,
  type BrokerReport,
  type Fill,
  type Forecast,
  type JournaledDeployment,
  type JournalFact,
  type JournalKind,
  type OpenOrder,
  type Order,
  type OrderReason,
  type OrderTerms,
  TIMES_IN_FORCE,
  TRADING_MODES,
} from "../trading/mod.ts";

/** What is kept of a fact beside its kind. */
export type FactBody<Kind extends JournalKind> = Omit<
  Extract<JournalFact, { readonly kind: Kind }>,
  "kind"
>;

const whole = z.int();
const count = z.int().min(0);
const text = z.string();
const optional = z.exactOptional;
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const reason: z.ZodType<OrderReason> = z.enum([
  ...["signal", "roll", "split", "session-close", "risk", "margin", "end-of-data"] as const,
  ...["take-profit", "stop-loss"] as const,
]);

const terms: z.ZodType<OrderTerms> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("market") }),
  z.strictObject({ kind: z.literal("limit"), limitTicks: whole }),
  z.strictObject({ kind: z.literal("stop"), stopTicks: whole }),
  z.strictObject({ kind: z.literal("stop-limit"), stopTicks: whole, limitTicks: whole }),
  z.strictObject({ kind: z.literal("trailing-stop"), distanceTicks: whole }),
]);

const order: z.ZodType<Order> = z.strictObject({
  id: whole.positive(),
  lots: whole,
  reason,
  decidedAt: z.number(),
  terms: optional(terms),
  timeInForce: optional(z.enum(TIMES_IN_FORCE)),
  atClose: optional(z.literal(true)),
  group: optional(whole),
  exits: optional(z.array(z.strictObject({
    id: whole.positive(),
    kind: z.enum(["take-profit", "stop-loss", "trailing-stop"]),
    distanceTicks: whole.positive(),
  }))),
});

const fill: z.ZodType<Fill> = z.strictObject({
  orderId: whole,
  bar: whole,
  time: z.number(),
  moment: z.enum(["open", "inside", "close"]),
  lots: whole,
  priceTicks: whole,
  slippageTicks: z.number(),
  feeMicros: whole,
  reason,
});

const openOrder: z.ZodType<OpenOrder> = z.strictObject({
  id: whole,
  lots: whole,
  terms: terms.nullable(),
  isExit: z.boolean(),
  status: z.enum(["sent", "working", "waiting", "unknown"]),
  isCancelling: z.boolean(),
  isForForecast: z.boolean(),
  entryId: whole.nullable(),
});

const books = {
  open: z.strictObject({
    entries: z.array(z.strictObject({ fill, basisTicks: whole, lots: whole, feeMicros: whole })),
    valueTicks: whole,
  }),
  cashMicros: whole,
  feesMicros: whole,
  slippageMicros: whole,
  lotsTraded: whole,
};
const account: z.ZodType<AccountState> = z.strictObject({
  ...books,
  settled: z.strictObject(books),
});

const forecast: z.ZodType<Forecast> = z.strictObject({
  exposure: z.number().min(-1).max(1),
  intent: z.enum(["resize", "enter", "hold"]),
  probability: z.number().nullable(),
  bet: optional(z.strictObject({ win: z.number(), loss: z.number() }).nullable()),
});

const REPORTS = {
  accepted: { orderId: whole, lots: whole, terms: optional(terms) },
  rejected: { orderId: whole, reason: text },
  filled: { fill, executionId: optional(text) },
  cancelled: { orderId: whole },
  expired: { orderId: whole },
  unknown: { orderId: whole, reason: text },
};
const report: z.ZodType<BrokerReport> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("accepted"), ...REPORTS.accepted }),
  z.strictObject({ kind: z.literal("rejected"), ...REPORTS.rejected }),
  z.strictObject({ kind: z.literal("filled"), ...REPORTS.filled }),
  z.strictObject({ kind: z.literal("cancelled"), ...REPORTS.cancelled }),
  z.strictObject({ kind: z.literal("expired"), ...REPORTS.expired }),
  z.strictObject({ kind: z.literal("unknown"), ...REPORTS.unknown }),
]);

const bar = z.strictObject({
  time: whole,
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  volume: z.number(),
  contract: optional(
    z.strictObject({
      name: text,
      method: z.enum(["difference", "ratio"]),
      adjustment: z.number(),
    }),
  ),
});

const held = optional(
  z.strictObject({ exposure: z.number(), positionLots: whole, acts: z.boolean() }),
);

const deployment: z.ZodType<JournaledDeployment> = z.strictObject({
  system: text,
  sha256,
  alias: text.nullable(),
  sizeFactor: z.number().positive(),
  exploration: optional(
    z.strictObject({ share: z.number().gt(0).max(1), seed: whole }),
  ),
});

const slot = count;
const ofSlot = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject({ slot, ...shape });

/**
 * What each kind of entry holds. Journals of years ago are read by the same lines: a field that is
 * added later needs a default here.
 */
export const FACT_SCHEMAS: { readonly [Kind in JournalKind]: z.ZodType<FactBody<Kind>> } = {
  bar: ofSlot({
    bar,
    tradeDay: whole,
    endsSession: z.boolean(),
    origin: z.enum(BAR_ORIGINS),
    receivedAt: z.number().nullable(),
    isRepaired: optional(z.literal(true)),
  }),
  revision: ofSlot({ was: bar, now: bar }),
  mark: ofSlot({ priceTicks: whole }),
  split: ofSlot({ ratio: z.number().positive() }),
  dividend: ofSlot({ microsPerLot: whole }),
  funding: ofSlot({ micros: whole }),
  clock: z.strictObject({ time: z.number() }),
  gap: ofSlot({ from: whole, to: whole, missing: count, found: count }),
  feed: z.strictObject({ name: text, state: text, detail: text }),
  "clock-offset": z.strictObject({ lowMs: z.number(), highMs: z.number() }),
  forecast: ofSlot({
    forecast,
    by: text.nullable(),
    why: jsonSchema,
    latencyMs: z.number().nullable(),
    chosen: optional(
      z.strictObject({ position: z.number().min(-1).max(1), propensity: z.number().gt(0).max(1) }),
    ),
    held,
  }),
  "no-forecast": ofSlot({
    ...{ by: text.nullable(), reason: text, held },
    isLate: optional(z.literal(true)),
  }),
  shadow: ofSlot({ by: text, forecast: forecast.nullable(), why: text }),
  close: ofSlot({ reason, atClose: z.boolean() }),
  permit: ofSlot({ mostLots: count.nullable(), mayEnter: z.boolean() }),
  withdraw: ofSlot({}),
  risk: z.strictObject({ slot: slot.nullable(), rule: text, reason: text, detail: jsonSchema }),
  halt: z.strictObject({ reason: text }),
  resume: z.strictObject({ reason: text }),
  submit: ofSlot({ order, isForForecast: z.boolean() }),
  modify: ofSlot({ orderId: whole, lots: whole }),
  cancel: ofSlot({ orderId: whole }),
  accepted: ofSlot(REPORTS.accepted),
  rejected: ofSlot(REPORTS.rejected),
  filled: ofSlot(REPORTS.filled),
  cancelled: ofSlot(REPORTS.cancelled),
  expired: ofSlot(REPORTS.expired),
  unknown: ofSlot(REPORTS.unknown),
  stranger: z.strictObject({ symbol: text, report }),
  executions: ofSlot({ fills: z.array(fill) }),
  reconciled: z.strictObject({
    missed: count,
    strangers: count,
    unexplainedLots: z.record(text, whole),
    cashMicros: whole.nullable(),
    strangerLots: optional(z.record(text, whole)),
  }),
  "left-alone": z.strictObject({ symbol: text, lots: whole, ownLots: whole }),
  adopted: ofSlot({ account, orders: z.array(openOrder), reason: text }),
  "session-started": z.strictObject({
    session: text,
    isRestart: z.boolean(),
    mode: z.enum(TRADING_MODES),
    slots: z.array(z.strictObject({
      symbol: text,
      intervalMs: whole.positive(),
      tickSize: z.number().positive(),
      tickValueMicros: whole.positive(),
      settles: z.boolean(),
    })).min(1),
    books: z.enum(["new", "carried"]),
    cashMicros: whole,
    settings: jsonSchema,
  }),
  "session-stopped": z.strictObject({
    session: text,
    reason: text,
    positions: z.enum(["flat", "held"]),
  }),
  program: z.strictObject({
    codeSha256: sha256,
    inference: z.enum(["native", "wasm"]).nullable(),
    versions: z.record(text, text),
  }),
  checklist: z.strictObject({
    lines: z.array(z.strictObject({
      name: text,
      verdict: z.enum(["passed", "warned", "refused", "left-out"]),
      found: text,
      remedy: text.nullable(),
    })),
  }),
  deployment: ofSlot({
    deployment,
    state: text,
  }),
  "deployment-refused": ofSlot({ deployment, reason: text }),
  "user-command": z.strictObject({ command: text, via: text, detail: jsonSchema }),
  state: z.strictObject({ state: jsonSchema }),
};

/** Every kind of entry. */
export const JOURNAL_KINDS = Object.keys(FACT_SCHEMAS) as readonly JournalKind[];
