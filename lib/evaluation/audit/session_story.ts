import type { JsonValue } from "../../core/mod.ts";
import type { JournalBooks } from "../../journal/mod.ts";
import type {
  BrokerReport,
  ChosenPosition,
  EngineEvent,
  Fill,
  Forecast,
  JournaledBar,
  JournaledDeployment,
  JournaledSlot,
  Order,
  SessionFact,
} from "../../trading/mod.ts";
import type { CauseProof } from "./cause_proof.ts";

/** A place between the bars of a session. */
export interface StoryMoment {
  /** Close of the newest bar that had been told, epoch milliseconds; -Infinity before the first. */
  readonly close: number;
  /** Whether its decisions had been taken. */
  readonly isDecided: boolean;
}

/** A bar that a session traded. */
export interface StoryBar {
  /** As it was taken. */
  readonly bar: JournaledBar;
  /** Whether it came afterwards. */
  readonly isBackfill: boolean;
  /** Whether it was over when a session went on after a stop. */
  readonly isMissed: boolean;
  /** Whether its venue had corrected it before it came. */
  readonly isRepaired: boolean;
  /** Whether it is the last of its session. */
  readonly endsSession: boolean;
  /** Epoch milliseconds; null where bars come at any speed. */
  readonly receivedAt: number | null;
  /** Entry of the journal. */
  readonly sequence: number;
}

/** What was decided at the close of a bar. */
export interface StoryDecision {
  /** Null where none came. */
  readonly forecast: Forecast | null;
  /** Why none came; null where one did. */
  readonly reason: string | null;
  /** How it was chosen; null where nothing else had a chance. */
  readonly chosen: ChosenPosition | null;
  /** The proof that nobody knew of an exit, so that nothing was ordered; null where all were known. */
  readonly doubt: CauseProof | null;
  /** Entry of the journal. */
  readonly sequence: number;
}

/** Something that a broker said of an order. */
export interface StoryReport {
  /** What was said. */
  readonly report: BrokerReport;
  /** Bars of the instrument that had been told before, less one whose decision was to come. */
  readonly barsBefore: number;
  /** Whether it was missed, and heard of when the session went on after a stop. */
  readonly isMissed: boolean;
  /** Entry of the journal. */
  readonly sequence: number;
}

/** An order that the session sent, and what became of it. */
export interface StoryOrder {
  /** Number of the instrument. */
  readonly slot: number;
  /** As it was sent. */
  readonly order: Order;
  /** Entry of the journal. */
  readonly sequence: number;
  /** What the broker said of it, oldest first. */
  readonly reports: StoryReport[];
  /** Bars of the instrument that had been told when it was taken back from here; null if never. */
  cancelledAt: number | null;
}

/** An order that was decided on and never written down: the session stopped before. */
export interface StoryUnsent {
  /** Number of the instrument. */
  readonly slot: number;
  /** Epoch milliseconds of the close at which it was decided. */
  readonly decidedAt: number;
  /** Why it was not sent, in words. */
  readonly reason: string;
  /** Entry of the journal. */
  readonly sequence: number;
}

/**
 * What a broker on paper trades by itself, as that of a backtest does too: either side of a roll, and
 * exits of a bracket.
 */
export interface StoryBrokerFill {
  /** Number of the instrument. */
  readonly slot: number;
  /** What traded. */
  readonly fill: Fill;
  /** When it was heard of. */
  readonly moment: StoryMoment;
  /** Entry of the journal. */
  readonly sequence: number;
}

/** Something that the engine was told and that no backtest would tell it. */
export interface StoryControl {
  /** What it was told. */
  readonly event: EngineEvent;
  /** When. */
  readonly moment: StoryMoment;
  /** Why; null for what a market brings to both. */
  readonly proof: CauseProof | null;
  /** Whether it is an execution for those alone whose order is still open. */
  readonly isAwaited?: boolean;
}

/** A system that took over. */
export interface StoryDeployment {
  /** Number of the instrument. */
  readonly slot: number;
  /** What took over. */
  readonly deployment: JournaledDeployment;
  /** When. */
  readonly moment: StoryMoment;
  /** What its decider went on from. */
  readonly saved: JsonValue;
  /** Entry of the journal. */
  readonly sequence: number;
}

/** What a session was and did, from its journal alone. */
export interface SessionStory {
  /** How it began. */
  readonly started: SessionFact & { readonly kind: "session-started" };
  /** Epoch milliseconds at which it began, by the machine's clock. */
  readonly startedAt: number;
  /** Its instruments. */
  readonly slots: readonly JournaledSlot[];
  /** Of the first part of the session. */
  readonly deployments: readonly JournaledDeployment[];
  /** What computed, for each part of the session. */
  readonly programs: readonly (SessionFact & { readonly kind: "program" } & {
    readonly sequence: number;
  })[];
  /** What engine and deciders were before the first bar. */
  readonly state: JsonValue;
  /** One list for each slot, oldest first. */
  readonly bars: readonly (readonly StoryBar[])[];
  /** By slot, then by the close of the bar. */
  readonly decisions: readonly ReadonlyMap<number, StoryDecision>[];
  /** What was sent, oldest first. */
  readonly orders: readonly StoryOrder[];
  /** What was decided and never sent. */
  readonly unsent: readonly StoryUnsent[];
  /** What the broker traded by itself as a backtest's does, oldest first. */
  readonly brokerFills: readonly StoryBrokerFill[];
  /** What the engine was told besides bars, decisions and reports. */
  readonly controls: readonly StoryControl[];
  /** Systems that took over. */
  readonly takeovers: readonly StoryDeployment[];
  /** Corrections of bars that had been taken. */
  readonly revisions: readonly {
    readonly slot: number;
    readonly now: JournaledBar;
    readonly sequence: number;
  }[];
  /** Bars that never came. */
  readonly gaps: readonly {
    readonly slot: number;
    readonly from: number;
    readonly to: number;
    readonly missing: number;
    readonly found: number;
    readonly sequence: number;
  }[];
  /** By how much the machine's clock was ahead, where that is certain; oldest first. */
  readonly clockOffsets: readonly {
    readonly aheadMs: number;
    readonly sequence: number;
    /** Session time from which on it was known. */
    readonly close: number;
  }[];
  /** Proofs of causes that changed nothing in the engine. */
  readonly proofs: readonly CauseProof[];
  /** What the journal comes to. */
  readonly books: JournalBooks;
}
