import { closeReturns } from "../market/bars.ts";
import { type DissimilarityGate, dissimilarityVeto } from "../blend/dissimilarity.ts";
import { exponentialVolatility } from "../statistics/volatility.ts";
import type { TradedModel } from "./traded_model.ts";
import type { Arena } from "../engine/run_conditions.ts";
import type { ModelSignals } from "./predict.ts";
import { type ChoiceTable, createChoiceTable } from "../blend/choice_table.ts";
import { createChooser } from "./chooser.ts";

/** A model of a blend with its predictions on the data. */
export interface BlendModel {
  readonly model: TradedModel;
  readonly signals: ModelSignals;
  /** What its training rows looked like; null where the data do not hold them. */
  readonly gate: DissimilarityGate | null;
}

/** Span of the volatility that belongs to the evidence of a choice. */
export const VOLATILITY_SPAN = 60;

/** Why a policy that did not prove itself is not heard. */
export const STANDS_ASIDE = "stands aside: it did not prove better than flat";

/**
 * Asks every model at each of the rows, in order, from flat. A row unlike a model's training rows is
 * kept with its veto.
 */
export function tabulateChoices(
  models: readonly BlendModel[],
  market: Pick<Arena, "bars" | "costs">,
  { from, to }: { readonly from: number; readonly to: number },
): ChoiceTable[] {
  const { bars } = market;
  const volatility = exponentialVolatility(closeReturns(bars), VOLATILITY_SPAN);
  const choosers = models.map(({ model, signals }) => createChooser(model, signals, market));
  const tables = models.map(() => createChoiceTable(from, to));
  for (let row = from; row < to; row++) {
    const vetoes = rowVetoes(models, row);
    choosers.forEach((choose, i) => {
      tables[i]!.set(row, choose(bars, row, volatility[row]!), vetoes[i]!);
    });
  }
  return tables;
}

function rowVetoes(models: readonly BlendModel[], row: number): (string | null)[] {
  const known = new Map<DissimilarityGate, string | null>();
  return models.map(({ gate, model, signals: { frame } }) => {
    const width = frame.columns.length;
    const values = frame.values.subarray(row * width, (row + 1) * width);
    return partVeto(model, gate, values, known);
  });
}

/**
 * What forbids a model to count at a row.
 *
 * @param known verdicts of the row's gates, so that parts with one gate ask it once
 */
export function partVeto(
  { manifest }: TradedModel,
  gate: DissimilarityGate | null,
  values: Float32Array,
  known: Map<DissimilarityGate, string | null>,
): string | null {
  if (manifest.kind === "policy" && manifest.stance !== "trade") return STANDS_ASIDE;
  if (gate === null) return null;
  if (!known.has(gate)) known.set(gate, dissimilarityVeto(gate, values));
  return known.get(gate)!;
}

/** Rows that a model's opinion spans: the longest horizon of the classifiers. */
export function blendHorizon(models: readonly { readonly model: TradedModel }[]): number {
  const horizons = models.flatMap(({ model: { manifest } }) =>
    manifest.kind === "policy" ? [] : [manifest.horizonBars]
  );
  return horizons.length === 0 ? POLICY_HORIZON : Math.max(...horizons);
}

/** Where only policies speak, which name no horizon: that of the default labels. */
const POLICY_HORIZON = 20;
