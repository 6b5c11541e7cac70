import { closeReturns } from "../market/mod.ts";
import { isPolicy } from "../records/mod.ts";
import {
  createSignalTable,
  type NoveltyFilter,
  noveltyVeto,
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
  for (let row = from; row < to; row++) {
    const vetoes = rowVetoes(models, row);
    generators.forEach((generator, i) => {
      tables[i]!.set(row, generator.signalAt(bars, row, volatility[row]!), vetoes[i]!);
    });
  }
  return tables;
}

function rowVetoes(models: readonly BlendModel[], row: number): (string | null)[] {
  const known = new Map<NoveltyFilter, string | null>();
  return models.map(({ noveltyFilter, model, signals: { frame } }) => {
    const width = frame.columns.length;
    const values = frame.values.subarray(row * width, (row + 1) * width);
    return partVeto(model, noveltyFilter, values, known);
  });
}

/**
 * What forbids a model to count at a row.
 *
 * @param known verdicts of the row's novelty filters, so that parts with one novelty filter ask it once
 */
export function partVeto(
  { manifest }: TradedModel,
  noveltyFilter: NoveltyFilter | null,
  values: Float32Array,
  known: Map<NoveltyFilter, string | null>,
): string | null {
  if (isPolicy(manifest) && manifest.stance !== "trade") return STANDS_ASIDE;
  if (noveltyFilter === null) return null;
  if (!known.has(noveltyFilter)) known.set(noveltyFilter, noveltyVeto(noveltyFilter, values));
  return known.get(noveltyFilter)!;
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
