import type { Bars } from "../lib/market/bars.ts";
import {
  createCalendar,
  DAILY_INTERVAL_MS,
  type SessionCalendar,
  sessionOfBar,
} from "../lib/market/calendar.ts";
import { InputError } from "../lib/core/errors.ts";
import { DAY_MS } from "../lib/market/time_zone.ts";
import { type ContractBars, joinContracts, type RollRule } from "../lib/data/continuous.ts";
import { findGaps, type Gap } from "../lib/data/gaps.ts";
import { type DataReport, inspectBars } from "../lib/data/loader.ts";
import {
  type BestAchievable,
  bestAchievable,
  type CompleteWorld,
  completeWorld,
  simulateBars,
  type World,
} from "../lib/simulator/simulator.ts";
import { writeBars } from "../lib/data/write.ts";
import { roundTripCostTicks } from "../lib/trading/costs.ts";
import { type CostRequest, requestedCosts } from "../lib/trading/requested_costs.ts";
import { type DataRequest, openData, requestedInstrument } from "../lib/data/open_data.ts";

/** What `data inspect --json` prints. */
export interface InspectDocument extends Omit<DataReport, "firstTime" | "lastTime"> {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly symbol: string;
  /** False when the loader would refuse the file. */
  readonly usable: boolean;
  readonly first: string | null;
  readonly last: string | null;
  /** Missing bars inside sessions. */
  readonly gaps: {
    readonly count: number;
    readonly missingBars: number;
    readonly largest: readonly Gap[];
  };
  /** Bars that the session calendar says could not have traded. */
  readonly outsideSession: number;
}

const LARGEST_GAPS = 10;

/** Tells the truth about a file of bars; content problems are reported, never thrown. */
export async function inspectData(request: DataRequest): Promise<InspectDocument> {
  const instrument = requestedInstrument(request);
  const calendar = createCalendar(instrument);
  const { bars, report, source } = await inspectBars(request.path, {
    ...request.load,
    instrument,
    isOpen: (time) => calendar.isOpen(time),
  });
  const gaps = bars === null ? [] : findGaps(bars, expectedStamps(bars, calendar));
  const outside = bars === null
    ? 0
    : bars.time.filter((time) => sessionOfBar(time, bars.intervalMs, calendar) === null).length;
  const { firstTime, lastTime, ...rest } = report;
  return {
    path: source.path,
    bytes: source.bytes,
    sha256: source.sha256,
    symbol: instrument.symbol,
    usable: !report.problems.some((problem) => problem.severity === "error"),
    first: firstTime,
    last: lastTime,
    gaps: {
      count: gaps.length,
      missingBars: gaps.reduce((sum, gap) => sum + gap.missingBars, 0),
      largest: [...gaps].sort((a, b) => b.missingBars - a.missingBars).slice(0, LARGEST_GAPS),
    },
    outsideSession: outside,
    ...rest,
  };
}

/** Where bars should be: inside sessions, and for daily bars on every trade date. */
function expectedStamps(bars: Bars, calendar: SessionCalendar): (time: number) => boolean {
  if (bars.intervalMs < DAILY_INTERVAL_MS) return (time) => calendar.isOpen(time);
  return (time) => {
    const day = Math.floor(time / DAY_MS);
    return calendar.sessions(time - DAY_MS, time + DAY_MS).some((one) => one.tradeDay === day);
  };
}

/** What the writing data commands print. */
export interface WrittenDocument {
  readonly path: string;
  readonly rows: number;
  readonly first: string;
  readonly last: string;
  readonly notes: readonly string[];
}

/** Loads, checks, perhaps resamples, and writes bars as CSV or Parquet by the ending of `out`. */
export async function convertData(request: DataRequest, out: string): Promise<WrittenDocument> {
  const { bars, notes } = await openData(request);
  await writeBars(bars, out);
  return written(bars.time, out, notes);
}

/** What to simulate. */
export interface SimulateRequest {
  readonly symbol: string;
  readonly world: World;
  readonly bars: number;
  readonly intervalMs: number;
  readonly startTime: number;
  readonly startPrice: number;
  readonly volatilityTicks: number;
  readonly costs: CostRequest;
  readonly seed: number;
}

/** What `data simulate --json` prints. */
export interface SimulateDocument extends WrittenDocument {
  readonly world: CompleteWorld;
  readonly seed: number;
  /** The best that any policy can earn before and after cost, and how that is known. */
  readonly best: { readonly withoutCost: BestAchievable; readonly withCost: BestAchievable };
}

/** Writes simulated bars and says what the best possible policy would earn on them. */
export async function simulateData(
  request: SimulateRequest,
  out: string,
): Promise<SimulateDocument> {
  const instrument = requestedInstrument(request);
  const bars = simulateBars({
    world: request.world,
    instrument,
    bars: request.bars,
    intervalMs: request.intervalMs,
    seed: request.seed,
    start: request.startTime,
    startPrice: request.startPrice,
    volatilityTicks: request.volatilityTicks,
  });
  await writeBars(bars, out);
  const tradeDay = Math.floor(request.startTime / 86_400_000);
  const costs = requestedCosts(instrument, request.costs, tradeDay);
  // A turn of one position unit pays one side.
  const perTurn = roundTripCostTicks(instrument, costs) / 2 / request.volatilityTicks;
  return {
    ...written(bars.time, out, []),
    world: completeWorld(request.world),
    seed: request.seed,
    best: {
      withoutCost: bestAchievable(request.world, 0),
      withCost: bestAchievable(request.world, perTurn),
    },
  };
}

/** One contract file for `rollData`. */
export interface ContractFile {
  readonly name: string;
  readonly path: string;
}

/** Joins the files of several contracts into one continuous series. */
export async function rollData(
  contracts: readonly ContractFile[],
  shared: Omit<DataRequest, "path">,
  options: { readonly roll: RollRule; readonly adjust: "difference" | "ratio" },
  out: string,
): Promise<WrittenDocument> {
  if (contracts.length < 2) {
    throw new InputError("Cannot roll fewer than two contracts", {
      where: "--contract",
      remedy: "give it once per contract, for example --contract ESZ3=z.csv --contract ESH4=h.csv",
    });
  }
  const loaded: ContractBars[] = [];
  for (const { name, path } of contracts) {
    loaded.push({ name, bars: (await openData({ ...shared, path })).bars });
  }
  const bars = joinContracts(loaded, options, createCalendar(requestedInstrument(shared)));
  await writeBars(bars, out);
  const rolls = bars.continuous?.contracts.length ?? 1;
  return written(bars.time, out, [
    `${rolls - 1} roll(s): ${bars.continuous?.contracts.join(" → ")}`,
  ]);
}

function written(time: Float64Array, path: string, notes: readonly string[]): WrittenDocument {
  const iso = (at: number | undefined): string => new Date(at ?? NaN).toISOString();
  return { path, rows: time.length, first: iso(time[0]), last: iso(time.at(-1)), notes };
}
