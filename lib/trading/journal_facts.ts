import type { JsonValue } from "../core/mod.ts";
import type { AccountState } from "./account.ts";
import type { BrokerReport, Command } from "./events.ts";
import type { Fill } from "./fill.ts";
import type { Forecast } from "./forecast.ts";
import type { OpenOrder } from "./open_orders.ts";
import type { OrderReason } from "./order.ts";

/** Which contract of a joined series a bar holds. */
export interface BarContract {
  /** Its name, for example `MESZ5`. */
  readonly name: string;
  /** How prices of contracts are joined. */
  readonly method: "difference" | "ratio";
  /** Joins its prices to those of the series' first contract. */
  readonly adjustment: number;
}

/** A bar as it is written down. */
export interface JournaledBar {
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
  /** The contract whose raw prices these are; absent where only one is traded. */
  readonly contract?: BarContract;
}

/** Where a bar came from. */
export const BAR_ORIGINS = ["feed", "backfill"] as const;

/** What was seen of markets, feeds and clocks. `slot` is the number of the instrument, from 0. */
export type MarketFact =
  /** A bar was taken: the engine was told that it has closed. */
  | {
    readonly kind: "bar";
    readonly slot: number;
    readonly bar: JournaledBar;
    /** Days since 1970-01-01 of the trade day that it belongs to. */
    readonly tradeDay: number;
    /** Whether it is the last of its session. */
    readonly endsSession: boolean;
    /** `backfill` for one that was asked for after the feed had left it out. */
    readonly origin: typeof BAR_ORIGINS[number];
    /** Epoch milliseconds at which it came in; null where bars come at any speed. */
    readonly receivedAt: number | null;
    /** Its venue had corrected it before it came. */
    readonly isRepaired?: true;
  }
  /** A bar was corrected after it was taken: what was decided on it stands. */
  | {
    readonly kind: "revision";
    readonly slot: number;
    readonly was: JournaledBar;
    readonly now: JournaledBar;
  }
  /** The engine was told a price inside a bar. */
  | { readonly kind: "mark"; readonly slot: number; readonly priceTicks: number }
  /** The engine was told that every bar and mark of a moment is in. */
  | { readonly kind: "clock"; readonly time: number }
  /** Shares had split: what they became was reported as fills and orders. */
  | { readonly kind: "split"; readonly slot: number; readonly ratio: number }
  /** A dividend was paid for each lot held, in micro-dollars. */
  | { readonly kind: "dividend"; readonly slot: number; readonly microsPerLot: number }
  /** Funding was booked for the position held, in micro-dollars; below 0 it paid. */
  | { readonly kind: "funding"; readonly slot: number; readonly micros: number }
  /** Bars were missing between two that came. */
  | {
    readonly kind: "gap";
    readonly slot: number;
    /** Epoch milliseconds of the first missing open. */
    readonly from: number;
    /** Epoch milliseconds of the first open that is there again. */
    readonly to: number;
    /** How many were missing. */
    readonly missing: number;
    /** How many of them were found afterwards. */
    readonly found: number;
  }
  /** How a feed does changed, for example `live`, `silent`; `refused` for what was no bar of it. */
  | {
    readonly kind: "feed";
    readonly name: string;
    readonly state: string;
    readonly detail: string;
  }
  /** How far the machine's clock is ahead of the venue's, between two bounds. */
  | {
    readonly kind: "clock-offset";
    readonly lowMs: number;
    readonly highMs: number;
  };

/** What a system was asked with. */
export interface JournaledQuestion {
  /** Signed share of a full position that was held. */
  readonly exposure: number;
  /** The same in signed lots. */
  readonly positionLots: number;
  /** Whether the answer was to be acted on. */
  readonly acts: boolean;
}

/** What was decided, and what overruled it. */
export type DecisionFact =
  /** The engine was told what to hold. */
  | {
    readonly kind: "forecast";
    readonly slot: number;
    readonly forecast: Forecast;
    /** The system, as `name@version`; null where none spoke. */
    readonly by: string | null;
    /** What it was made of: parts, confidence, vetoes, as the system says it. */
    readonly why: JsonValue;
    /** Milliseconds from the bar to it; null where nobody measured. */
    readonly latencyMs: number | null;
    /** How it was chosen, where the system explores. */
    readonly chosen?: ChosenPosition;
    /** What it was asked with, where that changed before it answered. */
    readonly held?: JournaledQuestion;
  }
  /** None came in time. */
  | {
    readonly kind: "no-forecast";
    readonly slot: number;
    readonly by: string | null;
    readonly reason: string;
    /** What decides was waited for and did not answer. */
    readonly isLate?: true;
    /** What it was asked with, where that changed before it answered. */
    readonly held?: JournaledQuestion;
  }
  /** What a system in the shadow would hold beside the one that trades: nothing is sent for it. */
  | {
    readonly kind: "shadow";
    readonly slot: number;
    /** The system, as `name@version`. */
    readonly by: string;
    /** What it says, asked with what it would hold itself; null where it could not. */
    readonly forecast: Forecast | null;
    /** Why, or what went wrong. */
    readonly why: string;
  }
  /** A position is closed and its orders are taken back, by whoever drives the engine. */
  | {
    readonly kind: "close";
    readonly slot: number;
    readonly reason: OrderReason;
    /** At the close of the bar that is known last; else at the next open. */
    readonly atClose: boolean;
  }
  /** What the rules of the account leave of a slot, from here on. */
  | {
    readonly kind: "permit";
    readonly slot: number;
    /** Largest position in either direction; null for no limit beside the slot's own. */
    readonly mostLots: number | null;
    /** Whether a position may become larger. */
    readonly mayEnter: boolean;
  }
  /** Orders that could have made a position larger were taken back. */
  | { readonly kind: "withdraw"; readonly slot: number }
  /** A rule of risk changed or refused something; `slot` is null for one of the account. */
  | {
    readonly kind: "risk";
    readonly slot: number | null;
    readonly rule: string;
    readonly reason: string;
    readonly detail: JsonValue;
  }
  /** Nothing is entered any more. It outlives the session. */
  | { readonly kind: "halt"; readonly reason: string }
  /** A person lifted the halt. */
  | { readonly kind: "resume"; readonly reason: string };

/** What was asked of a broker, written before it is asked, and what the broker said. */
export type OrderFact =
  | Command
  | BrokerReport & { readonly slot: number }
  /** A report of an order that was not sent from here, for example by hand. */
  | { readonly kind: "stranger"; readonly symbol: string; readonly report: BrokerReport }
  /** The broker's executions of a slot since its last settlement, in their true order. */
  | { readonly kind: "executions"; readonly slot: number; readonly fills: readonly Fill[] }
  /** Beliefs were compared with the broker's books; what was missed follows as reports. */
  | {
    readonly kind: "reconciled";
    /** Reports that had been missed. */
    readonly missed: number;
    /** Orders of somebody else. */
    readonly strangers: number;
    /** Positions that nothing explains: the broker's lots less those believed, by symbol. */
    readonly unexplainedLots: Readonly<Record<string, number>>;
    /** Cash by the broker's books; null where it does not tell. */
    readonly cashMicros: number | null;
    /** Positions that somebody else has traded, by symbol; absent in journals that did not tell them apart. */
    readonly strangerLots?: Readonly<Record<string, number>>;
  }
  /** The session closes its own lots or ends, and leaves those of somebody else as they are. */
  | {
    readonly kind: "left-alone";
    readonly symbol: string;
    /** Signed lots that somebody else has traded in the account. */
    readonly lots: number;
    /** Signed lots of the session beside them at that moment. */
    readonly ownLots: number;
  }
  /** A slot's books were replaced by the broker's, as nothing else explains those. */
  | {
    readonly kind: "adopted";
    readonly slot: number;
    readonly account: AccountState;
    readonly orders: readonly OpenOrder[];
    readonly reason: string;
  };

/** One instrument of a session, with what the arithmetic of its account needs. */
export interface JournaledSlot {
  /** Instrument. */
  readonly symbol: string;
  /** Length of its bars in milliseconds. */
  readonly intervalMs: number;
  /** Smallest price step. */
  readonly tickSize: number;
  /** Worth of one tick of one lot, micro-dollars. */
  readonly tickValueMicros: number;
  /** Whether the open profit is paid at each session's end, as for futures. */
  readonly settles: boolean;
}

/** How often other positions are tried than those that a system would take. */
export interface Exploration {
  /** Share of the decisions that are drawn from all positions alike, above 0 and at most 1. */
  readonly share: number;
  /** Of the draws; that of a bar depends on seed and bar alone. */
  readonly seed: number;
}

/** A position that was chosen where others had a chance. */
export interface ChosenPosition {
  /** Signed, in full positions. */
  readonly position: number;
  /** Probability with which it was chosen, above 0 and at most 1. */
  readonly propensity: number;
}

/** A trading system as it was taken up. */
export interface JournaledDeployment {
  /** Registry name with version, `name@version`. */
  readonly system: string;
  /** Of its document. */
  readonly sha256: string;
  /** Alias that pointed to it; null when it was named by its version. */
  readonly alias: string | null;
  /** What its sizes are multiplied by. */
  readonly sizeFactor: number;
  /** How it explores; absent where it does not. */
  readonly exploration?: Exploration;
}

/** What money is at stake. */
export const TRADING_MODES = ["paper", "demo", "live"] as const;

/** Whether orders are played, tried or meant. */
export type TradingMode = typeof TRADING_MODES[number];

/** What happened to the session itself. */
export type SessionFact =
  /** A session begins, or goes on after a stop or a crash. */
  | {
    readonly kind: "session-started";
    /** Its name; a restart keeps it. */
    readonly session: string;
    readonly isRestart: boolean;
    readonly mode: TradingMode;
    readonly slots: readonly JournaledSlot[];
    /**
     * `carried` goes on with position, orders and cash of the entries before; `new` begins flat with
     * this cash. A halt is carried on either way.
     */
    readonly books: "new" | "carried";
    readonly cashMicros: number;
    /** Everything else that was asked for. */
    readonly settings: JsonValue;
  }
  | {
    readonly kind: "session-stopped";
    readonly session: string;
    readonly reason: string;
    /** What was done about positions. */
    readonly positions: "flat" | "held";
  }
  /** What computes: whoever repeats the session uses the same. */
  | {
    readonly kind: "program";
    readonly codeSha256: string;
    readonly inference: "native" | "wasm" | null;
    readonly versions: Readonly<Record<string, string>>;
  }
  /** What was looked at before the first order. */
  | { readonly kind: "checklist"; readonly lines: readonly ChecklistLine[] }
  /** A slot is traded by another system from here on. */
  | {
    readonly kind: "deployment";
    readonly slot: number;
    readonly deployment: JournaledDeployment;
    /** Where its running state comes from, for example `kept` or `begun`. */
    readonly state: string;
  }
  /** A system was to take a slot over and could not: the old one goes on. */
  | {
    readonly kind: "deployment-refused";
    readonly slot: number;
    readonly deployment: JournaledDeployment;
    readonly reason: string;
  }
  /** A person wanted something: halt, resume, flatten, a confirmation. */
  | {
    readonly kind: "user-command";
    readonly command: string;
    /** How it came: `command`, `file`, `signal`, `terminal`. */
    readonly via: string;
    readonly detail: JsonValue;
  }
  /** What the session needs to go on from here, as it saves it. */
  | { readonly kind: "state"; readonly state: JsonValue };

/** One line of a checklist. */
export interface ChecklistLine {
  /** What was looked at. */
  readonly name: string;
  /** What came of it. */
  readonly verdict: "passed" | "warned" | "refused" | "left-out";
  /** What was found. */
  readonly found: string;
  /** What to do about it; null where nothing has to be done. */
  readonly remedy: string | null;
}

/** One thing that happened, as plain data. */
export type JournalFact = MarketFact | DecisionFact | OrderFact | SessionFact;

/** What sort of thing happened. */
export type JournalKind = JournalFact["kind"];
