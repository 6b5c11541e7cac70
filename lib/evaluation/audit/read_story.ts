import { CorruptArtifactError, type JsonValue } from "../../core/mod.ts";
import { BookKeeper } from "../../journal/mod.ts";
import {
  type BrokerReport,
  CLOCK_TOLERANCE_MS,
  type EngineEvent,
  type Fill,
  isSameDeployment,
  type JournaledDeployment,
  type JournaledSlot,
  type KeptEntry,
  ROLL_ORDER_ID,
} from "../../trading/mod.ts";
import type { CauseProof } from "./cause_proof.ts";
import { filledAfterwards, ordersAsHeard } from "./heard_orders.ts";
import type {
  SessionStory,
  StoryBar,
  StoryBrokerFill,
  StoryControl,
  StoryDecision,
  StoryDeployment,
  StoryMoment,
  StoryOrder,
  StoryUnsent,
} from "./session_story.ts";
import { TriggerReader } from "./triggers.ts";

/**
 * Reads what a session did.
 *
 * @param entries its whole journal, oldest first
 * @throws {CorruptArtifactError} when it holds no session that traded
 */
export async function readStory(
  entries: AsyncIterable<KeptEntry> | Iterable<KeptEntry>,
): Promise<SessionStory> {
  let reader = new StoryReader();
  for await (const entry of entries) {
    // A session that ended before its first bar has begun nothing, and begins once more.
    const isNew = entry.kind === "session-started" && entry.books === "new";
    if (isNew && reader.cameToNothing) reader = new StoryReader();
    reader.take(entry);
  }
  return reader.story();
}

class StoryReader {
  readonly #keeper = new BookKeeper();
  readonly #triggers = new TriggerReader();
  #started: (KeptEntry & { readonly kind: "session-started" }) | null = null;
  /** What each slot was before its first bar. */
  readonly #beginnings: SlotsState[] = [];
  #newestState: SlotsState | null = null;
  readonly #programs: SessionStory["programs"][number][] = [];
  readonly #deployments: JournaledDeployment[] = [];
  #current: (JournaledDeployment | undefined)[] = [];
  #bars: StoryBar[][] = [];
  #decisions: Map<number, StoryDecision>[] = [];
  readonly #orders = new Map<number, StoryOrder>();
  readonly #unsent: StoryUnsent[] = [];
  readonly #brokerFills: StoryBrokerFill[] = [];
  readonly #exits = new Set<number>();
  /** Exits of which nobody knows, with the proof of it. */
  readonly #doubts = new Map<number, { readonly slot: number; readonly proof: CauseProof }>();
  /** Signed lots of each order that have not filled. */
  readonly #leftLots = new Map<number, number>();
  readonly #controls: StoryControl[] = [];
  readonly #pendingTakeovers: Omit<StoryDeployment, "saved">[] = [];
  readonly #takeovers: StoryDeployment[] = [];
  readonly #revisions: SessionStory["revisions"][number][] = [];
  readonly #gaps: SessionStory["gaps"][number][] = [];
  readonly #clockOffsets: SessionStory["clockOffsets"][number][] = [];
  /** Proofs of what orders traded that they were not for. */
  readonly #beyond: CauseProof[] = [];
  /** Between the beginning of a restart and the end of its reconciliation. */
  #isCatchingUp = false;
  /** Between a restart and the first bar that comes in its time. */
  #isBehind = false;
  #moment: StoryMoment = { close: -Infinity, isDecided: true };

  /** Whether a session was begun that has taken no bar which is traded, and so cannot have traded. */
  get cameToNothing(): boolean {
    return this.#started !== null && this.#bars.every((bars) => bars.length === 0);
  }

  take(entry: KeptEntry): void {
    this.#keeper.take(entry);
    const cause = this.#triggers.take(entry);
    const { sequence } = entry;
    switch (entry.kind) {
      case "session-started":
        return this.#start(entry);
      case "program":
        this.#programs.push(entry);
        return;
      case "deployment":
        return this.#deploy(entry);
      case "state":
        this.#newestState = entry.state as unknown as SlotsState;
        return;
      case "bar": {
        this.#takeOver();
        this.#isCatchingUp = false;
        const { bar, endsSession, isRepaired = false, origin, receivedAt, slot } = entry;
        const isBackfill = origin === "backfill";
        // Slots may begin at different moments, each from the state that was kept before.
        if (this.#newestState !== null) this.#beginnings[slot] ??= this.#newestState;
        this.#isBehind &&= isBackfill;
        this.#barsOf(slot).push({
          ...{ bar, isBackfill, isRepaired, endsSession, receivedAt, sequence },
          isMissed: this.#isBehind,
        });
        const close = bar.time + this.#slots[slot]!.intervalMs;
        this.#moment = { close, isDecided: false };
        return;
      }
      case "forecast":
        return this.#decide(entry.slot, {
          ...{ forecast: entry.forecast, reason: null, chosen: entry.chosen ?? null, sequence },
          doubt: this.#doubtOf(entry.slot),
        });
      case "no-forecast":
        return this.#decide(entry.slot, {
          ...{ forecast: null, reason: entry.reason, chosen: null, doubt: null, sequence },
        });
      case "submit": {
        const { order, slot } = entry;
        // Its fills are told as those of somebody else: no backtest sends it.
        if (order.reason === "roll") return;
        this.#orders.set(order.id, { slot, order, sequence, reports: [], cancelledAt: null });
        this.#leftLots.set(order.id, order.lots);
        for (const { id } of order.exits ?? []) this.#exits.add(id);
        return;
      }
      case "cancel": {
        const taken = this.#orders.get(entry.orderId);
        if (taken !== undefined) taken.cancelledAt ??= this.#barsOf(entry.slot).length;
        return;
      }
      case "accepted":
      case "rejected":
      case "filled":
      case "cancelled":
      case "expired":
      case "unknown":
        return this.#report(entry, cause);
      case "halt":
      case "resume":
      case "permit":
      case "withdraw":
      case "split":
      case "dividend":
      case "funding":
        return this.#control(plainEvent(entry), cause);
      case "close":
        if (cause !== null) this.#control(plainEvent(entry), cause);
        return;
      case "reconciled":
        this.#isCatchingUp = false;
        return;
      case "revision":
        this.#revisions.push(entry);
        return;
      case "gap":
        this.#gaps.push(entry);
        return;
      case "clock-offset": {
        const aheadMs = certainOffset(entry);
        if (aheadMs === 0 && this.#clockOffsets.length === 0) return;
        this.#clockOffsets.push({ aheadMs, sequence, close: this.#moment.close });
        return;
      }
      default:
        // Says why something was done, not what is held.
    }
  }

  story(): SessionStory {
    const [first] = Object.values(this.#beginnings);
    if (this.#started === null || first === undefined) {
      throw new CorruptArtifactError("Cannot audit a journal in which no session has traded");
    }
    const told = { slots: this.#slots, bars: this.#bars, decisions: this.#decisions };
    const orders = ordersAsHeard([...this.#orders.values()], told);
    return {
      started: this.#started,
      startedAt: this.#started.at,
      slots: this.#slots,
      deployments: this.#deployments,
      programs: this.#programs,
      state: this.#beginning(first),
      bars: this.#bars,
      decisions: this.#decisions,
      orders,
      unsent: this.#unsent,
      brokerFills: this.#brokerFills,
      controls: [...this.#controls, ...this.#isAtVenue ? filledAfterwards(orders, told) : []],
      takeovers: this.#takeovers,
      revisions: this.#revisions,
      gaps: this.#gaps,
      clockOffsets: this.#clockOffsets,
      proofs: [...this.#triggers.proofs, ...this.#beyond],
      books: this.#keeper.books(),
    };
  }

  /** What engine and deciders were before the first bar of each slot. */
  #beginning(first: SlotsState): JsonValue {
    const of = (slot: number): SlotsState => this.#beginnings[slot] ?? first;
    const each = <Value>(valueOf: (state: SlotsState, slot: number) => Value): Value[] =>
      this.#slots.map((_, slot) => valueOf(of(slot), slot));
    return {
      engine: { ...first.engine, slots: each(({ engine }, slot) => engine.slots[slot]!) },
      deciders: each(({ deciders }, slot) => deciders[slot]!),
      newest: each(({ newest }, slot) => newest[slot] ?? null),
    };
  }

  /** Whether its broker is a venue, whose exits and rolls are told as they came. */
  get #isAtVenue(): boolean {
    return this.#started !== null && this.#started.mode !== "paper";
  }

  get #slots(): readonly JournaledSlot[] {
    return this.#started?.slots ?? [];
  }

  #start(entry: KeptEntry & { readonly kind: "session-started" }): void {
    this.#isCatchingUp = entry.isRestart;
    this.#isBehind = entry.isRestart;
    if (this.#started !== null && entry.books === "carried") return;
    if (this.#started !== null) {
      throw new CorruptArtifactError(
        `Cannot audit a journal whose books were begun anew in entry ${entry.sequence}`,
      );
    }
    this.#started = entry;
    this.#bars = entry.slots.map(() => []);
    this.#decisions = entry.slots.map(() => new Map());
  }

  #deploy({ deployment, sequence, slot }: KeptEntry & { readonly kind: "deployment" }): void {
    const before = this.#current[slot];
    this.#current[slot] = deployment;
    if (before === undefined) {
      this.#deployments[slot] = deployment;
      return;
    }
    if (isSameDeployment(before, deployment)) return;
    this.#pendingTakeovers.push({ slot, deployment, moment: this.#moment, sequence });
  }

  /** The state that was kept last before the next bar is what a new system went on from. */
  #takeOver(): void {
    for (const takeover of this.#pendingTakeovers.splice(0)) {
      const saved = this.#newestState?.deciders[takeover.slot] ?? null;
      this.#takeovers.push({ ...takeover, saved });
    }
  }

  #barsOf(slot: number): StoryBar[] {
    return this.#bars[slot]!;
  }

  #decide(slot: number, decision: StoryDecision): void {
    const newest = this.#barsOf(slot).at(-1);
    if (newest === undefined) return;
    const close = newest.bar.time + this.#slots[slot]!.intervalMs;
    this.#decisions[slot]!.set(close, decision);
    this.#moment = { ...this.#moment, isDecided: true };
  }

  #report(
    { at: _at, note: _note, sequence, sessionTime: _time, slot, ...fact }:
      & KeptEntry
      & BrokerReport
      & { readonly slot: number },
    cause: CauseProof | null,
  ): void {
    const report = fact as BrokerReport;
    const orderId = report.kind === "filled" ? report.fill.orderId : report.orderId;
    if (this.#exits.has(orderId)) this.#doubt(slot, report, sequence);
    const known = this.#orders.get(orderId);
    if (known !== undefined && report.kind === "filled" && !this.#isWanted(report.fill)) {
      // No backtest trades it: it is told as it came.
      const text = `${report.fill.lots} lots of order ${orderId}, which wanted no more`;
      const proof: CauseProof = { cause: "exit", sequence, text };
      this.#beyond.push(proof);
      this.#control({ kind: "report", slot, report }, proof);
    } else if (known !== undefined) {
      const barsBefore = this.#barsOf(slot).length, isMissed = this.#isCatchingUp;
      known.reports.push({ report, barsBefore, isMissed, sequence });
    } else if (report.kind === "rejected" && this.#isCatchingUp) {
      const { close: decidedAt } = this.#moment, { reason } = report;
      this.#unsent.push({ slot, decidedAt, reason, sequence });
    } else if (!this.#isAtVenue && (this.#exits.has(orderId) || this.#isRoll(slot, report))) {
      // The broker of a backtest works its exits as the one on paper does.
      if (report.kind !== "filled") return;
      const moment = this.#momentOf(slot);
      this.#brokerFills.push({ slot, fill: report.fill, moment, sequence });
    } else if (report.kind === "filled") {
      this.#control({ kind: "report", slot, report }, cause);
    }
  }

  /** While nobody knows of an exit, nothing is ordered that leans on it. */
  #doubt(slot: number, report: BrokerReport, sequence: number): void {
    const orderId = report.kind === "filled" ? report.fill.orderId : report.orderId;
    if (report.kind !== "unknown") return void this.#doubts.delete(orderId);
    // What the books do not wait for any more keeps nobody from ordering.
    const isAwaited = this.#keeper.books().slots[slot]!.orders.some(({ id }) => id === orderId);
    if (!isAwaited) return;
    const text = `nothing was ordered while nobody knew of exit ${orderId}`;
    this.#doubts.set(orderId, { slot, proof: { cause: "exit", sequence, text } });
  }

  #doubtOf(slot: number): CauseProof | null {
    return [...this.#doubts.values()].find((doubt) => doubt.slot === slot)?.proof ?? null;
  }

  /**
   * Whether an order still wants what it has traded. An exit that trades while another order closes
   * opens the other side, and the broker closes that again in the name of its entry.
   */
  #isWanted({ lots, orderId }: Fill): boolean {
    const left = this.#leftLots.get(orderId)!;
    if (Math.sign(lots) !== Math.sign(left) || Math.abs(lots) > Math.abs(left)) return false;
    this.#leftLots.set(orderId, left - lots);
    return true;
  }

  /** What a broker of a joined series does by itself, and that of a backtest too. */
  #isRoll(slot: number, report: BrokerReport): boolean {
    if (report.kind !== "filled") return false;
    const { orderId, reason } = report.fill;
    return reason === "roll" && orderId === ROLL_ORDER_ID &&
      this.#barsOf(slot).at(-1)?.bar.contract !== undefined;
  }

  #control(event: EngineEvent, proof: CauseProof | null): void {
    const moment = this.#momentOf("slot" in event ? event.slot : null);
    this.#controls.push({ event, moment, proof });
  }

  /** Slots decide one after the other: what concerns one comes before or after its own decision. */
  #momentOf(slot: number | null): StoryMoment {
    const { close } = this.#moment;
    const isDecided = slot !== null && this.#barsOf(slot).length > 0
      ? this.#decisions[slot]!.has(close)
      : this.#moment.isDecided;
    return { close, isDecided };
  }
}

/** An entry as the engine was told it. */
function plainEvent(
  { at: _at, note: _note, sequence: _sequence, sessionTime: _time, ...event }: KeptEntry & {
    readonly kind:
      | "halt"
      | "resume"
      | "permit"
      | "withdraw"
      | "split"
      | "dividend"
      | "funding"
      | "close";
  },
): EngineEvent {
  return event as EngineEvent;
}

/** What a session keeps, by slot. */
interface SlotsState {
  readonly engine: { readonly slots: readonly JsonValue[] };
  readonly deciders: readonly JsonValue[];
  readonly newest: readonly JsonValue[];
}

/** By how much a clock is ahead at the least; 0 while it may be right. */
function certainOffset(
  { highMs, lowMs }: { readonly lowMs: number; readonly highMs: number },
): number {
  if (lowMs > CLOCK_TOLERANCE_MS) return lowMs;
  return highMs < -CLOCK_TOLERANCE_MS ? highMs : 0;
}
