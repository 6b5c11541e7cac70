import { z } from "zod";

/** A value that JSON can hold. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Scores by name; null where a score is not defined. */
export type Scores = Readonly<Record<string, number | null>>;

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

/** What a model can be. */
export const MODEL_KINDS = ["forest", "logistic", "lstm", "hybrid"] as const;
/** One of `MODEL_KINDS`. */
export type ModelKind = typeof MODEL_KINDS[number];

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

/** Everything needed to use, judge and make again one trained model. */
export interface ModelManifest {
  /** Version of this shape. */
  readonly format: 2;
  /** Registry name, for example `6E-forest`. */
  readonly name: string;
  /** What was trained. */
  readonly kind: ModelKind;
  /** ISO instant of the training. */
  readonly createdAt: string;
  /** Symbol of the instrument it was trained on. */
  readonly instrument: string;
  /** Length of the bars it was trained on. */
  readonly intervalMs: number;
  /** Declarative feature spec; `parseFeatureSpec` reads it. */
  readonly featureSpec: JsonValue;
  /** Column names in model input order. */
  readonly featureColumns: readonly string[];
  /** Declarative label spec; `parseLabelSpec` reads it. */
  readonly labelSpec: JsonValue;
  /** Feature rows that one prediction reads, the newest included. */
  readonly window: number;
  /** Bars ahead that a prediction speaks of. */
  readonly horizonBars: number;
  /** The bars that were used for anything: fit, calibration or scoring. */
  readonly data: {
    /** File name or description of the simulation. */
    readonly source: string;
    /** SHA-256 of the bytes of the source. */
    readonly sha256: string;
    /** How the source was opened, to open it so again; null for a simulation. */
    readonly request: JsonValue;
    /** Bars used. */
    readonly rows: number;
    /** Open of the first bar used. */
    readonly firstTime: string;
    /** Open of the last bar used. */
    readonly lastTime: string;
    /** Open of the first bar not used: a backtest is out of sample only from here on. */
    readonly testFrom: string;
  };
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
  /** What a reader should know of the training, in words. */
  readonly remarks: readonly string[];
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
  /** Every setting of the training by its own name, for searching. */
  readonly parameters: Readonly<Record<string, JsonValue>>;
  /** Seed of every random choice. */
  readonly seed: number;
  /** Versions of the toolkit, Deno and the libraries that a result depends on. */
  readonly versions: Readonly<Record<string, string>>;
  /** The machine in words. */
  readonly hardware: string;
  /** Wall time of the training. */
  readonly trainingSeconds: number;
  /** The exported graph. */
  readonly onnx: {
    /** SHA-256 of its bytes. */
    readonly sha256: string;
    /** Its size. */
    readonly bytes: number;
    /** ONNX operator set it is written in. */
    readonly opset: number;
  };
}

/** What a registry name looks like: it is part of file names and of references such as `name@3`. */
export const MODEL_NAME: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const isoTime = z.iso.datetime();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const json = z.json() as z.ZodType<JsonValue>;
const scores = z.record(z.string(), z.number().nullable());

const edge = z.object({ slope: z.number(), standardError: z.number(), shrinkage: z.number() });

const manifestSchema: z.ZodType<ModelManifest> = z.object({
  format: z.literal(2),
  name: z.string().regex(MODEL_NAME),
  kind: z.enum(MODEL_KINDS),
  createdAt: isoTime,
  instrument: z.string(),
  intervalMs: z.number().int().positive(),
  featureSpec: json,
  featureColumns: z.array(z.string()).min(1),
  labelSpec: json,
  window: z.number().int().positive(),
  horizonBars: z.number().int().positive(),
  data: z.object({
    source: z.string(),
    sha256,
    request: json,
    rows: z.number().int(),
    firstTime: isoTime,
    lastTime: isoTime,
    testFrom: isoTime,
  }),
  folds: z.array(z.object({
    trainRows: z.number().int(),
    testRows: z.number().int(),
    testFirstTime: isoTime,
    testLastTime: isoTime,
    metrics: scores,
  })),
  metrics: scores,
  edge,
  comparisons: z.array(z.object({
    name: z.string(),
    metrics: scores,
    edge,
    excessLogLoss: z.object({ mean: z.number(), standardError: z.number().nullable() }),
  })),
  permutedLabels: scores.nullable(),
  curves: z.array(z.object({
    member: z.number().int().positive(),
    training: z.array(z.number()),
    validation: z.array(z.number()),
  })),
  remarks: z.array(z.string()),
  classOutcomes: z.tuple([z.number(), z.number(), z.number()]),
  edgeThreshold: z.number(),
  calibration: json,
  importances: z.array(z.object({
    column: z.string(),
    permutation: z.number().nullable(),
    impurity: z.number().nullable(),
  })),
  training: z.object({
    recipe: json,
    costTicks: z.number(),
    folds: z.number().int(),
    holdout: z.number(),
    calibration: z.string(),
    backend: z.string(),
  }),
  parameters: z.record(z.string(), json),
  seed: z.number().int(),
  versions: z.record(z.string(), z.string()),
  hardware: z.string(),
  trainingSeconds: z.number(),
  onnx: z.object({ sha256, bytes: z.number().int(), opset: z.number().int() }),
});

/** A manifest, or the place and the rule that it breaks. */
export type ManifestCheck =
  | { readonly ok: true; readonly manifest: ModelManifest }
  | { readonly ok: false; readonly path: string; readonly rule: string };

/** Checks that a value read from JSON is a manifest; one of an earlier format is brought up to this one. */
export function checkModelManifest(value: unknown): ManifestCheck {
  const parsed = manifestSchema.safeParse(upgraded(value));
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
