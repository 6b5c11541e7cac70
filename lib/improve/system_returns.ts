import type { OpenedData } from "../data/mod.ts";
import { evaluate } from "../evaluation/mod.ts";
import type { RowRange } from "../market/mod.ts";
import type { DatedReturns } from "../statistics/mod.ts";
import {
  type AccountSettings,
  type LoadedSystem,
  modelPredictions,
  type PredictedModel,
  type ReadySystem,
  readySystem,
  systemConditions,
  systemForecasts,
  systemStrategy,
} from "../system/mod.ts";
import { pairDays, returnsOf } from "./daily_pairs.ts";
import type { PairedReturns, TradedAmount } from "./risk_comparison.ts";

/** What a system makes of some bars, day by day. */
export interface SystemRun extends DatedReturns {
  /** Signed lots held through each bar. */
  readonly lots: Int32Array;
}

/** Asks the models of a system at every bar. */
export async function predictSystem(
  { models, system }: LoadedSystem,
  opened: OpenedData,
): Promise<ReadySystem> {
  const predicted: PredictedModel[] = [];
  for (const model of models) {
    predicted.push({ model, signals: await modelPredictions(model.onnx, model.manifest, opened) });
  }
  return readySystem(system, predicted);
}

/** Trades a system in full size over rows that it has not seen, in simulation. */
export function runSystem(
  ready: ReadySystem,
  opened: OpenedData,
  account: Pick<AccountSettings, "cashUsd" | "marginUsd">,
  rows: RowRange,
): SystemRun {
  const conditions = systemConditions(ready, opened, account, rows);
  const forecasts = systemForecasts(ready, opened.bars, rows);
  const strategy = systemStrategy(ready, opened.bars, forecasts);
  return runOf(evaluate(conditions, strategy));
}

/** A run as its returns and positions. */
export function runOf({ days, result, returns }: ReturnType<typeof evaluate>): SystemRun {
  return { periods: days, returns, lots: result.positionLots };
}

/** Two runs over the same rows, as the rule compares them. */
export function pairRuns(challenger: SystemRun, champion: SystemRun): PairedReturns {
  return {
    ...returnsOf(pairDays(challenger, champion)),
    traded: { challenger: amountOf(challenger), champion: amountOf(champion) },
  };
}

/** Share of the newest bars, at most so many, in which two runs hold another side. */
export function disagreementOf(one: SystemRun, other: SystemRun, bars: number): number {
  const newest = one.lots.subarray(-bars), held = other.lots.subarray(-bars);
  let differs = 0;
  newest.forEach((lots, bar) => {
    if (Math.sign(lots) !== Math.sign(held[bar]!)) differs++;
  });
  return newest.length === 0 ? 0 : differs / newest.length;
}

function amountOf({ lots }: SystemRun): TradedAmount {
  let changed = 0, largest = 0;
  lots.forEach((held, bar) => {
    changed += Math.abs(held - (bar === 0 ? 0 : lots[bar - 1]!));
    largest = Math.max(largest, Math.abs(held));
  });
  return { turnover: changed / Math.max(1, lots.length), leverage: largest };
}
