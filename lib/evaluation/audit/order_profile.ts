import type { Bars } from "../../market/mod.ts";
import type { AuditCauseName } from "../../records/mod.ts";
import { type CostModel, type Fill, isTraded, type Order, toTicks } from "../../trading/mod.ts";
import type { CauseProof } from "./cause_proof.ts";
import type { StoryOrder } from "./session_story.ts";

/** How one execution of an order was unlike the fill model's. */
export interface FillProfile {
  /** Lots, without their sign. */
  readonly lots: number;
  /** Traded bars after the one in which the fill model fills, by cause. */
  readonly waits: readonly { readonly cause: AuditCauseName; readonly bars: number }[];
  /** Ticks a lot against the order, by cause. */
  readonly ticks: readonly { readonly cause: AuditCauseName; readonly ticks: number }[];
  /** Fees beyond those assumed, micro-dollars, of the whole execution. */
  readonly feeMicros: number;
}

/** How what a broker made of an order was unlike the fill model's. */
export interface OrderProfile {
  /** Executions, oldest first. */
  readonly fills: readonly FillProfile[];
  /** What became of the lots that were not filled. */
  readonly rest: {
    /** Why they did not fill. */
    readonly cause: AuditCauseName;
    /** Whether the broker ended the order, or it was open as long as nobody took it back. */
    readonly end: "rejected" | "cancelled" | "expired" | "open";
    /** Traded bars after the one in which the fill model fills. */
    readonly bars: number;
    /** The broker's words. */
    readonly reason: string;
  } | null;
  /** Whether nobody knew for a while what became of it: nothing is decided against such an order. */
  readonly isUnknown: boolean;
  /** Entries that show it. */
  readonly proofs: readonly CauseProof[];
}

/** What an order's profile is read against. */
export interface ProfileMarket {
  /** Bars as the session had them. */
  readonly bars: Bars;
  /** What the backtest charges. */
  readonly costs: CostModel;
  /** Why the decision on a row came late, and by how many bars at the most; null when it did not. */
  readonly latenessOf: (row: number) => { readonly cause: AuditCauseName; bars: number } | null;
}

/** A market order that fills so soon after an open has its price. */
const AT_OPEN_MS = 1_000;

/**
 * How what became of an order was unlike the fill model's, which fills it whole at the next open;
 * null where it was the same, where nobody can know yet, and for orders that wait for a price.
 */
export function orderProfile(
  { cancelledAt, order, reports, sequence }: StoryOrder,
  market: ProfileMarket,
): OrderProfile | null {
  const { bars } = market;
  if ((order.terms?.kind ?? "market") !== "market") return null;
  const decided = rowClosingAt(bars, order.decidedAt);
  const rank = (row: number): number => tradedBetween(bars, decided + 1, row + 1);
  /** Traded bars after the one in which the fill model fills. */
  const waited = (row: number): number => Math.max(0, rank(row) - (order.atClose === true ? 0 : 1));
  const proofs: CauseProof[] = [];
  const fills: FillProfile[] = [];
  let left = Math.abs(order.lots), first: number | null = null;
  for (const { barsBefore, report, sequence } of reports) {
    if (report.kind !== "filled") continue;
    const { fill } = report;
    const isAtClose = order.atClose === true && fill.moment === "close" &&
      fill.time === order.decidedAt;
    // No bar fills what was decided at its close.
    const heard = isAtClose ? decided : Math.max(barsBefore, decided + 1);
    // Behind the last bar it is told as it came.
    if (heard >= bars.length) continue;
    left -= Math.abs(fill.lots);
    const wait = isAtClose ? 0 : waited(heard);
    first ??= wait;
    const waits = waitsOf(first, wait, market.latenessOf(decided));
    const ticks = ticksOf(fill, heard, isAtClose, waits, market);
    const lots = Math.abs(fill.lots);
    const feeMicros = fill.feeMicros - lots * market.costs.feePerSideMicros;
    fills.push({ lots, waits, ticks, feeMicros });
    proofs.push(...proofsOf(order, { sequence, waits, ticks, feeMicros }));
  }
  const rest = left <= 0 ? null : restOf({ cancelledAt, order, reports, sequence }, {
    waited,
    bars,
    decided,
    hasFills: fills.length > 0,
    late: market.latenessOf(decided),
  });
  if (rest !== null) proofs.push(rest.proof);
  const isParted = fills.length > 1;
  if (isParted && rest === null) {
    const text = `order ${order.id} filled in ${fills.length} parts`;
    proofs.push({ cause: "partial", sequence, text });
  }
  const isUnknown = reports[0]?.report.kind === "unknown";
  return proofs.length === 0 ? null : { fills, rest: rest?.rest ?? null, isUnknown, proofs };
}

/** The first execution waits for data or broker, each later one for the rest of the order. */
function waitsOf(
  first: number,
  wait: number,
  late: ReturnType<ProfileMarket["latenessOf"]>,
): FillProfile["waits"] {
  const lateBars = Math.min(first, late?.bars ?? 0);
  return [
    { cause: late?.cause ?? "late-data", bars: lateBars },
    { cause: "latency" as const, bars: first - lateBars },
    { cause: "partial" as const, bars: wait - first },
  ].filter(({ bars }) => bars > 0);
}

/** Ticks against the order, beyond the slippage that is assumed. */
function ticksOf(
  fill: Fill,
  heard: number,
  isAtClose: boolean,
  waits: FillProfile["waits"],
  { bars, costs }: ProfileMarket,
): FillProfile["ticks"] {
  const side = Math.sign(fill.lots);
  const column = isAtClose ? bars.close : bars.open;
  const barTicks = toTicks(column[heard]!, bars.instrument.tickSize);
  const quoted = side * (fill.priceTicks - side * fill.slippageTicks - barTicks);
  const isAtPrice = isAtClose || fill.moment === "open" && fill.time === bars.time[heard] ||
    Math.abs(fill.time - bars.time[heard]!) <= AT_OPEN_MS;
  // A price of another moment is what was waited for, not what the quote was off.
  const cause = isAtPrice ? "spread" : waits[0]?.cause ?? "latency";
  return [
    { cause, ticks: quoted },
    { cause: "slippage" as const, ticks: fill.slippageTicks - costs.slippageTicks },
  ].filter(({ ticks }) => ticks !== 0);
}

function proofsOf(
  { id }: Order,
  { feeMicros, sequence, ticks, waits }: Omit<FillProfile, "lots"> & { readonly sequence: number },
): CauseProof[] {
  return [
    ...waits.map(({ bars, cause }) => ({
      cause,
      sequence,
      text: `order ${id} filled ${bars} ${bars === 1 ? "bar" : "bars"} later`,
    })),
    ...ticks.map(({ cause, ticks }) => ({
      cause,
      sequence,
      text: `order ${id}: ${Math.abs(ticks)} ticks a lot ${ticks > 0 ? "worse" : "better"}`,
    })),
    ...(feeMicros === 0 ? [] : [{
      cause: "fees" as const,
      sequence,
      text: `order ${id}: ${feeMicros / 1e6} dollars ${feeMicros > 0 ? "more" : "less"} in fees`,
    }]),
  ];
}

/** What became of lots that did not fill; null where the fill model would have filled none yet. */
function restOf(
  { cancelledAt, order, reports, sequence }: StoryOrderFate,
  { bars, decided, hasFills, late, waited }: {
    readonly late: ReturnType<ProfileMarket["latenessOf"]>;
    readonly waited: (row: number) => number;
    readonly bars: Bars;
    readonly decided: number;
    readonly hasFills: boolean;
  },
): { readonly rest: NonNullable<OrderProfile["rest"]>; readonly proof: CauseProof } | null {
  const ended = reports.find(({ report: { kind } }) =>
    kind === "rejected" || kind === "expired" || kind === "cancelled"
  );
  const isOwnCancel = ended?.report.kind === "cancelled" && cancelledAt !== null;
  if (ended !== undefined && !isOwnCancel) {
    const { isMissed, report } = ended;
    const kind = report.kind as "rejected" | "cancelled" | "expired";
    const reason = report.kind === "rejected" ? report.reason : "";
    const cause = isMissed
      ? "interruption"
      : hasFills && kind !== "rejected"
      ? "partial"
      : "reject";
    const words = reason === "" ? kind : `${kind}: ${reason}`;
    return {
      rest: { cause, end: kind, bars: waited(ended.barsBefore), reason },
      proof: { cause, sequence: ended.sequence, text: `order ${order.id} ${words}` },
    };
  }
  // Taken back before the next bar, or nothing has come since: the fill model fills none either.
  const until = cancelledAt ?? bars.length;
  const due = tradedBetween(bars, decided + 1, until) + (order.atClose === true ? 1 : 0);
  if (due === 0) return null;
  const isLate = late !== null && late.bars >= due;
  const cause = hasFills ? "partial" : isLate ? late.cause : "latency";
  const text = `order ${order.id} was not filled ${hasFills ? "whole" : "at all"}`;
  return {
    rest: { cause, end: "open", bars: 0, reason: "" },
    proof: { cause, sequence, text },
  };
}

type StoryOrderFate = Pick<StoryOrder, "cancelledAt" | "order" | "reports" | "sequence">;

/** Row whose close is a moment; -1 before the first. */
function rowClosingAt({ intervalMs, length, time }: Bars, close: number): number {
  let low = 0, high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle]! + intervalMs <= close) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Rows of [from, to) in which somebody can have traded. */
function tradedBetween(bars: Bars, from: number, to: number): number {
  let count = 0;
  for (let row = Math.max(0, from); row < Math.min(to, bars.length); row++) {
    if (isTraded(bars, row)) count++;
  }
  return count;
}
