import { createCalendar, type SessionCalendar } from "../lib/market/mod.ts";
import { InputError } from "../lib/core/mod.ts";
import {
  atInterval,
  barsOutside,
  type ContractBars,
  type DataReport,
  type DataRequest,
  expectedSpans,
  findGaps,
  type Gap,
  guessSymbol,
  inspectBars,
  type InspectedBars,
  isKnown,
  joinContracts,
  openData,
  requestedInstrument,
  type RollRule,
  rollsOf,
  unknownInstrument,
  writeBars,
} from "../lib/data/mod.ts";
import {
  type BestAchievable,
  bestAchievable,
  type CompleteWorld,
  completeWorld,
  simulateBars,
  type World,
} from "../lib/simulator/mod.ts";
import { type CostRequest, requestedCosts, roundTripCostTicks } from "../lib/trading/mod.ts";

/** What `data inspect --json` prints. */
export interface InspectDocument extends Omit<DataReport, "firstTime" | "lastTime"> {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** As asked, or told from the file; null when neither says it. */
  readonly symbol: string | null;
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

/** What to inspect; a symbol that is not named is told from the file where that is certain. */
export type InspectRequest = Omit<DataRequest, "symbol"> & { readonly symbol?: string | undefined };

/** Tells the truth about a file of bars; content problems are reported, never thrown. */
export async function inspectData(request: InspectRequest): Promise<InspectDocument> {
  const symbol = request.symbol ?? guessSymbol(request.path);
  let inspected = await inspectAs(symbol, request);
  if (symbol === null) {
    // The rows may name what the file's name does not.
    const [named] = inspected.found.report.symbols;
    if (named !== undefined && isKnown(named)) inspected = await inspectAs(named, request);
  }
  const { found, calendar } = inspected;
  const { bars, report, source } = found;
  const gaps = bars === null || calendar === null
    ? []
    : findGaps(bars, expectedSpans(calendar, bars.intervalMs));
  const { firstTime, lastTime, ...rest } = report;
  return {
    path: source.path,
    bytes: source.bytes,
    sha256: source.sha256,
    symbol: inspected.symbol,
    usable: !report.problems.some((problem) => problem.severity === "error"),
    first: firstTime,
    last: lastTime,
    gaps: {
      count: gaps.length,
      missingBars: gaps.reduce((sum, gap) => sum + gap.missingBars, 0),
      largest: [...gaps].sort((a, b) => b.missingBars - a.missingBars).slice(0, LARGEST_GAPS),
    },
    outsideSession: bars === null || calendar === null ? 0 : barsOutside(bars, calendar).count,
    ...rest,
    notes: [
      ...report.notes,
      ...(calendar === null
        ? [
          "Nothing says what the bars are of, so ticks and sessions were not judged: " +
          "name it with --symbol.",
        ]
        : bars === null
        ? []
        : atInterval(bars, request.intervalMs, calendar).notes),
    ],
  };
}

/** A file inspected as bars of one instrument; as bars of no known one for null. */
async function inspectAs(symbol: string | null, request: InspectRequest): Promise<{
  readonly symbol: string | null;
  readonly calendar: SessionCalendar | null;
  readonly found: InspectedBars;
}> {
  const { path, load } = request;
  if (symbol === null) {
    const found = await inspectBars(path, { ...load, instrument: unknownInstrument() });
    return { symbol, calendar: null, found };
  }
  const instrument = requestedInstrument({ ...request, symbol });
  const calendar = createCalendar(instrument);
  const isOpen = (time: number): boolean => calendar.isOpen(time);
  const found = await inspectBars(path, { ...load, instrument, isOpen });
  return { symbol: instrument.symbol, calendar, found };
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
  const rolls = rollsOf(bars).map(({ time, from, to, gap }) =>
    `${new Date(time).toISOString().slice(0, 10)}: ${from} to ${to}, ${
      options.adjust === "ratio" ? "ratio" : "difference"
    } ${Number(gap.toPrecision(10))}.`
  );
  return written(bars.time, out, [
    `${rolls.length} roll(s): ${bars.continuous?.contracts.join(" → ")}`,
    ...rolls,
  ]);
}

function written(time: Float64Array, path: string, notes: readonly string[]): WrittenDocument {
  const iso = (at: number | undefined): string => new Date(at ?? NaN).toISOString();
  return { path, rows: time.length, first: iso(time[0]), last: iso(time.at(-1)), notes };
}
