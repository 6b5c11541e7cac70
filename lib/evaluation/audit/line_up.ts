import type { AuditDifference } from "../../records/mod.ts";
import {
  type Fill,
  type Forecast,
  fromTicks,
  type JournaledBar,
  type JournaledSlot,
} from "../../trading/mod.ts";
import type { AuditedBars } from "./audited_bars.ts";
import { reasonOfKey } from "./order_keys.ts";
import type { SessionReplay } from "./replay_session.ts";
import type { SessionStory } from "./session_story.ts";

/** Something that is compared. */
export interface LinedUpItem {
  /** What is compared. */
  readonly kind: AuditDifference["kind"];
  /** Number of the instrument. */
  readonly slot: number;
  /** Epoch milliseconds. */
  readonly time: number;
  /** All of it, in words. */
  readonly text: string;
  /** What is the same in both runs where they did the same. */
  readonly same: string;
  /** Entry of the journal; null in a replay. */
  readonly sequence: number | null;
}

/** What is compared, by a name that both runs give it. */
export type LineUp = ReadonlyMap<string, LinedUpItem>;

/** What a session decided, ordered and filled. */
export function lineUpSession(
  { brokerFills, controls, decisions, orders, slots }: SessionStory,
): LineUp {
  const items = new Map<string, LinedUpItem>();
  const put = putInto(items);
  for (const [slot, one] of decisions.entries()) {
    for (const [time, { forecast, sequence }] of one) {
      if (forecast === null) continue;
      const text = forecastText(forecast);
      put("forecast", `${time}`, { slot, time, text, same: text, sequence });
    }
  }
  const names = slots.map(createOrderNames);
  for (const { order, reports, sequence, slot } of orders) {
    const isRejected = reports.some(({ report }) => report.kind === "rejected");
    const name = names[slot]!(order.decidedAt), { lots, reason } = order;
    put("order", name, {
      slot,
      time: order.decidedAt,
      ...orderOf(lots, reason, isRejected),
      sequence,
    });
    for (const { report, sequence } of reports) {
      if (report.kind === "filled") putFill(put, report.fill, { slot, sequence, slots, name });
    }
  }
  for (const { fill, sequence, slot } of brokerFills) putFill(put, fill, { slot, sequence, slots });
  const own = new Set(orders.map(({ order }) => order.id));
  for (const { event, proof } of controls) {
    if (event.kind !== "report" || event.report.kind !== "filled") continue;
    const { fill } = event.report, { slot } = event;
    // Among the reports of its order already, unless it traded what that was not for.
    if (own.has(fill.orderId) && proof === null) continue;
    putFill(put, fill, { slot, sequence: proof?.sequence ?? null, slots });
  }
  return items;
}

/** What a replay decided, ordered and filled. */
export function lineUpReplay(
  { fills, forecasts, orders }: SessionReplay,
  slots: readonly JournaledSlot[],
): LineUp {
  const items = new Map<string, LinedUpItem>();
  const put = putInto(items);
  for (const [slot, one] of forecasts.entries()) {
    for (const [time, forecast] of one) {
      const text = forecastText(forecast);
      put("forecast", `${time}`, { slot, time, text, same: text, sequence: null });
    }
  }
  const namers = slots.map(createOrderNames);
  const names = slots.map(() => new Map<string, string>());
  for (const { decidedAt, isRejected, key, lots, slot } of orders) {
    const name = namers[slot]!(decidedAt);
    names[slot]!.set(key, name);
    const said = orderOf(lots, reasonOfKey(key), isRejected);
    put("order", name, { slot, time: decidedAt, ...said, sequence: null });
  }
  for (const { fill, key, slot } of fills) {
    const name = names[slot]!.get(key);
    putFill(put, fill, { slot, sequence: null, slots, ...(name === undefined ? {} : { name }) });
  }
  return items;
}

/** The bars of a session, or those that are true. */
export function lineUpBars(bars: readonly AuditedBars[], which: "session" | "truth"): LineUp {
  const items = new Map<string, LinedUpItem>();
  const put = putInto(items);
  for (const [slot, one] of bars.entries()) {
    for (const audited of one.bars) {
      const bar = audited[which];
      if (bar === null) continue;
      const sequence = which === "session" ? audited.sequence : null;
      const text = barText(bar);
      put("bar", `${bar.time}`, { slot, time: bar.time, text, same: text, sequence });
    }
  }
  return items;
}

/** Where two runs differ, oldest first. */
export function differencesOf(
  session: LineUp,
  replay: LineUp,
): (Omit<AuditDifference, "causes"> & { readonly name: string })[] {
  const names = new Set([...session.keys(), ...replay.keys()]);
  return [...names].flatMap((name) => {
    const ours = session.get(name), theirs = replay.get(name);
    if (ours?.same === theirs?.same) return [];
    const { kind, slot, time } = ours ?? theirs!;
    return [{
      ...{ name, kind, slot, time },
      session: ours?.text ?? null,
      replay: theirs?.text ?? null,
      sequence: ours?.sequence ?? null,
    }];
  }).toSorted((a, b) => a.time - b.time);
}

type Put = (kind: LinedUpItem["kind"], name: string, item: Omit<LinedUpItem, "kind">) => void;

/** Names what has the same name twice by its number, too. */
function putInto(items: Map<string, LinedUpItem>): Put {
  const counts = new Map<string, number>();
  return (kind, key, item) => {
    const name = `${kind} ${item.slot} ${key}`;
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    items.set(`${name} ${count}`, { kind, ...item });
  };
}

/**
 * Names orders by when they were decided and which of that moment they were. Not by why: a rule that
 * closes what the system would have closed there traded what the backtest trades.
 */
function createOrderNames(): (decidedAt: number) => string {
  const counts = new Map<number, number>();
  return (decidedAt) => {
    const count = counts.get(decidedAt) ?? 0;
    counts.set(decidedAt, count + 1);
    return `${decidedAt} ${count}`;
  };
}

/** Takes up an execution: of an order, by its name, or of nobody's, by the bar that it traded in. */
function putFill(
  put: Put,
  fill: Fill,
  { name, sequence, slot, slots }: {
    readonly name?: string;
    readonly sequence: number | null;
    readonly slot: number;
    readonly slots: readonly JournaledSlot[];
  },
): void {
  const { time } = fill, bar = barOf(fill, slots[slot]!), text = fillText(fill, slots[slot]!);
  // A venue stamps the moment of a trade, the fill model the edge of its bar.
  const same = `${text} in ${bar}`;
  const at = new Date(time).toISOString().slice(11, 19);
  put("fill", name ?? `in ${bar}`, { slot, time, text: `${text}, ${at}Z`, same, sequence });
}

/** Number of the bar that an execution was in: inside of one, or at its open. */
function barOf({ moment, time }: Fill, { intervalMs }: JournaledSlot): number {
  return moment === "open" ? Math.floor(time / intervalMs) : Math.ceil(time / intervalMs) - 1;
}

function forecastText({ bet, exposure, intent, probability }: Forecast): string {
  const sure = probability === null ? "" : `, probability ${probability}`;
  const odds = bet === undefined || bet === null ? "" : `, win ${bet.win}, loss ${bet.loss}`;
  return `exposure ${exposure} (${intent})${sure}${odds}`;
}

function orderOf(
  lots: number,
  reason: string,
  isRejected: boolean,
): Pick<LinedUpItem, "same" | "text"> {
  const refused = isRejected ? ", refused" : "";
  return { same: `${lots}${refused}`, text: `${sided(lots)} (${reason})${refused}` };
}

function fillText({ feeMicros, lots, priceTicks }: Fill, { tickSize }: JournaledSlot): string {
  return `${sided(lots)} at ${fromTicks(priceTicks, tickSize)}, fee ${feeMicros / 1e6}`;
}

function barText({ close, high, low, open, volume }: JournaledBar): string {
  return `${open} ${high} ${low} ${close}, volume ${volume}`;
}

function sided(lots: number): string {
  return `${lots > 0 ? "buy" : "sell"} ${Math.abs(lots)}`;
}
