import {
  type Bars,
  type Continuous,
  DAY_MS,
  type Session,
  type SessionCalendar,
  sessionMarks,
} from "../market/mod.ts";
import { InputError } from "../core/mod.ts";
import { futuresExpiry } from "./futures_expiry.ts";

/** Sessions of a year: nobody rolls earlier. */
const MOST_DAYS_BEFORE = 252;

/** The bars of one futures contract. */
export interface ContractBars {
  /** Contract code such as `ESZ3`. */
  readonly name: string;
  /** Its raw prices, oldest first. */
  readonly bars: Bars;
  /** Epoch ms of the last trading; the exchange's rule for the name where absent. */
  readonly lastTradeTime?: number;
}

/**
 * When to go over to the next contract; always at the open of a session.
 * - `calendar`: `daysBefore` sessions before the contract's last session (0: at its open).
 * - `volume`, `open-interest`: once the next contract's figure of the session before is the larger.
 *
 * Whatever the rule, a contract is left no later than the open of its last session.
 */
export type RollRule =
  | { readonly kind: "calendar"; readonly daysBefore: number }
  | { readonly kind: "volume" }
  | { readonly kind: "open-interest" };

/** How to join; see `joinContracts`. */
export interface JoinOptions {
  /** When to go over to the next contract. */
  readonly roll: RollRule;
  /** Whether the adjustment is added or multiplied; see `Continuous`. */
  readonly adjust: "difference" | "ratio";
}

/** One change of contract in a continuous series. */
export interface Roll {
  /** Row of the first bar of the new contract. */
  readonly row: number;
  /** Epoch ms of that bar. */
  readonly time: number;
  /** Contract left. */
  readonly from: string;
  /** Contract entered. */
  readonly to: string;
  /** Change of the adjustment: old minus new price (difference), or old over new (ratio). */
  readonly gap: number;
}

/**
 * Joins the bars of successive contracts into one continuous series. Prices stay raw; the
 * adjustment that makes them comparable is anchored at the first bar (see `Continuous`).
 *
 * A roll is decided at the open of a session from sessions before it, and its gap is measured at
 * the last bar before that open which both contracts have. Cutting off the future therefore never
 * changes a bar, a roll or an adjustment.
 *
 * @param contracts in any order, all of one root and interval; the nearest expiry comes first
 * @throws {InputError} when there is nothing to join, an open interest is missing, two contracts
 * expire together or share no bar before their roll, or prices that are to be joined by ratio are
 * not above zero
 * @example
 * ```ts
 * import { joinContracts, rollsOf } from "./continuous.ts";
 * import { createCalendar } from "../market/calendar.ts";
 * import { findInstrument } from "../market/instruments.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const instrument = findInstrument("ES");
 * const time = Float64Array.of(Date.parse("2024-03-12T00:00Z"), Date.parse("2024-03-13T00:00Z"));
 * const bars = (price: number, volume: number[]) => {
 *   const column = Float64Array.of(price, price);
 *   return {
 *     instrument, intervalMs: 86_400_000, length: 2, time, volume: Float64Array.from(volume),
 *     open: column, high: column, low: column, close: column,
 *   };
 * };
 * const joined = joinContracts([
 *   { name: "ESH4", bars: bars(5_200, [10, 3]) },
 *   { name: "ESM4", bars: bars(5_260, [20, 90]) },
 * ], { roll: { kind: "volume" }, adjust: "difference" }, createCalendar(instrument));
 * assertEquals(joined.close, Float64Array.of(5_200, 5_260));
 * assertEquals(rollsOf(joined).map((roll) => roll.gap), [-60]);
 * ```
 */
export function joinContracts(
  contracts: readonly ContractBars[],
  options: JoinOptions,
  calendar: SessionCalendar,
): Bars {
  checkContracts(contracts, options.roll);
  const legs = contracts.map((contract) => toLeg(contract, calendar))
    .sort((a, b) => a.lastDay - b.lastDay);
  checkExpiries(legs);
  const days = [...new Set(legs.flatMap((leg) => [...leg.rows.keys()]))].sort((a, b) => a - b);
  const picked: { leg: number; row: number; adjustment: number }[] = [];
  let front = 0;
  let adjustment = options.adjust === "difference" ? 0 : 1;
  let previous: number | null = null;
  for (const day of days) {
    while (front + 1 < legs.length && isDue(legs, front, day, previous, options.roll, calendar)) {
      adjustment = rolled(adjustment, legs[front]!, legs[front + 1]!, day, options.adjust);
      front++;
    }
    const [start, end] = legs[front]!.rows.get(day) ?? [0, 0];
    for (let row = start; row < end; row++) picked.push({ leg: front, row, adjustment });
    previous = day;
  }
  if (options.adjust === "ratio") checkAboveZero(legs, picked);
  return assemble(legs, picked, options.adjust);
}

function checkExpiries(legs: readonly Leg[]): void {
  for (const [i, leg] of legs.entries()) {
    if (leg.lastDay !== legs[i + 1]?.lastDay) continue;
    throw new InputError("Cannot join contracts that expire on the same day", {
      where: `${leg.name} and ${legs[i + 1]!.name}`,
      remedy: "give each contract once, under its own code",
    });
  }
}

/** A ratio has no meaning across zero: it would turn the series upside down. */
function checkAboveZero(
  legs: readonly Leg[],
  picked: readonly { readonly leg: number; readonly row: number }[],
): void {
  for (const { leg, row } of picked) {
    const { name, bars } = legs[leg]!;
    const lowest = Math.min(bars.low[row]!, bars.close[row]!, bars.open[row]!);
    if (lowest <= 0) throw belowZero(name, bars.time[row]!, lowest);
  }
}

function belowZero(name: string, time: number, price: number): InputError {
  return new InputError(`Cannot join by ratio as a price is not above zero: it is ${price}`, {
    where: `${name}, ${new Date(time).toISOString().slice(0, 10)}`,
    remedy: "join by difference: --adjust difference",
  });
}

/**
 * The rolls of a continuous series, oldest first; none for bars of one contract.
 *
 * @returns one entry per change of contract
 */
export function rollsOf(bars: Bars): Roll[] {
  const continuous = bars.continuous;
  if (continuous === undefined) return [];
  const { adjustment, contract, contracts, method } = continuous;
  const rolls: Roll[] = [];
  for (let row = 1; row < bars.length; row++) {
    if (contract[row] === contract[row - 1]) continue;
    const [before, after] = [adjustment[row - 1]!, adjustment[row]!];
    rolls.push({
      row,
      time: bars.time[row]!,
      from: contracts[contract[row - 1]!]!,
      to: contracts[contract[row]!]!,
      gap: method === "difference" ? after - before : after / before,
    });
  }
  return rolls;
}

/** A contract with its rows by trade day. */
interface Leg {
  readonly name: string;
  readonly bars: Bars;
  /** Trade day of the last trading. */
  readonly lastDay: number;
  /** Rows `[start, end)` of each trade day. */
  readonly rows: ReadonlyMap<number, readonly [start: number, end: number]>;
}

function toLeg(contract: ContractBars, calendar: SessionCalendar): Leg {
  const { bars, name } = contract;
  const { tradeDay } = sessionMarks(bars, calendar);
  const rows = new Map<number, readonly [number, number]>();
  for (let row = 0; row < bars.length; row++) {
    const start = rows.get(tradeDay[row]!)?.[0] ?? row;
    rows.set(tradeDay[row]!, [start, row + 1]);
  }
  const lastTrade = contract.lastTradeTime ?? futuresExpiry(name, bars.time[0]!);
  return { name, bars, lastDay: calendar.tradeDay(lastTrade), rows };
}

function isDue(
  legs: readonly Leg[],
  front: number,
  day: number,
  previous: number | null,
  rule: RollRule,
  calendar: SessionCalendar,
): boolean {
  const [held, next] = [legs[front]!, legs[front + 1]!];
  // Nothing is known before the first session, but an expired contract cannot be held.
  if (day >= held.lastDay) return true;
  if (rule.kind === "calendar") return day >= rollDay(held.lastDay, rule.daysBefore, calendar);
  if (previous === null) return false;
  const figure = rule.kind === "volume" ? volumeOf : openInterestOf;
  return figure(next, previous) > figure(held, previous);
}

/** Trade day `sessions` sessions before `lastDay`. */
function rollDay(lastDay: number, sessions: number, calendar: SessionCalendar): number {
  if (sessions === 0) return lastDay;
  // Two calendar days a session and a fortnight cover any weekend and holidays.
  const span = (2 * sessions + 14) * DAY_MS;
  const noon = lastDay * DAY_MS + DAY_MS / 2;
  const before = calendar.sessions(noon - span, noon)
    .filter((session: Session) => session.tradeDay < lastDay);
  return before[before.length - sessions]!.tradeDay;
}

function volumeOf(leg: Leg, day: number): number {
  const [start, end] = leg.rows.get(day) ?? [0, 0];
  let total = 0;
  for (let row = start; row < end; row++) total += leg.bars.volume[row]!;
  return total;
}

function openInterestOf(leg: Leg, day: number): number {
  const end = leg.rows.get(day)?.[1] ?? 0;
  return end === 0 ? 0 : leg.bars.openInterest![end - 1]!;
}

/** The adjustment after a roll at the open of `day`. */
function rolled(
  adjustment: number,
  held: Leg,
  next: Leg,
  day: number,
  method: Continuous["method"],
): number {
  const heldRows = closesBefore(held, day);
  const nextRows = closesBefore(next, day);
  if (heldRows === 0) return adjustment; // never held: the series starts with the next contract
  let [i, j] = [heldRows - 1, nextRows - 1];
  while (i >= 0 && j >= 0 && held.bars.time[i] !== next.bars.time[j]) {
    if (held.bars.time[i]! > next.bars.time[j]!) i--;
    else j--;
  }
  if (i < 0 || j < 0) {
    throw new InputError(`Cannot roll from ${held.name} to ${next.name} as they share no bar`, {
      where: `before ${new Date(day * DAY_MS).toISOString().slice(0, 10)}`,
      remedy: "give bars of both contracts for at least one session before the roll",
    });
  }
  const [old, fresh] = [held.bars.close[i]!, next.bars.close[j]!];
  if (method === "ratio") {
    if (old <= 0) throw belowZero(held.name, held.bars.time[i]!, old);
    if (fresh <= 0) throw belowZero(next.name, next.bars.time[j]!, fresh);
  }
  return method === "difference" ? adjustment + old - fresh : adjustment * (old / fresh);
}

/** Number of rows of trade days before `day`; they come first. */
function closesBefore(leg: Leg, day: number): number {
  let count = 0;
  for (const [rowsDay, [, end]] of leg.rows) if (rowsDay < day) count = Math.max(count, end);
  return count;
}

function assemble(
  legs: readonly Leg[],
  picked: readonly { leg: number; row: number; adjustment: number }[],
  method: Continuous["method"],
): Bars {
  const { instrument, intervalMs } = legs[0]!.bars;
  const column = (pick: (bars: Bars) => Float64Array): Float64Array =>
    Float64Array.from(picked, ({ leg, row }) => pick(legs[leg]!.bars)[row]!);
  const used = [...new Set(picked.map(({ leg }) => leg))];
  const hasOpenInterest = legs.every((leg) => leg.bars.openInterest !== undefined);
  return {
    instrument,
    intervalMs,
    length: picked.length,
    time: column((bars) => bars.time),
    open: column((bars) => bars.open),
    high: column((bars) => bars.high),
    low: column((bars) => bars.low),
    close: column((bars) => bars.close),
    volume: column((bars) => bars.volume),
    ...(hasOpenInterest ? { openInterest: column((bars) => bars.openInterest!) } : {}),
    continuous: {
      method,
      adjustment: Float64Array.from(picked, ({ adjustment }) => adjustment),
      contract: Int32Array.from(picked, ({ leg }) => used.indexOf(leg)),
      contracts: used.map((leg) => legs[leg]!.name),
    },
  };
}

function checkContracts(contracts: readonly ContractBars[], roll: RollRule): void {
  const first = contracts[0];
  if (first === undefined || contracts.some(({ bars }) => bars.length === 0)) {
    throw new InputError("Cannot join contracts as there are no bars of each", {
      remedy: "give at least one contract, and bars for each",
    });
  }
  for (const { name, bars } of contracts) {
    const sameRoot = bars.instrument.symbol === first.bars.instrument.symbol;
    if (!sameRoot || bars.intervalMs !== first.bars.intervalMs) {
      throw new InputError("Cannot join contracts as root and bar length must be the same", {
        where: name,
        remedy: `join it only with bars of ${bars.instrument.symbol} and ${bars.intervalMs} ms`,
      });
    }
    if (roll.kind === "open-interest" && bars.openInterest === undefined) {
      throw new InputError("Cannot roll on open interest as the bars state none", {
        where: name,
        remedy: "roll on volume or by the calendar",
      });
    }
  }
  if (roll.kind !== "calendar") return;
  const { daysBefore } = roll;
  if (Number.isInteger(daysBefore) && daysBefore >= 0 && daysBefore <= MOST_DAYS_BEFORE) return;
  throw new InputError(
    `Cannot roll ${daysBefore} sessions before expiry as it must be a whole number from 0 to ` +
      MOST_DAYS_BEFORE,
    { remedy: "give a whole number of sessions, such as 5" },
  );
}
