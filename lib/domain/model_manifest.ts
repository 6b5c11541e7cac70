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

/** Everything needed to use, judge and make again one trained model. */
export interface ModelManifest {
  /** Version of this shape. */
  readonly format: 1;
  /** Registry name, for example `6E-forest`. */
  readonly name: string;
  /** What was trained. */
  readonly kind: "forest" | "logistic";
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
  /** Bars ahead that a prediction speaks of. */
  readonly horizonBars: number;
  /** The bars that were used for anything: fit, calibration or scoring. */
  readonly data: {
    /** File name or description of the simulation. */
    readonly source: string;
    /** SHA-256 of the bytes of the source. */
    readonly sha256: string;
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
  /** How far predicted edges came true out of fold; `measureEdge` says how it is measured. */
  readonly edge: {
    /** Least-squares slope of outcome on predicted edge. */
    readonly slope: number;
    /** Standard error of the slope. */
    readonly standardError: number;
    /** Share of each predicted edge that is believed, 0 to 1. */
    readonly shrinkage: number;
  };
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
  /** Every setting of the training. */
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

const manifestSchema: z.ZodType<ModelManifest> = z.object({
  format: z.literal(1),
  name: z.string().regex(MODEL_NAME),
  kind: z.enum(["forest", "logistic"]),
  createdAt: isoTime,
  instrument: z.string(),
  intervalMs: z.number().int().positive(),
  featureSpec: json,
  featureColumns: z.array(z.string()).min(1),
  labelSpec: json,
  horizonBars: z.number().int().positive(),
  data: z.object({
    source: z.string(),
    sha256,
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
  edge: z.object({ slope: z.number(), standardError: z.number(), shrinkage: z.number() }),
  classOutcomes: z.tuple([z.number(), z.number(), z.number()]),
  edgeThreshold: z.number(),
  calibration: json,
  importances: z.array(z.object({
    column: z.string(),
    permutation: z.number().nullable(),
    impurity: z.number().nullable(),
  })),
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

/** Checks that a value read from JSON is a manifest of this version. */
export function checkModelManifest(value: unknown): ManifestCheck {
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return { ok: true, manifest: parsed.data };
  const issue = parsed.error.issues[0]!;
  return { ok: false, path: issue.path.join("."), rule: issue.message };
}
