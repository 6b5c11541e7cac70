import { z } from "zod";
import { float, InputError } from "../core/mod.ts";
import { clearestTrend } from "./clearest_trend.ts";
import { barCount, type LabelKind, readLabelSpec } from "./label_kind.ts";

/** Where the clearest straight line through the coming prices leads. */
export type TrendScanSpec = {
  readonly kind: "trend-scan";
  readonly minBars: number;
  readonly maxBars: number;
  /** Smallest t-value of the line's slope, sign aside, that is a trend. */
  readonly tValue: number;
};

const schema: z.ZodType<TrendScanSpec> = z.strictObject({
  kind: z.literal("trend-scan"),
  minBars: barCount(2),
  maxBars: barCount(2),
  tValue: z.number().min(0).max(1_000),
});

const DEFAULTS: TrendScanSpec = { kind: "trend-scan", minBars: 5, maxBars: 20, tValue: 2 };

/** Exit at the end of the window in which the trend is clearest; one that is not clear is flat. */
export const TREND_SCAN: LabelKind<TrendScanSpec> = {
  kind: "trend-scan",
  defaults: DEFAULTS,
  parse(json) {
    const spec = readLabelSpec(schema, json, DEFAULTS);
    if (spec.minBars <= spec.maxBars) return spec;
    throw new InputError(
      `Cannot use minBars above maxBars: current value is ${spec.minBars} and ${spec.maxBars}`,
      { where: "label spec", remedy: "swap the two" },
    );
  },
  horizonOf: ({ maxBars }) => maxBars,
  withHorizon: (spec, horizonBars) => ({
    ...spec,
    minBars: Math.min(spec.minBars, horizonBars),
    maxBars: horizonBars,
  }),
  exits: (_bars, path, spec) => (row) => {
    const entry = row + 1;
    const end = entry + spec.maxBars;
    if (end >= path.length) return null;
    const { bars, tValue } = clearestTrend(path.open, entry, spec.minBars, spec.maxBars);
    const direction = Math.abs(tValue) > spec.tValue ? Math.sign(tValue) : 0;
    return { price: path.open[entry + bars]!, end, direction };
  },
  search: {
    defaults: ({ tValue }) => ({ tValue }),
    async choose(suggester, horizonBars) {
      const { tValue } = await suggester.suggest({ tValue: float(0, 6) });
      const minBars = Math.max(2, Math.ceil(horizonBars / 4));
      return { kind: "trend-scan", minBars, maxBars: horizonBars, tValue };
    },
  },
};
