import {
  type Bars,
  type Continuous,
  type ContractEntry,
  DAY_MS,
  parseContractCode,
  type SessionCalendar,
} from "../market/mod.ts";
import { InputError } from "../core/mod.ts";
import { closesBefore, type ContractBars, type Leg, type Rows, toLeg } from "./contract_leg.ts";
import { monthsBetween, requireOneRoot } from "./contract_names.ts";
import { checkRollRule, rollAt, type RollDecision, type RollRule } from "./roll_rules.ts";

/** How to join; see `joinContracts`. */
export interface JoinOptions {
  /** When to go over to a later contract. */
  readonly roll: RollRule;
  /** Whether the adjustment is added or multiplied; see `Continuous`. */
  readonly adjust: "difference" | "ratio";
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
 * @throws {InputError} when there is nothing to join, an open interest or a first notice is missing,
 * two contracts expire together or share no bar before their roll, the bars of one end before the
 * calendar leaves it, or prices that are to be joined by ratio are not above zero
 * @example
 * ```ts
 * import { joinContracts } from "./continuous.ts";
 * import { rollsOf } from "./rolls.ts";
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
  return joinCounted(contracts, options, calendar).bars;
}

/** A joined series and what is in none of its bars. */
export interface JoinedSeries {
  /** The continuous series. */
  readonly bars: Bars;
  /** Trade days on which the contract held has no bars but another one has, oldest first. */
  readonly lostDays: readonly number[];
}

/** As `joinContracts`, with the sessions that the series lacks although some contract traded. */
export function joinCounted(
  contracts: readonly ContractBars[],
  options: JoinOptions,
  calendar: SessionCalendar,
): JoinedSeries {
  checkContracts(contracts, options.roll);
  const legs = contracts.map((contract) => toLeg(contract, options.roll, calendar))
    .sort((a, b) => a.lastDay - b.lastDay);
  checkExpiries(legs);
  const days = [...new Set(legs.flatMap((leg) => [...leg.rows.keys()]))].sort((a, b) => a - b);
  const past: number[] = [];
  const lostDays: number[] = [];
  const segments: Segment[] = [];
  let [held, rule]: [number, RollDecision["rule"]] = [0, options.roll.kind];
  for (const day of days) {
    const decision = rollAt(legs, held, day, past, options.roll);
    if (decision !== null) ({ to: held, rule } = decision);
    past.push(day);
    const leg = legs[held]!;
    const rows = leg.rows.get(day);
    const current = segments.at(-1);
    if (rows === undefined) {
      if (current !== undefined) lostDays.push(day);
      if (options.roll.kind === "calendar" && held < legs.length - 1) checkReach(leg, day);
      continue;
    }
    if (current?.leg === leg) current.rows.push(rows);
    else segments.push(segmentOf(current, leg, rows, rule, day, options.adjust));
  }
  if (options.adjust === "ratio") checkAboveZero(segments);
  return { bars: assemble(segments, options.adjust), lostDays };
}

/** The rows for which one contract was held. */
interface Segment {
  readonly leg: Leg;
  readonly adjustment: number;
  /** Null for the first. */
  readonly entry: ContractEntry | null;
  readonly rows: Rows[];
}

/** The first rows of a contract, and the adjustment from their bar on. */
function segmentOf(
  before: Segment | undefined,
  leg: Leg,
  rows: Rows,
  rule: RollDecision["rule"],
  day: number,
  method: Continuous["method"],
): Segment {
  if (before === undefined) {
    return { leg, adjustment: method === "difference" ? 0 : 1, entry: null, rows: [rows] };
  }
  const { fromPrice, toPrice } = pricesBefore(before.leg, leg, day, method);
  const { adjustment } = before;
  return {
    leg,
    adjustment: method === "difference"
      ? adjustment + fromPrice - toPrice
      : adjustment * (fromPrice / toPrice),
    entry: { rule, fromPrice, toPrice },
    rows: [rows],
  };
}

/** Closes of the last bar before a session that two contracts share. */
function pricesBefore(
  held: Leg,
  next: Leg,
  day: number,
  method: Continuous["method"],
): { readonly fromPrice: number; readonly toPrice: number } {
  let [i, j] = [closesBefore(held, day) - 1, closesBefore(next, day) - 1];
  while (i >= 0 && j >= 0 && held.bars.time[i] !== next.bars.time[j]) {
    if (held.bars.time[i]! > next.bars.time[j]!) i--;
    else j--;
  }
  if (i < 0 || j < 0) {
    const between = monthsBetween(held.name, next.name, [held.bars.instrument]);
    throw new InputError(`Cannot roll from ${held.name} to ${next.name} as they share no bar`, {
      where: `before ${isoDay(day)}`,
      remedy: between.length === 0
        ? "give bars of both contracts for at least one session before the roll"
        : `give the bars of ${between.join(", ")} too, which ${
          between.length === 1 ? "lies" : "lie"
        } between them`,
    });
  }
  const [fromPrice, toPrice] = [held.bars.close[i]!, next.bars.close[j]!];
  if (method === "ratio") {
    if (fromPrice <= 0) throw belowZero(held.name, held.bars.time[i]!, fromPrice);
    if (toPrice <= 0) throw belowZero(next.name, next.bars.time[j]!, toPrice);
  }
  return { fromPrice, toPrice };
}

function assemble(segments: readonly Segment[], method: Continuous["method"]): Bars {
  const { instrument, intervalMs } = segments[0]!.leg.bars;
  const parts = segments.flatMap((segment, index) =>
    segment.rows.map(([start, end]) => ({ ...segment, index, start, end }))
  );
  const length = parts.reduce((sum, { end, start }) => sum + end - start, 0);
  const column = (pick: (bars: Bars) => Float64Array): Float64Array => {
    const joined = new Float64Array(length);
    let at = 0;
    for (const { end, leg, start } of parts) {
      joined.set(pick(leg.bars).subarray(start, end), at);
      at += end - start;
    }
    return joined;
  };
  const adjustment = new Float64Array(length);
  const contract = new Int32Array(length);
  let at = 0;
  for (const part of parts) {
    adjustment.fill(part.adjustment, at, at + part.end - part.start);
    contract.fill(part.index, at, at += part.end - part.start);
  }
  const hasOpenInterest = segments.every(({ leg }) => leg.bars.openInterest !== undefined);
  return {
    instrument,
    intervalMs,
    length,
    time: column((bars) => bars.time),
    open: column((bars) => bars.open),
    high: column((bars) => bars.high),
    low: column((bars) => bars.low),
    close: column((bars) => bars.close),
    volume: column((bars) => bars.volume),
    ...(hasOpenInterest ? { openInterest: column((bars) => bars.openInterest!) } : {}),
    continuous: {
      method,
      adjustment,
      contract,
      contracts: segments.map(({ leg }) => leg.name),
      entries: segments.map(({ entry }) => entry),
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
  const { instrument, intervalMs } = first.bars;
  const { symbol } = instrument;
  requireOneRoot(contracts.map(({ name }) => name), [instrument]);
  for (const { name, bars } of contracts) {
    const root = parseContractCode(name, [instrument])?.root.symbol ?? symbol;
    if (bars.instrument.symbol !== symbol || root !== symbol || bars.intervalMs !== intervalMs) {
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
  checkRollRule(roll);
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

/** A contract whose bars end before the calendar leaves it cannot be held until then. */
function checkReach({ dueDay, name, rows }: Leg, day: number): void {
  const lastOfFile = Math.max(...rows.keys());
  if (lastOfFile >= day) return;
  throw new InputError(`Cannot hold ${name} until it is left as its bars end before`, {
    where: `they end on ${isoDay(lastOfFile)}, it is left on ${isoDay(dueDay)}`,
    remedy: "give its later bars, roll earlier with a larger --days-before, or by --rule volume",
  });
}

/** A ratio has no meaning across zero: it would turn the series upside down. */
function checkAboveZero(segments: readonly Segment[]): void {
  for (const { leg: { bars, name }, rows } of segments) {
    for (const [start, end] of rows) {
      for (let row = start; row < end; row++) {
        const lowest = Math.min(bars.low[row]!, bars.close[row]!, bars.open[row]!);
        if (lowest <= 0) throw belowZero(name, bars.time[row]!, lowest);
      }
    }
  }
}

function belowZero(name: string, time: number, price: number): InputError {
  return new InputError(`Cannot join by ratio as a price is not above zero: it is ${price}`, {
    where: `${name}, ${new Date(time).toISOString().slice(0, 10)}`,
    remedy: "join by difference: --adjust difference",
  });
}

function isoDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
