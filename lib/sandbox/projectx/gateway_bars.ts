import { DAY_MS, wallTimeToUtc } from "../../market/mod.ts";
import { type ChartBar, chartBars, type ChartStep } from "../chart_bars.ts";
import { zoneClock } from "../zone_clock.ts";
import {
  fails,
  type GatewayAnswer,
  type GatewayCall,
  problem,
  succeeds,
} from "./gateway_answer.ts";
import { FIRM_ZONE, type GatewayCore, secondStamp } from "./gateway_core.ts";

/** Units of bars, as the gateway numbers them. */
const UNIT = { second: 1, minute: 2, hour: 3, day: 4, week: 5, month: 6 } as const;

/** Bars of the past, newest first. */
export class GatewayBars {
  readonly #core: GatewayCore;
  #before: readonly unknown[] = [];

  /** Reads the gateway's market. */
  constructor(core: GatewayCore) {
    this.#core = core;
  }

  /** `History/retrieveBars`. */
  retrieve({ body, path }: GatewayCall): GatewayAnswer {
    const core = this.#core, { market } = core;
    const { contractId, endTime, limit, startTime, unit, unitNumber } = body;
    const from = Date.parse(String(startTime)), until = Date.parse(String(endTime));
    if (typeof contractId !== "string" || Number.isNaN(from) || Number.isNaN(until)) {
      return problem("The request field is required.", path);
    }
    const bad = (code: number): GatewayAnswer => fails(code, null, { bars: null });
    const contract = core.contracts.all.get(contractId);
    if (contract === undefined) return bad(1);
    const step = stepOf(Number(unit), Number(unitNumber));
    if (step === "unit") return bad(2);
    if (step === "number") return bad(3);
    const most = Number(limit);
    if (!Number.isInteger(most) || most < 1 || most > 20_000) return bad(4);
    // What is not paid for is an empty success.
    if (body.live === true) return succeeds({ bars: [] });
    const now = core.clock.now();
    const oldest = unit === UNIT.minute || unit === UNIT.second
      ? now - core.guesses.minuteDays * DAY_MS
      : -Infinity;
    const wantsPartial = body.includePartialBar === true || core.strikes("bars-partial") ||
      core.guesses.partialBar === "leaks";
    let bars = chartBars(market, contract, step.by, Math.max(from, oldest), Math.min(until, now));
    bars = grouped(bars, step.group).filter((bar) =>
      bar.start >= from && bar.start < until && (wantsPartial || bar.end <= now)
    );
    if (core.strikes("bars-short")) bars = bars.slice(Math.ceil(bars.length / 2));
    if (core.strikes("bars-hole") && bars.length > 2) bars = bars.toSpliced(bars.length >> 1, 1);
    const isDaily = step.by === "session";
    const told = bars.slice(-Math.min(most, core.guesses.barLimit)).toReversed()
      .map((bar) => this.#model(bar, isDaily));
    const repeated = core.strikes("bars-repeated") ? this.#before : told;
    this.#before = told;
    return succeeds({ bars: repeated });
  }

  #model(bar: ChartBar, isDaily: boolean): unknown {
    const { price } = this.#core;
    const of = (ticks: number): number => price.call(this.#core, ticks);
    return {
      t: secondStamp(isDaily ? this.#dailyStamp(bar) : bar.start),
      ...{ o: of(bar.openTicks), h: of(bar.highTicks), l: of(bar.lowTicks), c: of(bar.closeTicks) },
      v: bar.upVolume + bar.downVolume,
    };
  }

  #dailyStamp({ start }: ChartBar): number {
    const { day } = zoneClock(FIRM_ZONE, start);
    return wallTimeToUtc(FIRM_ZONE, day, this.#core.guesses.dailyStamp * 60);
  }
}

interface BarStep {
  readonly by: ChartStep;
  /** Which group the bar of a trade day belongs to; a group is told as one bar. */
  readonly group: ((tradeDay: number) => number) | null;
}

function stepOf(unit: number, count: number): BarStep | "unit" | "number" {
  const minutes = { [UNIT.second]: 1 / 60, [UNIT.minute]: 1, [UNIT.hour]: 60 }[unit];
  if (!Number.isInteger(count) || count < 1) return "number";
  if (minutes !== undefined) return { by: { minutes: minutes * count }, group: null };
  if (unit === UNIT.day) {
    return { by: "session", group: count === 1 ? null : (day) => Math.floor(day / count) };
  }
  if (unit === UNIT.week) {
    // Days since 1970-01-01, a Thursday: weeks begin on Monday.
    return { by: "session", group: (day) => Math.floor((day + 3) / (7 * count)) };
  }
  if (unit !== UNIT.month) return "unit";
  return {
    by: "session",
    group: (day) => {
      const date = new Date(day * DAY_MS);
      return Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / count);
    },
  };
}

function grouped(bars: readonly ChartBar[], group: BarStep["group"]): readonly ChartBar[] {
  if (group === null) return bars;
  const joined: ChartBar[] = [];
  let last: number | null = null;
  for (const bar of bars) {
    const of = group(bar.tradeDay);
    const before = joined.at(-1);
    if (of !== last || before === undefined) joined.push(bar);
    else joined[joined.length - 1] = join(before, bar);
    last = of;
  }
  return joined;
}

function join(first: ChartBar, next: ChartBar): ChartBar {
  return {
    ...first,
    end: next.end,
    highTicks: Math.max(first.highTicks, next.highTicks),
    lowTicks: Math.min(first.lowTicks, next.lowTicks),
    closeTicks: next.closeTicks,
    upVolume: first.upVolume + next.upVolume,
    downVolume: first.downVolume + next.downVolume,
    upTrades: first.upTrades + next.upTrades,
    downTrades: first.downTrades + next.downTrades,
  };
}
