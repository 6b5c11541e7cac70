import { z } from "zod";
import {
  closingFields,
  coreFields,
  dataSchema,
  headFields,
  type ManifestCore,
  type Scores,
  scoresSchema,
} from "./manifest_core.ts";
import { jsonSchema, type JsonValue } from "../core/mod.ts";
import { type PolicyManifest, policyManifestSchema } from "./policy_manifest.ts";

export { type ManifestCore, MODEL_NAME, type Scores } from "./manifest_core.ts";
export { type PolicyLook, type PolicyManifest, type Stance, STANCES } from "./policy_manifest.ts";

/** One purged validation fold. Times are ISO instants. */
export interface FoldSummary {
  /** Rows the model of the fold was fitted on, calibration rows not counted. */
  readonly trainRows: number;
  /** Rows it was scored on. */
  readonly testRows: number;
  /** Open of the first bar scored. */
  readonly testFirstTime: string;
  /** Open of the last bar scored. */
  readonly testLastTime: string;
  /** Accuracy, log loss, Brier score, calibration error, information coefficient … */
  readonly metrics: Scores;
}

/** What the kind of a model looks like: `policy`, or the family of a model that predicts. */
const MODEL_KIND = /^[a-z][a-z0-9-]{0,63}$/;

/** How far predicted edges came true out of fold; `measureEdge` says how it is measured. */
export interface EdgeSummary {
  /** Least-squares slope of outcome on predicted edge. */
  readonly slope: number;
  /** Standard error of the slope. */
  readonly standardError: number;
  /** Share of each predicted edge that is believed, 0 to 1. */
  readonly shrinkage: number;
}

/** Another model scored on the same folds. */
export interface Comparison {
  /** What it is: a baseline, or a part of a stacked model. */
  readonly name: string;
  /** Means over the folds; null where a fold has none. */
  readonly metrics: Scores;
  /** How far its predicted edges came true. */
  readonly edge: EdgeSummary;
  /** Its log loss less the model's own, mean over the folds: positive where the model is better. */
  readonly excessLogLoss: {
    /** Mean over the folds. */
    readonly mean: number;
    /** Standard error of the mean over the folds; null with one fold. */
    readonly standardError: number | null;
  };
}

/** Losses of one member of an ensemble, epoch by epoch. */
export interface LearningCurve {
  /** Which member, counted from 1. */
  readonly member: number;
  /** Mean weighted loss of the training rows while they were learnt from. */
  readonly training: readonly number[];
  /** Mean weighted loss of the rows that early stopping watches. */
  readonly validation: readonly number[];
}

/** Everything needed to use, judge and make again one trained classifier. */
export interface ClassifierManifest extends ManifestCore {
  /** The family that was trained. */
  readonly kind: string;
  /** Declarative label spec; `parseLabelSpec` reads it. */
  readonly labelSpec: JsonValue;
  /** Bars ahead that a prediction speaks of. */
  readonly horizonBars: number;
  /** Purged validation, in time order. */
  readonly folds: readonly FoldSummary[];
  /** Means over the folds; null where a fold has none. */
  readonly metrics: Scores;
  /** How far its own predicted edges came true. */
  readonly edge: EdgeSummary;
  /** Baselines and parts on the same folds. */
  readonly comparisons: readonly Comparison[];
  /** Metrics of the same recipe taught shuffled labels, on the newest fold: what chance looks like. */
  readonly permutedLabels: Scores | null;
  /** Of the final fit; empty for a model without epochs. */
  readonly curves: readonly LearningCurve[];
  /**
   * Mean label outcome of each class in the fit rows, fraction of price, less the mean predicted
   * edge and times the shrinkage: down, flat, up.
   */
  readonly classOutcomes: readonly [down: number, flat: number, up: number];
  /** Predicted edge, as a multiple of round-trip cost, from which the model trades. */
  readonly edgeThreshold: number;
  /** The fitted probability calibration, which is also inside the graph. */
  readonly calibration: JsonValue;
  /** Features, most important first. */
  readonly importances: readonly {
    /** Feature column. */
    readonly column: string;
    /** Loss of accuracy on held-out rows when the column is shuffled. */
    readonly permutation: number | null;
    /** Share of the decrease of impurity; null where the model has none. */
    readonly impurity: number | null;
  }[];
  /** The training, complete enough to be repeated. */
  readonly training: {
    /** Kind and parameters. */
    readonly recipe: JsonValue;
    /** Round trip cost of one lot, in ticks. */
    readonly costTicks: number;
    /** Purged walk-forward folds. */
    readonly folds: number;
    /** Share of the newest bars that was not touched. */
    readonly holdout: number;
    /** How probabilities were calibrated. */
    readonly calibration: string;
    /** Where networks were computed. */
    readonly backend: string;
  };
}

/** Everything needed to use, judge and make again one trained model; `kind` tells which. */
export type ModelManifest = ClassifierManifest | PolicyManifest;

/** True for the manifest of a policy, which decides; every other model predicts. */
export function isPolicy(manifest: ModelManifest): manifest is PolicyManifest {
  return manifest.kind === "policy";
}

const edge = z.object({ slope: z.number(), standardError: z.number(), shrinkage: z.number() });

const classifierSchema: z.ZodType<ClassifierManifest> = z.object({
  ...headFields,
  kind: z.string().regex(MODEL_KIND),
  ...coreFields,
  labelSpec: jsonSchema,
  window: z.number().int().positive(),
  horizonBars: z.number().int().positive(),
  data: dataSchema,
  folds: z.array(z.object({
    trainRows: z.number().int(),
    testRows: z.number().int(),
    testFirstTime: z.iso.datetime(),
    testLastTime: z.iso.datetime(),
    metrics: scoresSchema,
  })),
  metrics: scoresSchema,
  edge,
  comparisons: z.array(z.object({
    name: z.string(),
    metrics: scoresSchema,
    edge,
    excessLogLoss: z.object({ mean: z.number(), standardError: z.number().nullable() }),
  })),
  permutedLabels: scoresSchema.nullable(),
  curves: z.array(z.object({
    member: z.number().int().positive(),
    training: z.array(z.number()),
    validation: z.array(z.number()),
  })),
  remarks: z.array(z.string()),
  classOutcomes: z.tuple([z.number(), z.number(), z.number()]),
  edgeThreshold: z.number(),
  calibration: jsonSchema,
  importances: z.array(z.object({
    column: z.string(),
    permutation: z.number().nullable(),
    impurity: z.number().nullable(),
  })),
  training: z.object({
    recipe: jsonSchema,
    costTicks: z.number(),
    folds: z.number().int(),
    holdout: z.number(),
    calibration: z.string(),
    backend: z.string(),
  }),
  ...closingFields,
});

/** A manifest, or the place and the rule that it breaks. */
export type ManifestCheck =
  | { readonly ok: true; readonly manifest: ModelManifest }
  | { readonly ok: false; readonly path: string; readonly rule: string };

/** Checks that a value read from JSON is a manifest; one of an earlier format is brought up to this one. */
export function checkModelManifest(value: unknown): ManifestCheck {
  const isPolicy = typeof value === "object" && value !== null && "kind" in value &&
    value.kind === "policy";
  const parsed = isPolicy
    ? policyManifestSchema.safeParse(value)
    : classifierSchema.safeParse(upgraded(value));
  if (parsed.success) return { ok: true, manifest: parsed.data };
  const issue = parsed.error.issues[0]!;
  return { ok: false, path: issue.path.join("."), rule: issue.message };
}

/** Format 1 knew no windows, comparisons or curves, and kept the recipe among the parameters. */
function upgraded(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("format" in value) || value.format !== 1) {
    return value;
  }
  const { kind, parameters, data, ...rest } = value as Record<string, unknown>;
  const { costTicks, folds, holdout, calibration, ...recipe } = (parameters ?? {}) as Record<
    string,
    unknown
  >;
  return {
    ...rest,
    format: 2,
    kind,
    parameters,
    data: { request: null, ...data as object },
    window: 1,
    comparisons: [],
    permutedLabels: null,
    curves: [],
    remarks: [],
    training: {
      recipe: { kind, parameters: recipe },
      costTicks,
      folds,
      holdout,
      calibration,
      backend: "wasm",
    },
  };
}
