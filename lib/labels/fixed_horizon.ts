import { z } from "zod";
import { barCount, type LabelKind, readLabelSpec } from "./label_kind.ts";
import type { LabelExit, LabelPath } from "./label_path.ts";

/** What the price does until `horizonBars` bars after the entry. */
export type FixedHorizonSpec = {
  readonly kind: "fixed-horizon";
  readonly horizonBars: number;
};

const schema: z.ZodType<FixedHorizonSpec> = z.strictObject({
  kind: z.literal("fixed-horizon"),
  horizonBars: barCount(1),
});

const DEFAULTS: FixedHorizonSpec = { kind: "fixed-horizon", horizonBars: 20 };

/** Exit at the open `horizonBars` after the entry. */
export const FIXED_HORIZON: LabelKind<FixedHorizonSpec> = {
  kind: "fixed-horizon",
  defaults: DEFAULTS,
  parse: (json) => readLabelSpec(schema, json, DEFAULTS),
  horizonOf: ({ horizonBars }) => horizonBars,
  withHorizon: (spec, horizonBars) => ({ ...spec, horizonBars }),
  exits: (_bars, path, { horizonBars }) => (row) => horizonExit(path, row, horizonBars),
  search: {
    defaults: () => ({}),
    choose: (_suggester, horizonBars) => Promise.resolve({ kind: "fixed-horizon", horizonBars }),
  },
};

/** The exit at the open `horizonBars` after the entry; null where the data end before it. */
export function horizonExit(path: LabelPath, row: number, horizonBars: number): LabelExit | null {
  const end = row + 1 + horizonBars;
  return end < path.length ? { price: path.open[end]!, end } : null;
}
