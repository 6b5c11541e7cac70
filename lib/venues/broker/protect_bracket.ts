import type { OrderTerms } from "../../trading/mod.ts";
import { exitTerms, sameTerms } from "./order_terms.ts";
import { type OwnOrder, sideOf, type VenueWork } from "./own_orders.ts";
import type { VenueOrderState } from "./venue_books.ts";
import { isAllKnown } from "./work_end.ts";

/** A bracket and everything that is known of it. */
export interface GuardedBracket {
  readonly entry: OwnOrder;
  /** How an order at the venue stands; null for one without a number. */
  readonly stateOf: (work: VenueWork) => VenueOrderState | null;
  /** Terms of an order at the venue. */
  readonly termsOf: (work: VenueWork) => OrderTerms;
  /** Signed lots of the entry that are held and not closed by anything else. */
  readonly heldLots: number;
  /** Price of the entry's first fill in ticks; null while nothing has filled. */
  readonly anchorTicks: number | null;
  /** Milliseconds since anything of it changed. */
  readonly quietMs: number;
  /** Whether the venue was asked how its orders stand since anything changed. */
  readonly isLookedAt: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What has to be done so that a bracket protects what is held, and no more. */
export type GuardAction =
  /** Ask the venue how its orders stand. */
  | { readonly kind: "look" }
  | { readonly kind: "cancel"; readonly order: OwnOrder; readonly work: VenueWork }
  | {
    readonly kind: "change";
    readonly order: OwnOrder;
    readonly work: VenueWork;
    /** In all, those that traded included. */
    readonly lots: number;
    readonly terms: OrderTerms;
  }
  /** A stop in place of one that is gone, or does not work yet. */
  | {
    readonly kind: "place";
    readonly order: OwnOrder;
    readonly lots: number;
    /** Whether the venue has refused the exit, which nothing else explains. */
    readonly isSure: boolean;
  }
  /** Nothing can protect it: close it at the market. */
  | { readonly kind: "flatten"; readonly order: OwnOrder; readonly lots: number };

/** A venue needs a moment to wake exits up, and to take back what is not needed any more. */
const GRACE_MS = 600;
/** A change that the books do not show by then has come to nothing. */
const CHANGE_MS = 2_000;
/** Stops in place of others; then the position is closed. */
const MOST_STOPS = 3;
const LONGEST_PAUSE_MS = 60_000;

/** Whether an order at the venue may still trade. */
export function mayTrade(work: VenueWork, state: VenueOrderState | null): boolean {
  if (work.state === "refused" || work.state === "absent") return false;
  return state === null || state.phase !== "ended";
}

/** What a bracket needs now. */
export function protectBracket(bracket: GuardedBracket): readonly GuardAction[] {
  const { entry, heldLots, isLookedAt, quietMs, stateOf } = bracket;
  const want = Math.abs(heldLots);
  const filledAny = entry.works.some((work) => (stateOf(work)?.filled ?? 0) > 0);
  const isEntryLive = entry.works.some((work) => mayTrade(work, stateOf(work)));
  const exitsTraded = entry.exits.some(({ works }) =>
    works.some((work) => (stateOf(work)?.filled ?? 0) > 0)
  );
  const actions: GuardAction[] = [];
  if (exitsTraded || (filledAny && want === 0)) {
    for (const work of entry.works.slice(0, 1)) {
      if (isCancellable(work, stateOf(work))) actions.push({ kind: "cancel", order: entry, work });
    }
  }
  if (!filledAny && isEntryLive) return actions;
  // What ended may have traded before: its exits stay until that is known.
  const isOpen = entry.ended === null && entry.works.some((work) => {
    const state = stateOf(work);
    return state !== null && !isAllKnown(work, state);
  });
  if (want === 0 && isOpen) return actions;
  for (const exit of entry.exits) {
    if (want === 0 || exit.isWithdrawn) {
      if (quietMs < GRACE_MS && !exit.isWithdrawn) continue;
      for (const work of exit.works) {
        if (isCancellable(work, stateOf(work))) actions.push({ kind: "cancel", order: exit, work });
      }
    } else actions.push(...guardExit(exit, want, bracket));
  }
  // Nothing is placed on old knowledge.
  const isNew = isLookedAt || actions.every((action) => action.kind !== "place" || action.isSure);
  return isNew ? actions : [{ kind: "look" }];
}

/** Whether exits protect what is held of a bracket, no more, and none of them is about to change. */
export function isProtected(
  { entry, heldLots, stateOf }: Pick<GuardedBracket, "entry" | "heldLots" | "stateOf">,
): boolean {
  const want = Math.abs(heldLots);
  const isWaiting = entry.works.every((work) => (stateOf(work)?.filled ?? 0) === 0) &&
    entry.works.some((work) => mayTrade(work, stateOf(work)));
  if (isWaiting) return true;
  return entry.exits.every((exit) => {
    const live = exit.works.filter((work) => mayTrade(work, stateOf(work)));
    if (want === 0 || exit.isWithdrawn) return live.length === 0;
    if (live.some(({ change, isCancelling }) => change !== null || isCancelling)) return false;
    if (exit.exit!.kind === "take-profit") return true;
    const working = live.filter((work) => stateOf(work)?.phase === "working");
    return working.reduce((lots, work) => lots + lotsLeft(work, stateOf(work)), 0) === want;
  });
}

/** Lots of an order at the venue that may still trade. */
function lotsLeft(work: VenueWork, state: VenueOrderState | null): number {
  return Math.max(0, (state?.version?.orderQty ?? work.lots) - (state?.filled ?? 0));
}

function guardExit(
  exit: OwnOrder,
  want: number,
  { anchorTicks, entry, isLookedAt, now, quietMs, stateOf, termsOf }: GuardedBracket,
): readonly GuardAction[] {
  const isStop = exit.exit!.kind !== "take-profit";
  const live = exit.works.filter((work) =>
    work.side === sideOf(exit) && mayTrade(work, stateOf(work))
  );
  const working = live.filter((work) => stateOf(work)?.phase === "working");
  const leftOf = (work: VenueWork): number => lotsLeft(work, stateOf(work));
  const left = working.reduce((sum, work) => sum + leftOf(work), 0);
  const changing = live.filter(({ change }) => change !== null);
  const overdue = changing.filter(({ change }) => now - change!.at >= CHANGE_MS);
  if (overdue.length > 0 && !isLookedAt) return [{ kind: "look" }];
  if (changing.length > overdue.length) return [];
  if (left > want) return [trim(exit, working, left - want, leftOf, termsOf)];
  const wanted = exitTerms(exit.exit!, sideOf(entry), anchorTicks ?? 0);
  const native = working[0];
  if (left === want) {
    if (native === undefined || anchorTicks === null) return [];
    const isRight = sameTerms(termsOf(native), wanted) || native.failedChanges > 1;
    if (isRight || native.isCancelling) return [];
    const lots = leftOf(native) + (stateOf(native)?.filled ?? 0);
    return [{ kind: "change", order: exit, work: native, lots, terms: wanted }];
  }
  if (native !== undefined && !native.isCancelling && native.failedChanges <= 1) {
    const lots = leftOf(native) + (stateOf(native)?.filled ?? 0) + want - left;
    return [{ kind: "change", order: exit, work: native, lots, terms: termsOf(native) }];
  }
  const isSure = exit.works.every((work) =>
    work.state === "refused" || stateOf(work)?.end === "rejected"
  );
  if (!isStop) return [];
  if (!isSure && quietMs < GRACE_MS) {
    return quietMs >= GRACE_MS / 3 && !isLookedAt ? [{ kind: "look" }] : [];
  }
  // Lots that are on their way count; those of an exit that its entry does not wake do not.
  const coming = live.filter((work) =>
    stateOf(work)?.phase !== "suspended" && !working.includes(work)
  )
    .reduce((sum, work) => sum + leftOf(work), 0);
  const lots = want - left - coming;
  if (lots <= 0 || now < nextAttempt(exit, stateOf)) return [];
  return exit.works.length > MOST_STOPS
    ? [{ kind: "flatten", order: exit, lots }]
    : [{ kind: "place", order: exit, lots, isSure }];
}

/**
 * When the venue may be asked again for an order of ours, epoch milliseconds: where it has refused
 * some in a row, later each time.
 */
export function nextAttempt(order: OwnOrder, stateOf: GuardedBracket["stateOf"]): number {
  const { works } = order;
  const refused = works.length - 1 -
    works.findLastIndex((work) => work.state !== "refused" && stateOf(work)?.end !== "rejected");
  if (refused < MOST_STOPS) return -Infinity;
  return works.at(-1)!.sentAt + Math.min(1_000 * 2 ** (refused - MOST_STOPS), LONGEST_PAUSE_MS);
}

/** Takes so many lots off: whole orders where one is small enough, the newest first. */
function trim(
  order: OwnOrder,
  working: readonly VenueWork[],
  excess: number,
  leftOf: (work: VenueWork) => number,
  termsOf: (work: VenueWork) => OrderTerms,
): GuardAction {
  const extra = working.slice(1).findLast((work) => leftOf(work) <= excess && !work.isCancelling);
  if (extra !== undefined) return { kind: "cancel", order, work: extra };
  const work = working[0]!;
  if (leftOf(work) <= excess || work.failedChanges > 1) return { kind: "cancel", order, work };
  const lots = work.lots - excess;
  return { kind: "change", order, work, lots, terms: termsOf(work) };
}

function isCancellable(work: VenueWork, state: VenueOrderState | null): boolean {
  return work.venueId !== null && !work.isCancelling && mayTrade(work, state);
}
