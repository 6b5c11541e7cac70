import type { JsonValue, TimerClock } from "../core/mod.ts";
import type { SlotOptions } from "../engine/mod.ts";
import type { BreachDistance, SourcedLimits } from "../risk/mod.ts";
import type {
  BarBroker,
  ChecklistLine,
  Fill,
  Journal,
  JournaledDeployment,
  KeptEntry,
  SessionFact,
  TradingMode,
} from "../trading/mod.ts";
import type { TradingSystem } from "../records/mod.ts";
import type { LeavingTime } from "./leaving_time.ts";
import type { Controls } from "./controls.ts";
import type { Decider } from "./decider.ts";
import type { SessionFeed } from "./session_feed.ts";

/** One instrument of a session and the system that trades it. */
export interface SessionSlot extends SlotOptions {
  /** Close positions at the close of each session's last bar and decide nothing there. */
  readonly flattenAtSessionEnd: boolean;
  /** Open of the first bar that is traded; earlier ones warm the system up. */
  readonly from: number;
  /** Bars before it that the system needs. */
  readonly warmupBars: number;
  /** When its contract has to be left; absent for what does not end, or nobody knows it of. */
  readonly leaving?: LeavingTime;
  /** Whether its broker at a venue rolls what is held when a bar is one of the next contract. */
  readonly rolls?: boolean;
  /**
   * Which book of its broker holds what it trades; that of its instrument when absent, in which all
   * slots of the instrument are one position. A broker on paper has one for each name that it is told.
   */
  readonly book?: string;
  /** What trades it. */
  readonly deployment: JournaledDeployment;
  /** Its document; absent for what decides in another way. */
  readonly system?: TradingSystem;
  /** Starts what decides, where a saved one stopped or from nothing. */
  readonly start: (saved: JsonValue) => Promise<Decider>;
}

/** Where a session hears that its slots are to be traded by other systems. */
export interface DeploymentSource {
  /**
   * What a slot is to be traded by now. It is asked after every bar: it answers from memory or from
   * a look that takes no time.
   *
   * @returns null while nobody can tell
   */
  current(slot: number): JournaledDeployment | null;
  /**
   * Opens a system for a slot of the session.
   *
   * @param at epoch milliseconds of the session: costs and margin are those of that day
   * @throws {InputError} when it cannot be opened, or is of another instrument or interval
   * @throws {RefusedError} when a rule forbids it
   */
  open(slot: number, deployment: JournaledDeployment, at: number): Promise<SessionSlot>;
}

/** The journal of a session: what is kept last is asked for when it goes on. */
export interface SessionJournal extends Journal {
  /** The newest entry of a kind; null when there is none. */
  last(kind: "state"): (KeptEntry & { readonly kind: "state" }) | null;
}

/** Everything that a session is made of. */
export interface SessionOptions {
  /** Its name; a restart keeps it. */
  readonly name: string;
  /** What money is at stake. */
  readonly mode: TradingMode;
  /** Cash of the account before its first session, dollars. */
  readonly initialCashUsd: number;
  /** Its instruments, in the order in which they decide at the same moment. */
  readonly slots: readonly SessionSlot[];
  /** Limits of the account beside those of its systems; whatever is of one instrument alone is not read. */
  readonly limits?: readonly SourcedLimits[];
  /** Where its bars come from. */
  readonly feed: SessionFeed;
  /** Where it hears of other systems to trade by; absent for none but those of the slots. */
  readonly deployments?: DeploymentSource;
  /** Where it hears of challengers that are asked beside them, without an order; absent for none. */
  readonly shadows?: DeploymentSource;
  /** Where its orders go. */
  readonly broker: BarBroker;
  /** Where it is written down. */
  readonly journal: SessionJournal;
  /** Stamps what happens, and times what is waited for. */
  readonly clock: TimerClock;
  /** What people tell it to do while it runs. */
  readonly controls: Controls;
  /** What computes. */
  readonly program: Omit<SessionFact & { readonly kind: "program" }, "kind">;
  /** What was looked at before; every line has passed, warned or been left out. */
  readonly checklist: readonly ChecklistLine[];
  /** Everything else that was asked for, for the journal. */
  readonly settings: JsonValue;
  /** Milliseconds after which a bar is not waited for any longer: no answer is no forecast. @default {5_000} */
  readonly cutOffMs?: number;
  /** Told after every moment at which bars closed. */
  readonly onMoment?: (view: SessionView) => void;
}

/** A session at one moment, for whoever looks at it. */
export interface SessionView {
  /** Epoch milliseconds of the close that was taken in last; null before the first. */
  readonly time: number | null;
  /** Bars traded so far, of all slots. */
  readonly bars: number;
  /** Cash and open profit at the last closes. */
  readonly equityMicros: number;
  /** Cash, futures settled at each session's end. */
  readonly cashMicros: number;
  /** Why nothing is entered any more until a person resumes; null while entries are allowed. */
  readonly halted: string | null;
  /** One for each instrument. */
  readonly slots: readonly {
    readonly symbol: string;
    /** Signed lots held, those of somebody else in the same account left out. */
    readonly positionLots: number;
    /** Signed lots that somebody else has traded in the account. */
    readonly strangerLots: number;
    readonly openOrders: number;
    /** Price of the last close; null before the first. */
    readonly close: number | null;
    /** Why it may not trade freely; null while it may. */
    readonly stop: string | null;
    /** How far the rules of the account are from their breach. */
    readonly distance: BreachDistance;
  }[];
}

/** What became of a session. */
export interface SessionOutcome extends SessionView {
  /** Its name. */
  readonly session: string;
  /** Why it ended. */
  readonly reason: "feed ended" | "stopped" | "decider hangs" | "ruined";
  /** What is left of its own positions. */
  readonly positions: "flat" | "held";
  /** Orders that this process sent. */
  readonly orders: number;
  /** Executions of this process, oldest first. */
  readonly fills: readonly (Fill & { readonly symbol: string })[];
  /** Whether it went on with a session that had begun before. */
  readonly isRestart: boolean;
}
