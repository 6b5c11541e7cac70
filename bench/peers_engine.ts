import type { OpenedData } from "../lib/data/open_data.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import type { CostModel } from "../lib/trading/costs.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import type { OrderStrategy } from "../lib/trading/strategy.ts";
import type { Case, Episode } from "./peers_cases.ts";

/** Enough for every position to be paid in full. */
export const CASH_USD = 10_000_000;
/** No slippage: peers have none that is comparable. */
export const COSTS: CostModel = { feePerSideMicros: 1_250_000, slippageTicks: 0 };

/** A fill of one lot. */
export interface UnitFill {
  readonly bar: number;
  /** 1 bought, -1 sold. */
  readonly side: number;
  readonly priceTicks: number;
}

/** What an engine made of the episodes of a case. */
export interface PeerRun {
  readonly fills: readonly UnitFill[];
  readonly equityUsd: number;
  /** Of the run alone, without reading data. */
  readonly seconds: number;
}

/** Several lots as so many fills of one. */
export function unitFills(bar: number, lots: number, priceTicks: number): UnitFill[] {
  return Array.from({ length: Math.abs(lots) }, () => ({ bar, side: Math.sign(lots), priceTicks }));
}

/**
 * Our engine on the episodes.
 *
 * @param penetrationTicks 0 fills a limit on touch, as peers do; 1 is our own default
 */
export function runOurs(
  name: Case,
  episodes: readonly Episode[],
  { bars, session }: OpenedData,
  penetrationTicks: number,
): PeerRun {
  const started = performance.now();
  const result = runEngine(bars, {
    strategy: replay(name, episodes),
    executor: createSimulatedExecutor(COSTS, { session, penetrationTicks }),
    initialCashUsd: CASH_USD,
    costs: COSTS,
    marginPerLotUsd: null,
    flattenAtSessionEnd: false,
    maxLots: 2,
    sizing: { kind: "fixed", lots: 1 },
    session,
    from: 0,
    to: bars.length,
  });
  return {
    seconds: (performance.now() - started) / 1_000,
    fills: result.fills.flatMap(({ bar, lots, priceTicks }) => unitFills(bar, lots, priceTicks)),
    equityUsd: result.equityMicros.at(-1)! / 1e6,
  };
}

function replay(name: Case, episodes: readonly Episode[]): OrderStrategy {
  let entered = 0, closed = 0;
  return {
    name,
    warmupBars: 0,
    onClose({ bar, positionLots }, gateway) {
      if (bar === episodes[closed]?.closeBar) {
        closed++;
        gateway.cancelAll();
        if (positionLots !== 0) gateway.submit({ lots: -positionLots });
      }
      if (bar === episodes[entered]?.bar) gateway.submit(episodes[entered++]!.request);
    },
  };
}
