import type { Random } from "../../core/mod.ts";
import { type ChartBar, chartBars, type ChartStep, spanOf } from "../chart_bars.ts";
import type { ListedContract } from "../listed_contracts.ts";
import type { Print } from "../price_tape.ts";
import { priceOf } from "./order_checks.ts";
import type { VenueCore } from "./venue_core.ts";

/** Elements of one packet. */
const PACKET = 200;

/** From one packet to the next. */
const PACKET_MS = 5;

/** What a chart is asked to show. */
export interface ChartRequest {
  readonly contract: ListedContract;
  /** Bars of such a step, or every trade. */
  readonly step: ChartStep | "tick";
  /** Newest moment of the history; then nothing follows it. */
  readonly closest: number | null;
  /** Oldest moment. */
  readonly asFarAs: number | null;
  /** Most elements. */
  readonly elements: number | null;
}

/** Reads `md/getchart`; null for what the venue does not draw. */
export function readChart(
  body: Readonly<Record<string, unknown>>,
  contract: ListedContract,
): ChartRequest | null {
  const { chartDescription, timeRange } = body as {
    readonly chartDescription?: Readonly<Record<string, unknown>>;
    readonly timeRange?: Readonly<Record<string, unknown>>;
  };
  if (!isRecord(chartDescription) || !isRecord(timeRange)) return null;
  const { elementSize, elementSizeUnit, underlyingType } = chartDescription;
  const isSimple = elementSizeUnit === undefined || elementSizeUnit === "UnderlyingUnits";
  const size = Number(elementSize);
  if (!isSimple || !Number.isInteger(size) || size < 1) return null;
  const step = underlyingType === "MinuteBar"
    ? { minutes: size }
    : underlyingType === "DailyBar" && size === 1
    ? "session" as const
    : underlyingType === "Tick" && size === 1
    ? "tick" as const
    : null;
  const moment = (value: unknown): number | null => {
    const time = typeof value === "string" ? Date.parse(value) : NaN;
    return Number.isNaN(time) ? null : time;
  };
  const closest = moment(timeRange.closestTimestamp);
  const asFarAs = moment(timeRange.asFarAsTimestamp);
  const { asMuchAsElements } = timeRange;
  const elements = typeof asMuchAsElements === "number" && asMuchAsElements >= 1
    ? Math.floor(asMuchAsElements)
    : null;
  const isBound = closest !== null || asFarAs !== null || elements !== null;
  return step === null || !isBound ? null : { contract, step, closest, asFarAs, elements };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** One chart of a socket: its history, the word that it has ended, and what comes after. */
export class SocketChart {
  readonly historicalId: number;
  readonly realtimeId: number;
  readonly #core: VenueCore;
  readonly #random: Random;
  readonly #request: ChartRequest;
  readonly #send: (payload: unknown) => void;
  #isLive = false;
  #isCancelled = false;

  /** Sends its history, packet by packet. */
  constructor(
    core: VenueCore,
    request: ChartRequest,
    firstId: number,
    random: Random,
    send: (payload: unknown) => void,
  ) {
    this.#core = core;
    this.#request = request;
    this.#random = random;
    this.#send = send;
    this.historicalId = firstId;
    this.realtimeId = firstId + 1;
    const packets = this.#history();
    for (const [index, packet] of packets.entries()) {
      core.later((index + 1) * PACKET_MS, () => this.#say(packet));
    }
    core.later((packets.length + 1) * PACKET_MS, () => {
      if (!core.strikes("chart-endless")) this.#say({ eoh: true });
      this.#isLive = request.closest === null || request.closest >= core.clock.now();
    });
  }

  /** Nothing more comes. */
  cancel(): void {
    this.#isCancelled = true;
  }

  /** A trade of the market. */
  trade({ index, time }: Print): void {
    if (!this.#isLive || this.#isCancelled) return;
    const { contract, step } = this.#request;
    if (step === "tick") return this.#say(this.#ticks(index, index + 1));
    const { start } = spanOf(this.#core.market, step, time);
    const bar = chartBars(this.#core.market, contract, step, start, time).at(-1);
    if (bar === undefined) return;
    this.#say(this.#bars([bar]));
  }

  #history(): readonly Record<string, unknown>[] {
    const core = this.#core, { market } = core;
    const { asFarAs, closest, contract, elements, step } = this.#request;
    const most = Math.min(elements ?? Infinity, core.guesses.chartElements);
    const until = Math.min(closest ?? Infinity, core.clock.now());
    if (step === "tick") {
      const end = Math.min(market.printed, market.firstPrintAt(until + 1));
      const start = Math.max(asFarAs === null ? 0 : market.firstPrintAt(asFarAs), end - most, 0);
      const packets = [];
      for (let from = start; from < end; from += PACKET) {
        packets.push(this.#ticks(from, Math.min(end, from + PACKET)));
      }
      return packets;
    }
    const oldest = asFarAs ?? this.#oldest(step, until, most);
    let bars = chartBars(market, contract, step, oldest, until)
      .filter((bar) => this.#stamp(bar) <= until || bar.end > until).slice(-most);
    if (core.strikes("chart-short")) bars = bars.slice(Math.ceil(bars.length / 2));
    if (core.strikes("chart-hole") && bars.length > 2) bars = bars.toSpliced(bars.length >> 1, 1);
    if (core.strikes("chart-duplicate") && bars.length > 0) {
      bars = bars.toSpliced(bars.length >> 1, 0, bars[bars.length >> 1]!);
    }
    const packets: Record<string, unknown>[] = [];
    const packet: ChartBar[] = [];
    for (const [index, bar] of bars.entries()) {
      packet.push(bar);
      const isFull = packet.length === PACKET || bars[index + 1]?.tradeDay !== bar.tradeDay;
      if (isFull) packets.push(this.#bars(packet.splice(0)));
    }
    return packets;
  }

  /** A moment so far back that so many bars lie between, weekends included. */
  #oldest(step: ChartStep, until: number, most: number): number {
    const { market } = this.#core;
    const length = step === "session" ? 86_400_000 : step.minutes * 60_000;
    let span = length * (most + 1);
    for (;;) {
      const from = until - span;
      const isWhole = market.firstPrintAt(from) === 0 ||
        chartBars(market, this.#request.contract, step, from, until).length > most;
      if (isWhole) return from;
      span *= 2;
    }
  }

  #say(packet: Record<string, unknown>): void {
    if (this.#isCancelled) return;
    const { chartId } = this.#core.guesses;
    const isHistorical = chartId === "historical" ||
      (chartId === "either" && this.#random.integer(2) === 0);
    const isEnd = packet.eoh === true;
    const id = isHistorical && !isEnd ? this.historicalId : this.realtimeId;
    this.#send({ charts: [{ id, ...packet }] });
  }

  #stamp({ end, start }: ChartBar): number {
    return this.#core.guesses.barTimestamp === "open" ? start : end;
  }

  #bars(bars: readonly ChartBar[]): Record<string, unknown> {
    const price = (ticks: number): number => priceOf(this.#core, ticks);
    return {
      td: dateNumber(bars[0]!.tradeDay),
      bars: bars.map((bar) => ({
        timestamp: new Date(this.#stamp(bar)).toISOString(),
        ...{ open: price(bar.openTicks), high: price(bar.highTicks), low: price(bar.lowTicks) },
        ...{ close: price(bar.closeTicks), upVolume: bar.upVolume, downVolume: bar.downVolume },
        ...{ upTicks: bar.upTrades, downTicks: bar.downTrades },
        ...{ bidVolume: bar.downVolume, offerVolume: bar.upVolume },
      })),
    };
  }

  #ticks(from: number, to: number): Record<string, unknown> {
    const { calendar, instrument } = this.#core.market;
    const prints = Array.from(
      { length: to - from },
      (_, at) => this.#core.market.printAt(from + at),
    );
    const ticksOf = (print: Print): number =>
      print.ticks + this.#request.contract.premiumTicks(print.row);
    const first = prints[0]!, base = ticksOf(first);
    return {
      ...{ s: "db", td: dateNumber(calendar.tradeDay(first.time)), bp: base, bt: first.time },
      ts: instrument.tickSize,
      tks: prints.map((print) => ({
        ...{ t: print.time - first.time, p: ticksOf(print) - base, s: print.size },
        id: print.index + 1,
      })),
    };
  }
}

/** `YYYYMMDD` of days since 1970-01-01. */
function dateNumber(day: number): number {
  return Number(new Date(day * 86_400_000).toISOString().slice(0, 10).replaceAll("-", ""));
}
