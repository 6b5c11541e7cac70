import { z } from "zod";

const isoTime = z.iso.datetime();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const metrics = z.record(z.string(), z.number().nullable());

/** Shape of the manifest stored beside every ONNX file; checked when a model is loaded. */
export const modelManifestSchema = z.object({
  format: z.literal(1),
  /** Registry name, for example `6E-forest`. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
  kind: z.enum(["forest", "logistic"]),
  createdAt: isoTime,
  instrument: z.string(),
  intervalMs: z.number().int().positive(),
  /** Declarative feature spec; `lib/ml/features.ts` reads it. */
  featureSpec: z.json(),
  /** Column names in model input order. */
  featureColumns: z.array(z.string()).min(1),
  /** Declarative label spec; `lib/ml/labels.ts` reads it. */
  labelSpec: z.json(),
  horizonBars: z.number().int().positive(),
  data: z.object({
    source: z.string(),
    /** SHA-256 of the bytes of the source file. */
    sha256,
    rows: z.number().int(),
    /** First and last bar open used for anything in this model: fit, calibration or scoring. */
    firstTime: isoTime,
    lastTime: isoTime,
    /** Rows before `testFrom` were used; a backtest is out of sample only from here on. */
    testFrom: isoTime,
  }),
  /** Purged validation, one entry a fold, in time order. */
  folds: z.array(z.object({
    trainRows: z.number().int(),
    testRows: z.number().int(),
    testFirstTime: isoTime,
    testLastTime: isoTime,
    metrics,
  })),
  /** Means over the folds: accuracy, logLoss, brier, ece … ; null where undefined. */
  metrics,
  /** How far predicted edges came true out of fold; `lib/ml/edge_evidence.ts` says how measured. */
  edge: z.object({ slope: z.number(), standardError: z.number(), shrinkage: z.number() }),
  /**
   * Mean label outcome of each class in the fit rows, fraction of price, less the mean predicted
   * edge and times the shrinkage: down, flat, up.
   */
  classOutcomes: z.tuple([z.number(), z.number(), z.number()]),
  /** Predicted edge, as a multiple of round-trip cost, from which the model trades. */
  edgeThreshold: z.number(),
  calibration: z.json(),
  /** Largest first. `permutation` is the loss of accuracy on held-out rows. */
  importances: z.array(z.object({
    column: z.string(),
    permutation: z.number().nullable(),
    impurity: z.number().nullable(),
  })),
  parameters: z.record(z.string(), z.json()),
  seed: z.number().int(),
  versions: z.record(z.string(), z.string()),
  hardware: z.string(),
  trainingSeconds: z.number(),
  onnx: z.object({ sha256, bytes: z.number().int(), opset: z.number().int() }),
});

/** Everything needed to use, judge and make again one trained model. */
export type ModelManifest = z.infer<typeof modelManifestSchema>;
