import type { JsonValue } from "../core/mod.ts";
import { type AccountMonitor, createAccountMonitor } from "./account/account_monitor.ts";
import type { BreachDistance } from "./account/account_verdict.ts";
import type { AccountMonitorState } from "./account/monitor_state.ts";
import { checkRiskLimits, type RiskLimits, type RiskRule } from "./risk_limits.ts";
import {
  breachDistance,
  countOrder,
  initialRiskState,
  observeAccount,
  ordersInMinute,
  releasedRisk,
  releaseRisk,
  type Restriction,
  type RiskState,
} from "./risk_state.ts";

/** Limits of an account, and who set them. */
export interface SourcedLimits {
  /** A file, or a system as `name@version`. */
  readonly source: string;
  /** Those that are of one instrument alone are not looked at here. */
  readonly limits: RiskLimits;
}

/** An account at one moment, every bar of it told. */
export interface AccountLook {
  /** Epoch milliseconds. */
  readonly time: number;
  /** Days since 1970-01-01 of the trade day. */
  readonly tradeDay: number;
  /** Cash plus open profit, micro-dollars. */
  readonly equityMicros: number;
  /** When the first of its open sessions stops trading; null when none is open, absent as before. */
  readonly closesAt?: number | null;
}

/** What is asked about one instrument of an account. */
export interface PermitRequest {
  /** Symbol. */
  readonly instrument: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** Time until it is asked again: what is due before that is due now. */
  readonly untilNextMs: number;
  /** When its session stops trading; null when none is open. */
  readonly closesAt: number | null;
  /** Largest lots that others of the account may come to hold, by symbol. */
  readonly beside: Readonly<Record<string, number>>;
}

/** What the limits of an account leave of one instrument. */
export interface AccountPermit {
  /** Largest position in either direction; null for no limit. */
  readonly mostLots: number | null;
  /** Whether a position may become larger. */
  readonly mayEnter: boolean;
  /** Whether everything held has to be closed now. */
  readonly mustFlatten: boolean;
  /** The strictest rule that stops something, and why; null while none does. */
  readonly stop: AccountPermitStop | null;
}

/** A rule that stops something in an account. */
export interface AccountPermitStop {
  /** Which rule. */
  readonly rule: RiskRule;
  /** What happened, in words, with who set the limit. */
  readonly reason: string;
  /** Until when, epoch milliseconds; null where no time is known. */
  readonly until: number | null;
  /** Whether it is over only on a person's word, or never. */
  readonly isForGood: boolean;
}

/** The limits of one account with all its instruments, followed in time. */
export interface AccountGuard {
  /** The account is valued. Moments come in order. */
  look(look: AccountLook): void;
  /** An order of the account traded. */
  fill(time: number, instrument: string, lots: number): void;
  /** An order of the account was sent. */
  order(time: number): void;
  /** What may be held and sent now; changes nothing. */
  permit(request: PermitRequest): AccountPermit;
  /** How far each rule is from its breach, by the limit that is nearest. */
  distance(instrument: string): BreachDistance;
  /** A person goes on after a breach of limits of his own; a lost account stays lost. */
  release(): void;
  /** All that it remembers. */
  save(): JsonValue;
}

/** What is remembered of one source of limits; plain data. */
export interface GuardedAccount {
  /** Highs, losses and orders. */
  readonly risk: RiskState;
  /** The same as the rules of an account count it; null without any. */
  readonly account: AccountMonitorState | null;
}

interface Followed {
  readonly source: string;
  readonly limits: RiskLimits;
  readonly monitor: AccountMonitor | null;
  state: GuardedAccount;
}

const FREE: AccountPermit = { mostLots: null, mayEnter: true, mustFlatten: false, stop: null };

/**
 * Follows the limits that belong to an account, whoever of its systems trades: daily loss, trailing
 * drawdown, order rate and the rules of the account itself. Where several sources set limits, the
 * strictest counts.
 *
 * @param initialMicros equity before the first look
 * @param state what `save` gave, to go on from there
 * @throws RangeError when a limit is outside its range
 * @example
 * ```ts
 * import { createAccountGuard } from "./account_guard.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const limits = { dailyLossMicros: 500e6 };
 * const guard = createAccountGuard([{ source: "risk.json", limits }], 50_000e6);
 * guard.look({ time: 1, tradeDay: 1, equityMicros: 49_500e6, closesAt: null });
 * const request = { instrument: "MES", time: 1, untilNextMs: 0, closesAt: null, beside: {} };
 * assertEquals(guard.permit(request).mostLots, 0);
 * assertEquals(guard.distance("MES").dailyLossMicros, 0);
 * ```
 */
export function createAccountGuard(
  sources: readonly SourcedLimits[],
  initialMicros: number,
  state: JsonValue = null,
): AccountGuard {
  const saved = state as readonly GuardedAccount[] | null;
  const all = sources.map(({ limits, source }, index): Followed => {
    checkRiskLimits(limits);
    const monitor = limits.account === undefined ? null : createAccountMonitor(limits.account);
    return {
      ...{ source, limits, monitor },
      state: begunState(monitor, saved?.[index]?.risk ?? initialRiskState(initialMicros), {
        ...{ account: saved?.[index]?.account ?? null, initialMicros },
      }),
    };
  });
  return {
    look(look) {
      for (const one of all) one.state = seen(one, look);
    },
    fill(time, instrument, lots) {
      for (const one of all) {
        const { account } = one.state;
        if (account === null) continue;
        const event = { kind: "fill", time: notBefore(account, time), instrument, lots } as const;
        one.state = { ...one.state, account: one.monitor!.step(account, event) };
      }
    },
    order(time) {
      for (const one of all) one.state = { ...one.state, risk: countOrder(one.state.risk, time) };
    },
    permit: (request) => all.map((one) => permitOf(one, request)).reduce(stricter, FREE),
    distance: (instrument) => all.map((one) => distanceOf(one, instrument)).reduce(nearer, FAR),
    release() {
      for (const one of all) one.state = { ...one.state, risk: releaseRisk(one.state.risk) };
    },
    save: () => all.map((one) => one.state) as unknown as JsonValue,
  };
}

/**
 * What a guard goes on with under other limits, source by source: the account has the same highs, the
 * same day and the same orders whoever asks, but a breach of limits that are gone is over.
 *
 * @param state what `save` gave
 * @param kept for each of the new sources the number that it had before; null for one that comes
 */
export function carryGuard(
  state: JsonValue,
  kept: readonly ({ readonly index: number; readonly isSameAccount: boolean } | null)[],
): JsonValue {
  const before = state as unknown as readonly GuardedAccount[];
  const { risk } = before.at(-1)!;
  return kept.map((source): GuardedAccount => {
    if (source === null) return { risk: releasedRisk(risk), account: null };
    const known = before[source.index]!;
    return { risk: known.risk, account: source.isSameAccount ? known.account : null };
  }) as unknown as JsonValue;
}

/** Rules that come with another system take the account up as it stands. */
function begunState(
  monitor: AccountMonitor | null,
  risk: RiskState,
  { account, initialMicros }: Pick<GuardedAccount, "account"> & { readonly initialMicros: number },
): GuardedAccount {
  const { equityMicros } = risk;
  return { risk, account: account ?? monitor?.begin({ initialMicros, equityMicros }) ?? null };
}

function seen({ limits, monitor, state }: Followed, look: AccountLook): GuardedAccount {
  const { closesAt, equityMicros, tradeDay } = look;
  const risk = observeAccount(state.risk, limits, look);
  let { account } = state;
  if (account === null || monitor === null) return { risk, account };
  const time = notBefore(account, look.time);
  if (state.risk.tradeDay !== null && state.risk.tradeDay !== tradeDay) {
    account = monitor.step(account, { kind: "day-end", time });
  }
  account = monitor.step(account, {
    ...{ kind: "clock", time },
    ...(closesAt === undefined ? {} : { closesAt }),
  });
  return { risk, account: monitor.step(account, { kind: "mark", time, equityMicros }) };
}

function permitOf(one: Followed, request: PermitRequest): AccountPermit {
  const { limits, source, state: { account, risk } } = one;
  const ofLimits = [risk.latched, risk.day].map((restriction, index) =>
    restricted(restriction, source, index === 0)
  ).reduce(stricter, FREE);
  const { maxOrdersPerMinute = Infinity } = limits;
  const sent = ordersInMinute(risk, request.time).length;
  const ofRate: AccountPermit = sent < maxOrdersPerMinute ? FREE : {
    ...{ mostLots: null, mayEnter: false, mustFlatten: false },
    stop: stopOf("order-rate", `${sent} orders in the last minute`, source),
  };
  const own = stricter(ofLimits, ofRate);
  return account === null ? own : stricter(own, ofAccount(one, account, request));
}

function ofAccount(
  { monitor, source }: Followed,
  account: AccountMonitorState,
  { beside, closesAt, instrument, time, untilNextMs }: PermitRequest,
): AccountPermit {
  const now = {
    ...account,
    // Whoever asks at a close asks about what comes behind it.
    closesAt: closesAt !== null && closesAt > time ? closesAt : null,
    held: beside,
    time: notBefore(account, time),
  };
  const { haltedUntil, isLost, mostLots, mustFlatten, refusesEntries } = monitor!.judge(now, {
    ...{ instrument, untilNextMs },
  });
  const stop = mustFlatten ?? refusesEntries;
  return {
    mostLots: mostLots === null ? null : Math.max(0, mostLots - Math.abs(beside[instrument] ?? 0)),
    mayEnter: stop === null,
    mustFlatten: mustFlatten !== null,
    stop: stop === null ? null : {
      ...stopOf(stop.rule, stop.reason, source),
      ...{ until: haltedUntil, isForGood: isLost },
    },
  };
}

function restricted(
  { reason, rule, state }: Restriction,
  source: string,
  isForGood: boolean,
): AccountPermit {
  if (rule === null || state === "ACTIVE") return FREE;
  const isHalted = state === "HALTED";
  return {
    mostLots: isHalted ? 0 : null,
    mayEnter: false,
    mustFlatten: isHalted,
    stop: { ...stopOf(rule, reason, source), isForGood: isForGood && isHalted },
  };
}

function stopOf(rule: RiskRule, reason: string, source: string): AccountPermitStop {
  return { rule, reason: `${reason} (${source})`, until: null, isForGood: false };
}

/** What two leave together; of two stops the one that closes positions is told, then the lasting one. */
function stricter(a: AccountPermit, b: AccountPermit): AccountPermit {
  const rank = ({ mayEnter, mustFlatten, stop }: AccountPermit): number =>
    (stop?.isForGood === true ? 4 : 0) + (mustFlatten ? 2 : 0) + (mayEnter ? 0 : 1);
  return {
    mostLots: least(a.mostLots, b.mostLots),
    mayEnter: a.mayEnter && b.mayEnter,
    mustFlatten: a.mustFlatten || b.mustFlatten,
    stop: rank(b) > rank(a) ? b.stop : a.stop,
  };
}

const FAR: BreachDistance = {
  ...{ dailyLossMicros: null, floorMicros: null, lotsLeft: null, minutesToFlatBy: null },
};

function distanceOf({ limits, monitor, state }: Followed, instrument: string): BreachDistance {
  const own = { ...FAR, ...breachDistance(state.risk, limits) };
  const { account } = state;
  return account === null ? own : nearer(own, monitor!.distance(account, instrument));
}

function nearer(a: BreachDistance, b: BreachDistance): BreachDistance {
  return {
    dailyLossMicros: least(a.dailyLossMicros, b.dailyLossMicros),
    floorMicros: least(a.floorMicros, b.floorMicros),
    lotsLeft: least(a.lotsLeft, b.lotsLeft),
    minutesToFlatBy: least(a.minutesToFlatBy, b.minutesToFlatBy),
  };
}

function least(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}

/** Fills are told with the time of their bar, which is not after that of the account. */
function notBefore({ time: last }: AccountMonitorState, time: number): number {
  return last === null ? time : Math.max(last, time);
}
