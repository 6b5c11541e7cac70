import { DAY_MS, type Session, type SessionCalendar } from "../market/mod.ts";
import { InputError } from "../core/mod.ts";

/** Sessions of a year: nobody rolls earlier, and nobody looks further back. */
const MOST_SESSIONS = 252;

/**
 * When to go over to a later contract; always at the open of a session, and decided by sessions that
 * are over.
 * - `calendar`: `daysBefore` sessions before the contract's last session (0: at its open), or before
 *   its first notice. Counted in days of the calendar, a day without a session is the session before.
 *   The next contract that is not due itself is entered.
 * - `volume`, `open-interest`: once a later contract's figure was the larger in each of the last
 *   `sessions` sessions (1 when absent); the one with the largest figure is entered.
 *
 * Whatever the rule, a contract is left no later than the open of its last session, and of the last
 * session before its first notice: whoever is long at that session's close may have to take delivery.
 */
export type RollRule =
  | {
    readonly kind: "calendar";
    readonly daysBefore: number;
    readonly before?: "last-trade" | "first-notice";
    readonly count?: "sessions" | "days";
  }
  | { readonly kind: "volume"; readonly sessions?: number }
  | { readonly kind: "open-interest"; readonly sessions?: number };

type CalendarRule = Extract<RollRule, { readonly kind: "calendar" }>;
type FigureRule = Exclude<RollRule, CalendarRule>;

/** When a contract ends. */
export interface ContractEnd {
  /** Trade day of the last trading. */
  readonly lastDay: number;
  /** First day of notice; null where there is none, or nobody knows it. */
  readonly noticeDay: number | null;
}

/** Trade days on which a contract is left. */
export interface LeavingDays {
  /** The last session at whose open it can still be left. */
  readonly limitDay: number;
  /** The session from whose open on the calendar wants it left; the limit for other rules. */
  readonly dueDay: number;
  /** Which end sets the limit. */
  readonly end: "first-notice" | "last-trade";
}

/** A contract as a rule sees it: when it is left, and what a session told of it. */
export interface RollCandidate extends LeavingDays {
  /** Lots traded in a session; 0 where it has no bars. */
  volume(day: number): number;
  /** Open contracts at the end of a session; 0 where it has no bars. */
  openInterest(day: number): number;
}

/** Where to go, and what decided. */
export interface RollDecision {
  /** Index of the contract to enter. */
  readonly to: number;
  /** The rule's kind, or the end that left no choice. */
  readonly rule: RollRule["kind"] | LeavingDays["end"];
}

/** When a rule leaves a contract at the latest. */
export function leavingDays(
  { lastDay, noticeDay }: ContractEnd,
  rule: RollRule,
  calendar: SessionCalendar,
): LeavingDays {
  const beforeNotice = noticeDay === null ? Infinity : sessionsBefore(noticeDay, 1, calendar);
  const limitDay = Math.min(lastDay, beforeNotice);
  const end = beforeNotice < lastDay ? "first-notice" : "last-trade";
  if (rule.kind !== "calendar") return { limitDay, dueDay: limitDay, end };
  const { before, count, daysBefore } = rule;
  const from = before === "first-notice" ? noticeDay ?? lastDay : lastDay;
  const due = count === "days"
    ? sessionsBefore(from - daysBefore + 1, 1, calendar)
    : sessionsBefore(from, daysBefore, calendar);
  return { limitDay, dueDay: Math.min(limitDay, due), end };
}

/** Trade day `sessions` sessions before a day; the day itself for 0. */
function sessionsBefore(day: number, sessions: number, calendar: SessionCalendar): number {
  if (sessions === 0) return day;
  // Two calendar days a session and a fortnight cover any weekend and holidays.
  const span = (2 * sessions + 14) * DAY_MS;
  const noon = day * DAY_MS + DAY_MS / 2;
  const before = calendar.sessions(noon - span, noon)
    .filter((session: Session) => session.tradeDay < day);
  return before[before.length - sessions]!.tradeDay;
}

/**
 * Decides at the open of a session whether to leave a contract.
 *
 * @param contracts by their last day
 * @param held index of the one held
 * @param day trade day of the session that opens
 * @param past trade days of all sessions before it that any contract has bars of, oldest first
 * @returns null to stay
 */
export function rollAt(
  contracts: readonly RollCandidate[],
  held: number,
  day: number,
  past: readonly number[],
  rule: RollRule,
): RollDecision | null {
  const last = contracts.length - 1;
  if (held === last) return null;
  const { dueDay, end, limitDay } = contracts[held]!;
  if (rule.kind === "calendar") {
    if (day < dueDay) return null;
    const to = contracts.findIndex((later, index) => index > held && day < later.dueDay);
    return { to: to < 0 ? last : to, rule: dueDay < limitDay ? rule.kind : end };
  }
  const open = contracts.map((_, index) => index)
    .filter((index) => index > held && day < contracts[index]!.limitDay);
  const leader = leaderOf(contracts, held, open, past, rule);
  if (leader !== null) return { to: leader, rule: rule.kind };
  if (day < limitDay) return null;
  // No figure is known before the first session, and none has to lead once a contract ends.
  const previous = past.at(-1);
  const busiest = previous === undefined ? null : busiestOf(contracts, open, previous, rule);
  return { to: busiest ?? open[0] ?? last, rule: end };
}

function figureOf(contract: RollCandidate, day: number, { kind }: FigureRule): number {
  return kind === "volume" ? contract.volume(day) : contract.openInterest(day);
}

/** The busiest of the contracts that beat the one held in every session that is looked at. */
function leaderOf(
  contracts: readonly RollCandidate[],
  held: number,
  open: readonly number[],
  past: readonly number[],
  rule: FigureRule,
): number | null {
  const { sessions = 1 } = rule;
  if (past.length < sessions) return null;
  const days = past.slice(-sessions);
  const leads = (index: number): boolean =>
    days.every((day) =>
      figureOf(contracts[index]!, day, rule) > figureOf(contracts[held]!, day, rule)
    );
  return busiestOf(contracts, open.filter(leads), days.at(-1)!, rule);
}

/** The one with the largest figure above zero, the nearest of equals. */
function busiestOf(
  contracts: readonly RollCandidate[],
  among: readonly number[],
  day: number,
  rule: FigureRule,
): number | null {
  let best: number | null = null, most = 0;
  for (const index of among) {
    const figure = figureOf(contracts[index]!, day, rule);
    if (figure > most) [best, most] = [index, figure];
  }
  return best;
}

/** @throws {InputError} when a count is no whole number in its range */
export function checkRollRule(rule: RollRule): void {
  const calendar = rule.kind === "calendar";
  const count = calendar ? rule.daysBefore : rule.sessions ?? 1;
  const least = calendar ? 0 : 1;
  if (Number.isInteger(count) && count >= least && count <= MOST_SESSIONS) return;
  const what = calendar
    ? `${rule.count ?? "sessions"} before a contract ends`
    : `on the ${rule.kind} of the last sessions`;
  throw new InputError(
    `Cannot roll ${what} as their number must be whole, ${least} to ${MOST_SESSIONS}: current ` +
      `value is ${count}`,
    { remedy: "give a whole number, such as 5" },
  );
}
