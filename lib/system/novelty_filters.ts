import { type Bars, rowAt } from "../market/mod.ts";
import type { FeatureFrame } from "../features/mod.ts";
import { fitNoveltyFilter, type NoveltyFilter } from "../blend/mod.ts";
import type { TradedModel } from "./traded_model.ts";

/** Training rows that a noveltyFilter is fitted on at most; more only cost time. */
const FITTED_ROWS = 4_000;
/** Rows around a training row whose references do not count for its own distance. */
const GAP_ROWS = 50;
const LEAST_ROWS = 100;

/**
 * Learns what the rows looked like that a model was trained on. Null where the data do not reach
 * back to them: then nothing can be said, and the report says so.
 */
export function trainingNoveltyFilter(
  { manifest }: TradedModel,
  frame: FeatureFrame,
  bars: Bars,
): NoveltyFilter | null {
  const first = Date.parse(manifest.data.firstTime), last = Date.parse(manifest.data.lastTime);
  const from = Math.max(frame.firstValidRow, rowAt(bars, first));
  const to = rowAt(bars, last + 1);
  if (to - from < LEAST_ROWS) return null;
  const stride = Math.ceil((to - from) / FITTED_ROWS);
  const width = frame.columns.length;
  const rows = Math.floor((to - from) / stride);
  const values = new Float32Array(rows * width);
  for (let i = 0; i < rows; i++) {
    const start = (from + i * stride) * width;
    values.set(frame.values.subarray(start, start + width), i * width);
  }
  return fitNoveltyFilter(values, frame.columns, { gapRows: Math.ceil(GAP_ROWS / stride) });
}

/** The noveltyFilters of several models; those that read the same rows share one. */
export function trainingNoveltyFilters(
  models: readonly { readonly model: TradedModel; readonly frame: FeatureFrame }[],
  bars: Bars,
): (NoveltyFilter | null)[] {
  const known = new Map<string, NoveltyFilter | null>();
  return models.map(({ frame, model }) => {
    const { data: { firstTime, lastTime }, featureSpec } = model.manifest;
    const key = JSON.stringify([featureSpec, firstTime, lastTime]);
    if (!known.has(key)) known.set(key, trainingNoveltyFilter(model, frame, bars));
    return known.get(key)!;
  });
}
