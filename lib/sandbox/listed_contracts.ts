import {
  type Bars,
  contractDates,
  type Instrument,
  MONTH_LETTERS,
  parseContractCode,
} from "../market/mod.ts";
import { InputError } from "../core/mod.ts";
import { toTicks } from "../trading/mod.ts";

/** A contract that the market lists. */
export interface ListedContract {
  /** Root, month letter and one digit of the year, for example `MESZ6`. */
  readonly name: string;
  /** Of delivery. */
  readonly year: number;
  /** 1 January … 12 December. */
  readonly month: number;
  /** Last moment of trading, epoch milliseconds. */
  readonly lastTradeTime: number;
  /** What its price lies above the price that the bars hold at a row, whole ticks. */
  readonly premiumTicks: (row: number) => number;
}

/** By what each contract lies above the one before it, where the bars do not say it. */
const CARRY_TICKS = 20;

/** Contracts listed after the last bar, so that the last can be rolled out of too. */
const FURTHER = 2;

/**
 * The contracts of the future that bars are of: those that joined bars name, with their true gaps;
 * else those by the exchange's calendar, each some ticks above the one before. Two further ones follow.
 *
 * @returns in order of their ends
 * @throws {InputError} when it is no future, or nobody knows when its contracts end
 */
export function listedContracts(bars: Bars): readonly ListedContract[] {
  const { continuous, instrument } = bars;
  if (instrument.kind !== "future" || instrument.contracts === undefined) {
    throw new InputError(`Cannot list contracts of ${instrument.symbol}`, {
      remedy: "choose a future whose contract months are known, such as MES",
    });
  }
  const firstTime = bars.time[0]!, lastTime = bars.time[bars.length - 1]!;
  const named = continuous?.contracts.map((name) => parseContractCode(name)) ?? [];
  const isNamed = continuous !== undefined && continuous.method === "difference" &&
    named.every((code) => code !== null);
  if (!isNamed) {
    const months = monthsFrom(instrument, firstTime, lastTime);
    return months.map((each, index) => ({ ...each, premiumTicks: () => index * CARRY_TICKS }));
  }
  const years = named.map((code, index) =>
    fullYear(code!.year, yearOf(bars, continuous.contract.indexOf(index)))
  );
  const known = named.map((code, index) => {
    const own = continuous.adjustment[continuous.contract.indexOf(index)] ?? 0;
    return {
      ...monthOf(instrument, years[index]!, code!.month),
      premiumTicks: (row: number) =>
        toTicks(continuous.adjustment[row]! - own, instrument.tickSize),
    };
  });
  const last = known.at(-1)!;
  const further = monthsFrom(instrument, last.lastTradeTime, last.lastTradeTime).slice(0, FURTHER);
  return [
    ...known,
    ...further.map((each, index) => ({
      ...each,
      premiumTicks: (row: number) => last.premiumTicks(row) + (index + 1) * CARRY_TICKS,
    })),
  ];
}

type ListedMonth = Omit<ListedContract, "premiumTicks">;

/** Contracts that end after the one moment, on to the second after the other. */
function monthsFrom(instrument: Instrument, from: number, until: number): ListedMonth[] {
  const start = new Date(from);
  const found: ListedMonth[] = [];
  let after = 0;
  for (let step = 0; after <= FURTHER; step++) {
    const month = (start.getUTCMonth() + step) % 12;
    const year = start.getUTCFullYear() + Math.floor((start.getUTCMonth() + step) / 12);
    if (!instrument.rollMonths.includes(MONTH_LETTERS[month]!)) continue;
    const each = monthOf(instrument, year, month + 1);
    if (each.lastTradeTime <= from) continue;
    found.push(each);
    if (each.lastTradeTime > until) after++;
  }
  return found;
}

function monthOf(instrument: Instrument, year: number, month: number): ListedMonth {
  const name = `${instrument.symbol}${MONTH_LETTERS[month - 1]}${year % 10}`;
  const { lastTradeTime } = contractDates(instrument, year, month)!;
  return { name, year, month, lastTradeTime };
}

function yearOf(bars: Bars, row: number): number {
  return new Date(bars.time[Math.max(0, row)]!).getUTCFullYear();
}

/** The year that ends in the digits given and lies nearest to another. */
function fullYear(digits: string, near: number): number {
  const cycle = 10 ** digits.length;
  if (cycle >= 10_000) return Number(digits);
  const base = Math.floor(near / cycle) * cycle + Number(digits);
  return [base - cycle, base, base + cycle]
    .toSorted((a, b) => Math.abs(a - near) - Math.abs(b - near))[0]!;
}
