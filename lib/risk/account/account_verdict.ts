import { MINUTE_MS } from "../../market/mod.ts";
import { contractLimitNow } from "./contract_limit_now.ts";
import { mostContracts, rootOf } from "./contract_count.ts";
import { dailyLossThreshold } from "./daily_loss_threshold.ts";
import type { AccountTerms } from "./account_terms.ts";
import type { AccountMonitorState, AccountStop } from "./monitor_state.ts";
import { createFlatTimes } from "./flat_times.ts";
import { createDailyClock } from "./daily_clock.ts";

/** What the rules are asked about. */
export interface JudgeQuestion {
  /** Symbol: a root or a contract. */
  readonly instrument: string;
  /** Time until the next question, as of a bar; what is due before it is due now. @default {0} */
  readonly untilNextMs?: number;
}

/** What the rules of an account say about an instrument now. */
export interface AccountVerdict {
  /** Largest position, lots in either direction; null where the rules set no limit. */
  readonly mostLots: number | null;
  /** Why everything held in it must be closed now; null when nothing must. */
  readonly mustFlatten: AccountStop | null;
  /** Why nothing may be entered now; null when entries are free. */
  readonly refusesEntries: AccountStop | null;
  /**
   * Until when entries are refused, epoch milliseconds; null when they are not, and where no time
   * is known: until the day ends, or for good when the account is lost.
   */
  readonly haltedUntil: number | null;
  /** Whether the account is lost: nothing here lifts that. */
  readonly isLost: boolean;
  /** Whether each entry needs a stop and a target with it. */
  readonly bracketRequired: boolean;
}

/** How far each rule is from its breach; null where the account has no such rule. */
export interface BreachDistance {
  /** Further loss that reaches the daily limit, micro-dollars; 0 or less when it is reached. */
  readonly dailyLossMicros: number | null;
  /** Further loss that reaches the floor, micro-dollars; 0 or less when it is reached. */
  readonly floorMicros: number | null;
  /** Lots that may still be added to the position, on its own side. */
  readonly lotsLeft: number | null;
  /** Minutes until the instrument must be flat, 0 while it must be. */
  readonly minutesToFlatBy: number | null;
}

/** Answers about the state of an account. */
export interface Judge {
  /** See `AccountMonitor.judge`. */
  judge(state: AccountMonitorState, question: JudgeQuestion): AccountVerdict;
  /** See `AccountMonitor.distance`. */
  distance(state: AccountMonitorState, instrument: string): BreachDistance;
}

/** Answers by the terms of an account. */
export function createJudge(terms: AccountTerms): Judge {
  const flatTimes = createFlatTimes(terms);
  const reset = terms.dailyLoss?.reset === undefined
    ? null
    : createDailyClock(terms.dailyLoss.reset);

  const stopOf = (
    state: AccountMonitorState,
    instrument: string,
    untilNextMs: number,
  ): { readonly stop: AccountStop; readonly until: number | null } | null => {
    const { halted, lost } = state;
    if (lost !== null) return { stop: lost, until: null };
    if (halted !== null) {
      return { stop: halted, until: reset === null ? null : reset.nextAt(state.time!) };
    }
    return flatTimes.closedAt(state, instrument, untilNextMs) ??
      newsAt(state, terms, instrument, untilNextMs);
  };

  return {
    judge(state, { instrument, untilNextMs = 0 }) {
      const found = stopOf(state, instrument, untilNextMs);
      const isBlocked = blocks(terms, instrument);
      const limit = contractLimitNow(state, terms);
      const flattens = found !== null &&
        (found.stop.rule !== "news-window" || terms.news!.mustBeFlat);
      const refuses = found?.stop ?? (isBlocked ? blockedStop(state, instrument) : null);
      const mostLots = limit === null ? null : mostContracts(limit, instrument, state.held);
      return {
        mostLots: flattens || isBlocked ? 0 : mostLots,
        mustFlatten: flattens ? found.stop : isBlocked ? refuses : null,
        refusesEntries: refuses,
        haltedUntil: found?.until ?? null,
        isLost: state.lost !== null,
        bracketRequired: terms.bracketRequired ?? false,
      };
    },
    distance(state, instrument) {
      const { equityMicros, floorMicros, held, time } = state;
      const threshold = dailyLossThreshold(state, terms);
      const limit = contractLimitNow(state, terms);
      const flatAt = time === null ? null : flatTimes.flatAt(state, instrument);
      const isClosed = time !== null && flatTimes.closedAt(state, instrument, 0) !== null;
      return {
        dailyLossMicros: threshold === null ? null : equityMicros - threshold,
        floorMicros: floorMicros === null ? null : equityMicros - floorMicros,
        lotsLeft: limit === null ? null : Math.max(
          0,
          mostContracts(limit, instrument, held) - Math.abs(held[instrument] ?? 0),
        ),
        minutesToFlatBy: isClosed
          ? 0
          : flatAt === null
          ? null
          : Math.max(0, (flatAt - time!) / MINUTE_MS),
      };
    },
  };
}

function blocks({ blockedInstruments = [] }: AccountTerms, instrument: string): boolean {
  return blockedInstruments.includes(rootOf(instrument));
}

function blockedStop({ time }: AccountMonitorState, instrument: string): AccountStop {
  return {
    rule: "instrument-blocked",
    reason: `${instrument} may not be traded in this account`,
    time: time!,
  };
}

/** The news window that holds the time, or opens before the next question. */
function newsAt(
  { time }: AccountMonitorState,
  { news, session }: AccountTerms,
  instrument: string,
  untilNextMs: number,
): { readonly stop: AccountStop; readonly until: number } | null {
  if (news === undefined || time === null) return null;
  const ahead = news.mustBeFlat ? Math.max(untilNextMs, session?.leadMs ?? 0) : 0;
  const window = news.windows.find(({ from, instruments, until }) =>
    from - ahead <= time && time < until &&
    (instruments === undefined || instruments.includes(rootOf(instrument)))
  );
  if (window === undefined) return null;
  const reason = `${news.mustBeFlat ? "no position" : "no entry"} around ${window.event}`;
  return { stop: { rule: "news-window", reason, time }, until: window.until };
}
