import {
  createCalendar,
  type InstrumentDocument,
  ownInstrument,
  type SessionCalendar,
} from "../lib/market/mod.ts";
import {
  atInterval,
  barsOutside,
  type DataReport,
  type DataRequest,
  describeWritten,
  expectedSpans,
  findGaps,
  type Gap,
  guessSymbol,
  inspectBars,
  type InspectedBars,
  type InstrumentRequest,
  isKnown,
  openData,
  ownDocumentOf,
  requestedInstrument,
  type RollRow,
  rollTable,
  unknownInstrument,
  writeBars,
  type WrittenDocument,
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
  /** Changes of contract, oldest first; of a joined future alone. */
  readonly rolls?: readonly RollRow[];
}

const LARGEST_GAPS = 10;

/** What to inspect; a symbol that is not named is told from the file where that is certain. */
export type InspectRequest = Omit<DataRequest, "symbol"> & { readonly symbol?: string | undefined };

/**
 * Tells the truth about a file of bars; content problems are reported, never thrown.
 *
 * @param own the user's instruments, which rows may name
 */
export async function inspectData(
  request: InspectRequest,
  own: readonly InstrumentDocument[] = [],
): Promise<InspectDocument> {
  const known = own.map(ownInstrument);
  const symbol = request.symbol ?? guessSymbol(request.path, known);
  let inspected = await inspectAs(symbol, request);
  if (symbol === null) {
    // The rows may name what the file's name does not.
    const [named] = inspected.found.report.symbols;
    if (named !== undefined && isKnown(named, known)) {
      const document = ownDocumentOf(named, own);
      inspected = await inspectAs(named, {
        ...request,
        ...(document === undefined ? {} : { own: document }),
      });
    }
  }
  const { found, calendar } = inspected;
  const { bars, report, source } = found;
  const gaps = bars === null || calendar === null
    ? []
    : findGaps(bars, expectedSpans(calendar, bars.intervalMs));
  const { firstTime, lastTime, ...rest } = report;
  const rolls = bars === null ? undefined : rollTable(bars);
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
    ...(rolls === undefined ? {} : { rolls }),
    ...rest,
    notes: [
      ...request.actionSource?.notes ?? [],
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

/** Loads, checks, perhaps resamples, and writes bars as CSV or Parquet by the ending of `out`. */
export async function convertData(request: DataRequest, out: string): Promise<WrittenDocument> {
  const { bars, notes } = await openData(request);
  await writeBars(bars, out);
  return describeWritten(bars, out, notes);
}

/** What to simulate. */
export interface SimulateRequest extends InstrumentRequest {
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
    ...describeWritten(bars, out, []),
    world: completeWorld(request.world),
    seed: request.seed,
    best: {
      withoutCost: bestAchievable(request.world, 0),
      withCost: bestAchievable(request.world, perTurn),
    },
  };
}
