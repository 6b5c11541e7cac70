import { z } from "zod";
import { float } from "../core/mod.ts";
import { type Bars, closeReturns } from "../market/mod.ts";
import { exponentialVolatility } from "../statistics/mod.ts";
import { firstTouch } from "./first_touch.ts";
import { horizonExit } from "./fixed_horizon.ts";
import { barCount, type ExitRule, type LabelKind, readLabelSpec } from "./label_kind.ts";
import type { LabelPath } from "./label_path.ts";

/** Which barrier is touched first, or what the price does until the time is up. */
export type TripleBarrierSpec = {
  readonly kind: "triple-barrier";
  /** Distance of the upper barrier in standard deviations of one-bar returns. */
  readonly upper: number;
  /** Distance of the lower barrier in standard deviations of one-bar returns. */
  readonly lower: number;
  readonly horizonBars: number;
  /** Span of the exponentially weighted standard deviation, in bars. */
  readonly volatilitySpan: number;
};

const distance = z.number().positive().max(1_000);
const schema: z.ZodType<TripleBarrierSpec> = z.strictObject({
  kind: z.literal("triple-barrier"),
  upper: distance,
  lower: distance,
  horizonBars: barCount(1),
  volatilitySpan: barCount(2),
});

const DEFAULTS: TripleBarrierSpec = {
  kind: "triple-barrier",
  upper: 4,
  lower: 4,
  horizonBars: 20,
  volatilitySpan: 60,
};

/** Exit at the first barrier touched, or at the horizon if none is. */
export const TRIPLE_BARRIER: LabelKind<TripleBarrierSpec> = {
  kind: "triple-barrier",
  defaults: DEFAULTS,
  parse: (json) => readLabelSpec(schema, json, DEFAULTS),
  horizonOf: ({ horizonBars }) => horizonBars,
  withHorizon: (spec, horizonBars) => ({ ...spec, horizonBars }),
  exits: barrierExits,
  search: {
    defaults: ({ upper, lower }) => ({ upperBarrier: upper, lowerBarrier: lower }),
    async choose(suggester, horizonBars) {
      const { upperBarrier, lowerBarrier } = await suggester.suggest({
        upperBarrier: float(0.5, 16, { log: true }),
        lowerBarrier: float(0.5, 16, { log: true }),
      });
      return { ...DEFAULTS, upper: upperBarrier, lower: lowerBarrier, horizonBars };
    },
  },
};

function barrierExits(bars: Bars, path: LabelPath, spec: TripleBarrierSpec): ExitRule {
  const volatility = exponentialVolatility(closeReturns(bars), spec.volatilitySpan);
  return (row) => {
    const deviation = volatility[row]! * path.base[row + 1]!;
    if (Number.isNaN(deviation)) return null;
    const entry = path.open[row + 1]!;
    const last = Math.min(row + spec.horizonBars, path.length - 1);
    const touch = firstTouch(
      path,
      row + 1,
      last,
      entry + spec.upper * deviation,
      entry - spec.lower * deviation,
    );
    return touch === null
      ? horizonExit(path, row, spec.horizonBars)
      : { price: touch.price, end: touch.row };
  };
}
