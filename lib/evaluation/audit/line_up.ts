import type { AuditDifference } from "../../records/mod.ts";
import {
  type Fill,
  type Forecast,
  fromTicks,
  type JournaledBar,
  type JournaledSlot,
} from "../../trading/mod.ts";
import type { AuditedBars } from "./audited_bars.ts";
import { createOrderKeys } from "./order_keys.ts";
import type { SessionReplay } from "./replay_session.ts";
import type { SessionStory } from "./session_story.ts";

/** Something that is compared, in words that are the same where it is the same. */
export interface LinedUpItem {
  /** What is compared. */
  readonly kind: AuditDifference["kind"];
  /** Number of the instrument. */
  readonly slot: number;
  /** Epoch milliseconds. */
  readonly time: number;
  /** All of it, in words. */
  readonly text: string;
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
      put("forecast", `${time}`, { slot, time, text: forecastText(forecast), sequence });
    }
  }
  const keys = slots.map(createOrderKeys);
  for (const { order, reports, sequence, slot } of orders) {
    const key = keys[slot]!(order);
    const isRejected = reports.some(({ report }) => report.kind === "rejected");
    const text = orderText(order.lots, key, isRejected);
    put("order", key, { slot, time: order.decidedAt, text, sequence });
    for (const { report, sequence } of reports) {
      if (report.kind !== "filled") continue;
      const { fill } = report, { time } = fill;
      put("fill", key, { slot, time, text: fillText(fill, slots[slot]!), sequence });
    }
  }
  for (const { fill, sequence, slot } of brokerFills) {
    put("fill", "", { slot, time: fill.time, text: fillText(fill, slots[slot]!), sequence });
  }
  const own = new Set(orders.map(({ order }) => order.id));
  for (const { event, proof } of controls) {
    if (event.kind !== "report" || event.report.kind !== "filled") continue;
    const { fill } = event.report, { slot } = event, { time } = fill;
    // Among the reports of its order already, unless it traded what that was not for.
    if (own.has(fill.orderId) && proof === null) continue;
    const text = fillText(fill, slots[slot]!);
    put("fill", "", { slot, time, text, sequence: proof?.sequence ?? null });
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
      put("forecast", `${time}`, { slot, time, text: forecastText(forecast), sequence: null });
    }
  }
  for (const { decidedAt, isRejected, key, lots, slot } of orders) {
    const text = orderText(lots, key, isRejected);
    put("order", key, { slot, time: decidedAt, text, sequence: null });
  }
  for (const { fill, key, slot } of fills) {
    const text = fillText(fill, slots[slot]!);
    put("fill", key, { slot, time: fill.time, text, sequence: null });
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
      put("bar", `${bar.time}`, { slot, time: bar.time, text: barText(bar), sequence });
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
    if (ours?.text === theirs?.text) return [];
    const { kind, slot, time } = ours ?? theirs!;
    return [{
      ...{ name, kind, slot, time },
      session: ours?.text ?? null,
      replay: theirs?.text ?? null,
      sequence: ours?.sequence ?? null,
    }];
  }).toSorted((a, b) => a.time - b.time);
}

/** Names what has the same name twice by its number, too. */
function putInto(items: Map<string, LinedUpItem>) {
  const counts = new Map<string, number>();
  return (
    kind: LinedUpItem["kind"],
    key: string,
    item: Omit<LinedUpItem, "kind">,
  ): void => {
    const name = `${kind} ${item.slot} ${key}`;
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    items.set(`${name} ${count}`, { kind, ...item });
  };
}

function forecastText({ bet, exposure, intent, probability }: Forecast): string {
  const sure = probability === null ? "" : `, probability ${probability}`;
  const odds = bet === undefined || bet === null ? "" : `, win ${bet.win}, loss ${bet.loss}`;
  return `exposure ${exposure} (${intent})${sure}${odds}`;
}

function orderText(lots: number, key: string, isRejected: boolean): string {
  const [, reason] = key.split(" ");
  return `${sided(lots)} (${reason})${isRejected ? ", refused" : ""}`;
}

function fillText(
  { feeMicros, lots, priceTicks, time }: Fill,
  { tickSize }: JournaledSlot,
): string {
  const at = new Date(time).toISOString().slice(0, 19);
  return `${sided(lots)} at ${fromTicks(priceTicks, tickSize)}, fee ${feeMicros / 1e6}, ${at}Z`;
}

function barText({ close, high, low, open, volume }: JournaledBar): string {
  return `${open} ${high} ${low} ${close}, volume ${volume}`;
}

function sided(lots: number): string {
  return `${lots > 0 ? "buy" : "sell"} ${Math.abs(lots)}`;
}
