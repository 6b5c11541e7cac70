import { Engine, type EngineState } from "../../engine/mod.ts";
import type { AuditCauseName } from "../../records/mod.ts";
import {
  type Command,
  type EngineEvent,
  type Fill,
  type Forecast,
  microsToUsd,
} from "../../trading/mod.ts";
import { barColumns } from "./audited_bars.ts";
import type { AuditedSlot, AuditSystems } from "./audit_systems.ts";
import type { Deviations } from "./deviations.ts";
import { ReplaySlot } from "./replay_slot.ts";
import { startOf } from "./replay_start.ts";
import type { SessionStory, StoryMoment } from "./session_story.ts";
import { toldFills } from "./told_fills.ts";

/** An order of a replay. */
export interface ReplayedOrder {
  /** Number of the instrument. */
  readonly slot: number;
  /** By which it is lined up with that of another run. */
  readonly key: string;
  /** Signed lots. */
  readonly lots: number;
  /** Epoch milliseconds at which it was decided. */
  readonly decidedAt: number;
  /** Whether the broker refused it. */
  isRejected: boolean;
}

/** An execution of a replay. */
export interface ReplayedFill {
  /** Number of the instrument. */
  readonly slot: number;
  /** Key of its order; empty for one that was not sent from here. */
  readonly key: string;
  /** What traded. */
  readonly fill: Fill;
}

/** A session as it would have gone. */
export interface SessionReplay {
  /** Profit at the last close, micro-dollars. */
  readonly profitMicros: number;
  /** By slot and close. */
  readonly forecasts: readonly ReadonlyMap<number, Forecast>[];
  /** In the order in which they were sent. */
  readonly orders: readonly ReplayedOrder[];
  /** In the order in which they were booked. */
  readonly fills: readonly ReplayedFill[];
}

/**
 * Trades the bars of a session again, with everything that was unlike its backtest except what is
 * repaired. With every cause repaired it is the backtest.
 *
 * A bar has the steps of a backtest, in its order: what it fills, its close, the close of a
 * session, margin, the decision.
 */
export async function replaySession(
  story: SessionStory,
  deviations: Deviations,
  repaired: ReadonlySet<AuditCauseName>,
  systems: AuditSystems,
  signal?: AbortSignal,
): Promise<SessionReplay> {
  const replay = await Replay.begin(story, deviations, repaired, systems);
  try {
    return await replay.run(signal);
  } finally {
    replay.close();
  }
}

class Replay {
  readonly #story: SessionStory;
  readonly #deviations: Deviations;
  readonly #repaired: ReadonlySet<AuditCauseName>;
  readonly #systems: AuditSystems;
  readonly #slots: readonly ReplaySlot[];
  #options: readonly AuditedSlot[];
  readonly #engine: Engine;
  #nextControl = 0;
  #nextTakeover = 0;
  readonly #orders: ReplayedOrder[] = [];
  readonly #ordersById = new Map<number, ReplayedOrder>();
  readonly #fills: ReplayedFill[] = [];
  readonly #told: ReturnType<typeof toldFills>;
  /** How many executions of an order were filled ahead of their bar. */
  readonly #ahead = new Map<number, number>();
  /** Entry of what is told now that no backtest is told; null while nothing is. */
  #toldFor: number | null = null;

  static async begin(
    story: SessionStory,
    deviations: Deviations,
    repaired: ReadonlySet<AuditCauseName>,
    systems: AuditSystems,
  ): Promise<Replay> {
    const options = story.deployments.map((deployment, slot) =>
      systems.slotOf(slot, deployment, null)
    );
    const { deciders, engine, newest } = startOf(story, options);
    const slots: ReplaySlot[] = [];
    for (const [slot, deployment] of story.deployments.entries()) {
      const { instrument, intervalMs } = options[slot]!;
      slots.push(
        new ReplaySlot(
          { instrument, intervalMs },
          barColumns(deviations.bars[slot]!, repaired, { instrument, intervalMs }),
          newest[slot] ?? null,
          {
            ...{ costs: options[slot]!.costs, profiles: deviations.orders[slot]!, repaired },
            isAtVenue: story.started.mode !== "paper",
          },
          await systems.start(slot, deployment, deciders[slot] ?? null),
        ),
      );
    }
    return new Replay(story, deviations, repaired, systems, options, slots, engine);
  }

  private constructor(
    story: SessionStory,
    deviations: Deviations,
    repaired: ReadonlySet<AuditCauseName>,
    systems: AuditSystems,
    options: readonly AuditedSlot[],
    slots: readonly ReplaySlot[],
    state: EngineState,
  ) {
    this.#story = story;
    this.#deviations = deviations;
    this.#repaired = repaired;
    this.#systems = systems;
    this.#options = options;
    this.#slots = slots;
    this.#told = toldFills(story);
    this.#engine = this.#open(state);
  }

  async run(signal?: AbortSignal): Promise<SessionReplay> {
    await this.#applyUntil({ close: -Infinity, isDecided: true });
    for (let close = this.#nextClose(); close < Infinity; close = this.#nextClose()) {
      signal?.throwIfAborted();
      const due = this.#slots.flatMap((slot, index) => slot.nextClose === close ? [index] : []);
      for (const slot of due) this.#trade(slot);
      this.#tell({ kind: "clock", time: close });
      await this.#applyUntil({ close, isDecided: false });
      for (const slot of due) await this.#decide(slot, close);
      await this.#applyUntil({ close, isDecided: true });
    }
    return {
      profitMicros: this.#engine.equityMicros - this.#story.started.cashMicros,
      forecasts: this.#slots.map(({ forecasts }) => forecasts),
      orders: this.#orders,
      fills: this.#fills,
    };
  }

  close(): void {
    for (const { decider } of this.#slots) decider.close();
  }

  #open(state: EngineState): Engine {
    const initialCashUsd = microsToUsd(this.#story.started.cashMicros);
    return new Engine({ initialCashUsd, slots: this.#options }, state);
  }

  #nextClose(): number {
    return Math.min(...this.#slots.map(({ nextClose }) => nextClose));
  }

  /** The fills of a bar, its close, what has to be closed with its session. */
  #trade(index: number): void {
    const slot = this.#slots[index]!, view = this.#engine.slot(index);
    const { bars, endsSession, isNewDay, row, tradeDay } = slot.take();
    const flattens = this.#flattens(index);
    const isOpen = (): boolean => view.positionLots !== 0 || !view.orders.isEmpty;
    if (flattens && isNewDay && isOpen()) {
      this.#tell({ kind: "close", slot: index, reason: "session-close", atClose: false });
    }
    if (!view.orders.isEmpty && view.isPaidInFull) {
      this.#tell({ kind: "mark", slot: index, priceTicks: slot.openTicks });
    }
    for (const report of slot.executor.onBar(bars, row)) {
      this.#hear(index, { kind: "report", slot: index, report });
    }
    this.#tell({ kind: "bar", slot: index, bars, row, tradeDay, endsSession });
    if (flattens && endsSession && isOpen()) {
      this.#tell({ kind: "close", slot: index, reason: "session-close", atClose: true });
    }
  }

  async #decide(index: number, close: number): Promise<void> {
    const slot = this.#slots[index]!;
    const { exposure, positionLots } = this.#engine.slot(index);
    const missed = this.#deviations.undecided[index]!.get(close);
    const acts = this.#engine.ruinedAt === null && !(this.#flattens(index) && slot.endsSession) &&
      (missed === undefined || this.#repaired.has(missed.cause));
    const decided = await slot.decider.decide({ exposure, positionLots, acts });
    if (!acts) return;
    const forecast = this.#forced(index, close) ?? decided.forecast;
    slot.forecasts.set(close, forecast);
    const doubt = this.#story.decisions[index]!.get(close)?.doubt ?? null;
    if (doubt !== null && !this.#repaired.has(doubt.cause)) return;
    this.#tell({ kind: "forecast", slot: index, forecast });
  }

  #forced(index: number, close: number): Forecast | null {
    const forced = this.#deviations.forecasts[index]!.get(close);
    return forced === undefined || this.#repaired.has(forced.proof.cause) ? null : forced.forecast;
  }

  #flattens(index: number): boolean {
    return this.#options[index]!.flattenAtSessionEnd && this.#slots[index]!.isIntraday;
  }

  /** What happened up to a moment besides bars and decisions. */
  async #applyUntil(moment: StoryMoment): Promise<void> {
    const { controls, takeovers } = this.#deviations;
    for (; isUpTo(takeovers[this.#nextTakeover]?.moment, moment); this.#nextTakeover++) {
      const { deployment, moment: { close }, saved, slot } = takeovers[this.#nextTakeover]!;
      if (this.#repaired.has("deployment")) continue;
      const options = this.#systems.slotOf(slot, deployment, close);
      this.#options = this.#options.map((one, index) => index === slot ? options : one);
      this.#engine.redeploy(slot, options);
      this.#slots[slot]!.decider.close();
      this.#slots[slot]!.decider = await this.#systems.start(slot, deployment, saved);
    }
    for (; isUpTo(controls[this.#nextControl]?.moment, moment); this.#nextControl++) {
      const { event, isAwaited = false, proof } = controls[this.#nextControl]!;
      if (isAwaited && !this.#awaits(event)) continue;
      if (proof !== null && this.#repaired.has(proof.cause)) {
        // What another rule had left before is not known: nothing is limited.
        if (event.kind === "permit") this.#tell({ ...event, mostLots: null, mayEnter: true });
        continue;
      }
      if (proof !== null) this.#fillBefore(proof.sequence, moment.close);
      this.#toldFor = proof?.sequence ?? null;
      if ("slot" in event) this.#hear(event.slot, event, proof !== null);
      else this.#tell(event);
      this.#toldFor = null;
    }
  }

  /** Whether the order of an execution is open in this run. */
  #awaits(event: EngineEvent): boolean {
    if (event.kind !== "report" || event.report.kind !== "filled") return false;
    const { orderId } = event.report.fill;
    return this.#engine.slot(event.slot).orders.all().some(({ id }) => id === orderId);
  }

  /** Fills what the session had filled of its last decisions when something came in between. */
  #fillBefore(sequence: number, close: number): void {
    for (const { fills, key, slot } of this.#told.get(close) ?? []) {
      const parts = fills.filter((fill) => fill.sequence < sequence).map(({ lots }) => lots);
      if (parts.length === 0) continue;
      for (const [orderId, order] of this.#ordersById) {
        if (order.slot !== slot || order.key !== key) continue;
        const { bars, executor, row } = this.#slots[slot]!;
        const before = this.#ahead.get(orderId) ?? 0;
        const reports = executor.fillAhead(orderId, parts.slice(before), bars, row + 1);
        this.#ahead.set(orderId, before + reports.length);
        for (const report of reports) this.#hear(slot, { kind: "report", slot, report });
      }
    }
  }

  /** Lots that an order traded although what is told now took it back: it came too late for them. */
  #tradedTooLate(orderId: number): number {
    const order = this.#ordersById.get(orderId), since = this.#toldFor;
    if (order === undefined || since === null) return 0;
    const told = this.#told.get(order.decidedAt)
      ?.find(({ key, slot }) => slot === order.slot && key === order.key);
    if (told === undefined || !told.isTakenBack) return 0;
    return told.fills.reduce((sum, { lots, sequence }) => sequence < since ? sum : sum + lots, 0);
  }

  /** Tells the engine, and notes what was executed. @param isNobodys whether no order was for it */
  #hear(slot: number, event: EngineEvent, isNobodys = false): void {
    if (event.kind === "report") {
      const { report } = event;
      if (report.kind === "filled") {
        const { fill } = report, sent = isNobodys ? undefined : this.#ordersById.get(fill.orderId);
        this.#fills.push({ slot, key: sent?.key ?? "", fill });
      } else if (report.kind === "rejected") {
        const order = this.#ordersById.get(report.orderId);
        if (order !== undefined) order.isRejected = true;
      }
    }
    this.#tell(event);
  }

  #tell(event: EngineEvent): void {
    for (const command of this.#engine.take(event)) this.#carryOut(command);
  }

  #carryOut(command: Command): void {
    const { slot } = command;
    for (const report of this.#handOver(command)) {
      this.#hear(slot, { kind: "report", slot, report });
    }
  }

  #handOver(command: Command) {
    const slot = this.#slots[command.slot]!;
    switch (command.kind) {
      case "cancel":
        return slot.executor.cancel(command.orderId, this.#tradedTooLate(command.orderId));
      case "modify":
        return slot.executor.modify(command.orderId, command.lots);
      case "submit": {
        const { order } = command;
        const key = slot.keyOf(order);
        const { decidedAt, lots } = order;
        const sent = { slot: command.slot, key, lots, decidedAt, isRejected: false };
        this.#orders.push(sent);
        this.#ordersById.set(order.id, sent);
        return slot.executor.submit(order, key, slot.bars, slot.row);
      }
    }
  }
}

function isUpTo(one: StoryMoment | undefined, limit: StoryMoment): boolean {
  if (one === undefined) return false;
  return one.close < limit.close ||
    one.close === limit.close && (limit.isDecided || !one.isDecided);
}
