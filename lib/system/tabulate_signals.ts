import type { FeatureFrame } from "../features/mod.ts";
import { closeReturns } from "../market/mod.ts";
import { isPolicy } from "../records/mod.ts";
import {
  createNoveltyJudge,
  createSignalTable,
  type NoveltyFilter,
  type SignalTable,
} from "../blend/mod.ts";
import { exponentialVolatility } from "../statistics/mod.ts";
import type { TradedModel } from "./traded_model.ts";
import type { RunConditions } from "../engine/mod.ts";
import type { ModelPredictions } from "./predict.ts";
import { createSignalGenerator } from "./signal_generator.ts";

/** A model of a blend with its predictions on the data. */
export interface BlendModel {
  /** The model. */
  readonly model: TradedModel;
  /** What it says at each row. */
  readonly signals: ModelPredictions;
  /** What its training rows looked like; null where the data do not hold them. */
  readonly noveltyFilter: NoveltyFilter | null;
}

/** Span of the volatility that belongs to the evidence of a signal. */
export const EVIDENCE_SPAN = 60;

/** Why a policy that did not prove itself is not heard. */
export const STANDS_ASIDE = "stands aside: it did not prove better than flat";

/**
 * Asks every model at each of the rows, in order, from flat. A row unlike a model's training rows is
 * kept with its veto.
 */
export function tabulateSignals(
  models: readonly BlendModel[],
  market: Pick<RunConditions, "bars" | "costs">,
  { from, to }: { readonly from: number; readonly to: number },
): SignalTable[] {
  const { bars } = market;
  const volatility = exponentialVolatility(closeReturns(bars), EVIDENCE_SPAN);
  const generators = models.map(({ model, signals }) =>
    createSignalGenerator(model, signals, market)
  );
  const tables = models.map(() => createSignalTable(from, to));
  const vetoesOf = partVetoes(models);
  for (let row = from; row < to; row++) {
    const vetoes = vetoesOf((part) => rowOf(models[part]!.signals.frame, row));
    generators.forEach((generator, i) => {
      tables[i]!.set(row, generator.signalAt(bars, row, volatility[row]!), vetoes[i]!);
    });
  }
  return tables;
}

function rowOf({ columns, values }: FeatureFrame, row: number): Float32Array {
  return values.subarray(row * columns.length, (row + 1) * columns.length);
}

/**
 * What forbids models to count at a row, or null for each that may. Parts with one novelty filter
 * ask it once.
 */
export function partVetoes(
  models: readonly Pick<BlendModel, "model" | "noveltyFilter">[],
): (featuresOf: (part: number) => Float32Array) => (string | null)[] {
  const filters = [...new Set(models.map(({ noveltyFilter }) => noveltyFilter))];
  const judges = filters.map((filter) => filter === null ? null : createNoveltyJudge(filter));
  const firstOf = filters.map((filter) =>
    models.findIndex(({ noveltyFilter }) => noveltyFilter === filter)
  );
  const parts = models.map(({ model: { manifest }, noveltyFilter }) => ({
    standsAside: isPolicy(manifest) && manifest.stance !== "trade",
    filter: filters.indexOf(noveltyFilter),
  }));
  return (featuresOf) => {
    const novel = judges.map((judge, i) => judge?.veto(featuresOf(firstOf[i]!)) ?? null);
    return parts.map(({ filter, standsAside }) => standsAside ? STANDS_ASIDE : novel[filter]!);
  };
}

/** Rows that a model's forecast spans: the longest horizon of the classifiers. */
export function blendHorizon(models: readonly { readonly model: TradedModel }[]): number {
  const horizons = models.flatMap(({ model: { manifest } }) =>
    isPolicy(manifest) ? [] : [manifest.horizonBars]
  );
  return horizons.length === 0 ? POLICY_HORIZON : Math.max(...horizons);
}

/** Where only policies speak, which name no horizon: that of the default labels. */
const POLICY_HORIZON = 20;
