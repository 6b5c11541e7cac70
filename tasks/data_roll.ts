import { createCalendar, DAY_MS, type Instrument, wallTimeToUtc } from "../lib/market/mod.ts";
import { InputError } from "../lib/core/mod.ts";
import {
  type ContractBars,
  type DataRequest,
  describeWritten,
  joinCounted,
  monthsBetween,
  openData,
  requestedInstrument,
  requireOneRoot,
  type RollRow,
  type RollRule,
  rollTable,
  writeBars,
  type WrittenDocument,
} from "../lib/data/mod.ts";

/** One contract file for `rollData`. */
export interface ContractFile {
  readonly name: string;
  readonly path: string;
  /** Date of its last trading where the exchange's rule is not to be asked, `YYYY-MM-DD`. */
  readonly lastTrade?: string;
  /** The same for its first notice; null where there is none. */
  readonly firstNotice?: string | null;
}

/** How `rollData` joins. */
export interface RollSettings {
  readonly roll: RollRule;
  readonly adjust: "difference" | "ratio";
}

/** What `data roll --json` prints. */
export interface RolledDocument extends WrittenDocument, RollSettings {
  readonly rolls: readonly RollRow[];
  /** Trade dates without a bar although one of the contracts traded. */
  readonly lostSessions: readonly string[];
  /** Contracts that the exchange lists between those held and that were not given. */
  readonly notGiven: readonly string[];
}

/** @throws {InputError} for fewer than the two contracts that a roll needs */
export function requireContracts(contracts: readonly ContractFile[]): void {
  if (contracts.length < 2) {
    throw new InputError("Cannot roll fewer than two contracts", {
      where: "--contract",
      remedy: "give it once per contract, for example --contract ESZ3=z.csv --contract ESH4=h.csv",
    });
  }
}

/** Joins the files of several contracts into one continuous series. */
export async function rollData(
  contracts: readonly ContractFile[],
  shared: Omit<DataRequest, "path">,
  settings: RollSettings,
  out: string,
): Promise<RolledDocument> {
  requireContracts(contracts);
  const names = contracts.map(({ name }) => name);
  const instrument = requestedInstrument(shared);
  requireOneRoot(names, [instrument]);
  const loaded: ContractBars[] = [];
  const warnings: string[] = [];
  for (const { path, ...contract } of contracts) {
    const { bars, problemCounts } = await openData({ ...shared, path });
    loaded.push({ name: contract.name, bars, ...endsOf(contract, instrument) });
    const found = Object.entries(problemCounts).map(([rule, count]) => `${count} ${rule}`);
    if (found.length > 0) warnings.push(`${contract.name}: ${found.join(", ")}.`);
  }
  const { bars, lostDays } = joinCounted(loaded, settings, createCalendar(instrument));
  await writeBars(bars, out);
  const rolls = rollTable(bars)!;
  const held = bars.continuous!.contracts;
  const notGiven = rolls.flatMap(({ from, to }) =>
    monthsBetween(from, to, [instrument]).filter((name) => !names.includes(name))
  );
  const lostSessions = lostDays.map((day) => new Date(day * DAY_MS).toISOString().slice(0, 10));
  return {
    ...describeWritten(bars, out, [
      `${rolls.length} roll(s): ${held.join(" → ")}`,
      ...(lostSessions.length === 0 ? [] : [
        `${lostSessions.length} session(s) have bars of other contracts but not of the one held, ` +
        `the first on ${lostSessions[0]}.`,
      ]),
      ...(notGiven.length === 0 ? [] : [`Not given: ${notGiven.join(", ")}.`]),
      ...warnings,
    ]),
    ...settings,
    ...{ rolls, lostSessions, notGiven },
  };
}

/** The ends of a contract that the caller knows better than the exchange's rule. */
function endsOf(
  { firstNotice, lastTrade }: Omit<ContractFile, "path">,
  { timeZone }: Instrument,
): Pick<ContractBars, "lastTradeTime" | "firstNoticeDay"> {
  const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;
  return {
    // Noon lies in the session of its date, whichever evening that began.
    ...(lastTrade === undefined
      ? {}
      : { lastTradeTime: wallTimeToUtc(timeZone, dayOf(lastTrade), 12 * 60) }),
    ...(firstNotice === undefined
      ? {}
      : { firstNoticeDay: firstNotice === null ? null : dayOf(firstNotice) }),
  };
}
