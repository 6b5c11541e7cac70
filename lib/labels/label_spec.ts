import { z } from "zod";
import { InputError } from "../core/errors.ts";

const LONGEST_BARS = 10_000;
const bars = (least: number) => z.int().min(least).max(LONGEST_BARS);
const positive = z.number().positive().max(1_000);

const labelSpecSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("fixed-horizon"), horizonBars: bars(1) }),
  z.strictObject({
    kind: z.literal("triple-barrier"),
    upper: positive,
    lower: positive,
    horizonBars: bars(1),
    volatilitySpan: bars(2),
  }),
  z.strictObject({
    kind: z.literal("trend-scan"),
    minBars: bars(2),
    maxBars: bars(2),
    tValue: z.number().min(0).max(1_000),
  }),
]);

/** How a row is labelled. Plain JSON. */
export type LabelSpec =
  | {
    /** What the price does until `horizonBars` bars after the entry. */
    readonly kind: "fixed-horizon";
    readonly horizonBars: number;
  }
  | {
    /** Which barrier is touched first, or what the price does until the time is up. */
    readonly kind: "triple-barrier";
    /** Distance of the upper barrier in standard deviations of one-bar returns. */
    readonly upper: number;
    /** Distance of the lower barrier in standard deviations of one-bar returns. */
    readonly lower: number;
    readonly horizonBars: number;
    /** Span of the exponentially weighted standard deviation, in bars. */
    readonly volatilitySpan: number;
  }
  | {
    /** Where the clearest straight line through the coming prices leads. */
    readonly kind: "trend-scan";
    readonly minBars: number;
    readonly maxBars: number;
    /** Smallest t-value of the line's slope, sign aside, that is a trend. */
    readonly tValue: number;
  };

/** Names of the label kinds. */
export const LABEL_KINDS = [
  "fixed-horizon",
  "triple-barrier",
  "trend-scan",
] as const satisfies readonly LabelSpec["kind"][];

/** A spec of each kind that is sensible at any bar length. */
export const LABEL_DEFAULTS: {
  readonly [Kind in LabelSpec["kind"]]: Extract<LabelSpec, { readonly kind: Kind }>;
} = {
  "fixed-horizon": { kind: "fixed-horizon", horizonBars: 20 },
  "triple-barrier": {
    kind: "triple-barrier",
    upper: 4,
    lower: 4,
    horizonBars: 20,
    volatilitySpan: 60,
  },
  "trend-scan": { kind: "trend-scan", minBars: 5, maxBars: 20, tValue: 2 },
};

/** The labels of a training that names none. */
export const DEFAULT_LABELS: LabelSpec = LABEL_DEFAULTS["fixed-horizon"];

/**
 * Checks a label spec read from JSON.
 *
 * @throws {InputError} naming the field
 * @example
 * ```ts
 * import { parseLabelSpec } from "./label_spec.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const spec = parseLabelSpec({ kind: "fixed-horizon", horizonBars: 5 });
 * assertEquals(spec.kind, "fixed-horizon");
 * ```
 */
export function parseLabelSpec(json: unknown): LabelSpec {
  const parsed = labelSpecSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new InputError(`Cannot read it: ${issue.message}`, {
      where: ["label spec", ...issue.path].join(", "),
      remedy: `write it like ${JSON.stringify(DEFAULT_LABELS)}; kinds: ${LABEL_KINDS.join(", ")}`,
    });
  }
  const spec = parsed.data;
  if (spec.kind === "trend-scan" && spec.minBars > spec.maxBars) {
    throw new InputError(
      `Cannot use minBars above maxBars: current value is ${spec.minBars} and ${spec.maxBars}`,
      { where: "label spec", remedy: "swap the two" },
    );
  }
  return spec;
}
