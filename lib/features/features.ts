import { createStateMemory } from "../core/mod.ts";
import type { Bars } from "../market/mod.ts";
import type { FeatureFrame } from "./frame.ts";
import type { FeatureSpec } from "./feature_spec.ts";
import { createFeatureWriter, type FeatureContext, streamBar } from "./feature_stream.ts";

export { FEATURES } from "./feature_registry.ts";
export {
  DEFAULT_FEATURES,
  featureColumns,
  type FeatureEntry,
  type FeatureSpec,
  lookbackBars,
  parseFeatureSpec,
} from "./feature_spec.ts";
export { type FeatureDefinition, type FeatureGroup } from "./indicators/feature_bar.ts";
export type { FeatureContext } from "./feature_stream.ts";

/**
 * Computes the feature matrix of a series of bars. Row t reads bars 0 … t and the session
 * calendar, nothing later.
 *
 * Prices are joined over contract rolls; every value is a difference or ratio of them, so it does
 * not depend on where the joined price is anchored.
 *
 * @returns float32 row-major `[bars.length, columns]`; units per column as in `FEATURES`
 * @throws {InputError} when the spec names an unknown feature
 * @example
 * ```ts
 * import { computeFeatures } from "./features.ts";
 * import { findInstrument } from "../market/instruments.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const price = Float64Array.of(4, 5, 4);
 * const bars = {
 *   instrument: findInstrument("ES"),
 *   intervalMs: 60_000,
 *   length: 3,
 *   time: Float64Array.of(0, 60_000, 120_000),
 *   open: price,
 *   high: price,
 *   low: price,
 *   close: price,
 *   volume: new Float64Array(3),
 * };
 * const spec = { features: [{ feature: "return", periods: [1] }] };
 * const frame = computeFeatures(bars, spec, { sessionAt: () => null });
 * assertEquals(frame.firstValidRow, 1);
 * assertEquals(frame.values.subarray(1), Float32Array.of(0.25, -0.2));
 * ```
 */
export function computeFeatures(
  bars: Bars,
  spec: FeatureSpec,
  context: FeatureContext,
): FeatureFrame {
  const { intervalMs, length, continuous } = bars;
  const writer = createFeatureWriter(createStateMemory(), spec, {
    sessionAt: context.sessionAt,
    intervalMs,
    ...(continuous === undefined ? {} : { method: continuous.method }),
  });
  const width = writer.columns.length;
  const values = new Float32Array(length * width);
  for (let row = 0; row < length; row++) writer.write(streamBar(bars, row), values, row * width);
  return {
    columns: writer.columns,
    rows: length,
    values,
    firstValidRow: Math.min(length, writer.warmup),
  };
}
