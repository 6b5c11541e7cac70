import {
  type BlendDecision,
  type Blender,
  type BlendRule,
  type BlendState,
  followBlend,
  type PartForecast,
  signalForecast,
} from "../blend/mod.ts";
import { InputError } from "../core/mod.ts";
import type { OpenedData } from "../data/mod.ts";
import type { RunConditions, TradingConditions } from "../engine/mod.ts";
import type { Bars, Instrument, RowRange } from "../market/mod.ts";
import type { TradingSystem } from "../records/mod.ts";
import { costRequestOf, type Strategy } from "../trading/mod.ts";
import {
  type AccountSettings,
  createRunConditions,
  decidedConditions,
  tradingConditions,
} from "./account_settings.ts";
import type { PredictedModel } from "./fit_system.ts";
import { type SystemSettings, systemSettings } from "./system_settings.ts";
import { type BlendModel, tabulateSignals } from "./tabulate_signals.ts";
import { modelStrategy } from "./traded_model.ts";
import { tradedBlend } from "./traded_blend.ts";

/** A system with its models' predictions on some bars: nothing is left to be learnt. */
export interface ReadySystem {
  /** Its document. */
  readonly system: TradingSystem;
  /** What it decides with. */
  readonly settings: SystemSettings;
  /** Its parts, in order. */
  readonly models: readonly BlendModel[];
  /** Where the kind of its blend is looked up; ours when absent. */
  readonly blenders?: readonly Blender[];
}

/** Who is told what a blend decides. */
export interface BlendRecorder {
  /** Called with every decision that is acted on, the weights behind it and its row. */
  readonly onDecision?: (decision: BlendDecision, state: BlendState, bar: number) => void;
}

/**
 * Puts a system and the predictions of its models together.
 *
 * @param blenders where the kind of its blend is looked up; ours when absent
 * @throws {InputError} when the system asks for something that this program does not know
 */
export function readySystem(
  system: TradingSystem,
  models: readonly PredictedModel[],
  blenders?: readonly Blender[],
): ReadySystem {
  const { noveltyFilters, parts } = system;
  return {
    system,
    settings: systemSettings(system, blenders),
    ...(blenders === undefined ? {} : { blenders }),
    models: models.map((one, index) => {
      const { noveltyFilter } = parts[index]!;
      return {
        ...one,
        noveltyFilter: noveltyFilter === null ? null : noveltyFilters[noveltyFilter]!,
      };
    }),
  };
}

/**
 * The forecasts of a system's parts at the rows [from, to). They are asked from as many rows before
 * as the system needs, so that where a test begins changes nothing.
 */
export function systemForecasts(
  { models, system }: ReadySystem,
  bars: Bars,
  { from, to }: RowRange,
): (row: number) => readonly PartForecast[] {
  const { costs, lookBack, parts } = system;
  const asked = { from: Math.max(0, from - lookBack.signalBars), to };
  const tables = tabulateSignals(models, { bars, costs }, asked);
  const sources = parts.map(({ calibration, name, version }) => ({
    ...{ source: name, modelVersion: version, calibration },
  }));
  return (row) =>
    sources.map((source, i) => signalForecast(source, tables[i]!.at(row), tables[i]!.vetoAt(row)));
}

/**
 * The strategy of a system: its blend, or the one part that it follows.
 *
 * @param forecastsAt the parts' forecasts; read by a blend alone
 */
export function systemStrategy(
  { blenders, models, settings: { rule }, system }: ReadySystem,
  bars: Bars,
  forecastsAt: (row: number) => readonly PartForecast[],
  recorder: BlendRecorder = {},
): Strategy {
  if (rule !== null) {
    return systemBlend(system, rule, bars.instrument, forecastsAt, recorder, blenders);
  }
  const { model, signals } = models[0]!;
  return modelStrategy(model, signals, { bars, costs: system.costs });
}

/** The strategy of a system that blends. */
export function systemBlend(
  { blend, costs, parts }: TradingSystem,
  rule: BlendRule,
  instrument: Instrument,
  forecastsAt: (row: number) => readonly PartForecast[],
  recorder: BlendRecorder,
  blenders?: readonly Blender[],
): Strategy {
  const strategy = followBlend({
    sources: parts.map(({ name }) => name),
    forecastsAt,
    ...tradedBlend({ bet: blend!.bet, rule }, instrument, costs),
    ...recorder,
    ...(blenders === undefined ? {} : { blenders }),
  });
  return { ...strategy, name: `blend (${rule.kind})` };
}

/** The conditions of a run of a system: costs, sizes and rules are its own, the account is not. */
export function systemConditions(
  { settings: { limits, sizing }, system }: ReadySystem,
  opened: OpenedData,
  account: Pick<AccountSettings, "cashUsd" | "marginUsd">,
  rows: RowRange,
): RunConditions {
  const { conditions } = createRunConditions(opened, ownSettings(system, sizing, account), rows);
  return decidedConditions(conditions, { limits, sizing });
}

/**
 * The same before any bar is there, as a session begins.
 *
 * @param tradeDay days since 1970-01-01; costs and margin are those of that day
 * @throws {InputError} while a fee, a margin or a rate is missing
 */
export function systemTradingConditions(
  { settings: { limits, sizing }, system }: Pick<ReadySystem, "settings" | "system">,
  instrument: Instrument,
  account: Pick<AccountSettings, "cashUsd" | "marginUsd">,
  tradeDay: number,
): TradingConditions {
  const request = ownSettings(system, sizing, account);
  return decidedConditions(tradingConditions(instrument, request, tradeDay), { limits, sizing });
}

function ownSettings(
  { costs, flattenAtSessionEnd, marginUsd: fitted }: TradingSystem,
  sizing: SystemSettings["sizing"],
  { cashUsd, marginUsd = fitted }: Pick<AccountSettings, "cashUsd" | "marginUsd">,
) {
  return {
    costs: costRequestOf(costs),
    ...{ cashUsd, flattenAtSessionEnd },
    lots: sizing.kind === "fixed" ? sizing.lots : 1,
    ...(marginUsd === undefined ? {} : { marginUsd }),
  };
}

/**
 * Refuses bars that a system was not made for.
 *
 * @throws {InputError} naming what differs
 */
export function requireSameInstrument(
  { instrument, intervalMs, name }: TradingSystem,
  bars: Pick<Bars, "instrument" | "intervalMs">,
): void {
  const { symbol } = instrument;
  if (bars.instrument.symbol !== symbol) {
    throw new InputError(
      `Cannot trade ${bars.instrument.symbol} with a system of ${symbol}`,
      { where: name, remedy: `give bars of ${symbol} with --symbol ${symbol}` },
    );
  }
  if (bars.intervalMs !== intervalMs) {
    throw new InputError(
      `Cannot use a system of ${intervalMs / 1000} s bars on bars of ${bars.intervalMs / 1000} s`,
      { where: name, remedy: `give --interval ${intervalMs / 1000}s` },
    );
  }
  for (const [fact, value] of Object.entries(instrument)) {
    const now = bars.instrument[fact as keyof typeof instrument];
    if (now === value) continue;
    throw new InputError(
      `Cannot use the system as ${symbol} has ${fact} ${now} here and had ${value} when it was made`,
      { where: name, remedy: "fit it again with `deno task system fit`" },
    );
  }
}
