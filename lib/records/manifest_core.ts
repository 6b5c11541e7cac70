import { z } from "zod";
import { jsonSchema, type JsonValue } from "../core/mod.ts";

/** Scores by name; null where a score is not defined. */
export type Scores = Readonly<Record<string, number | null>>;

/** What every manifest says, whatever was trained. */
export interface ManifestCore {
  /** Version of this shape. */
  readonly format: 2;
  /** Registry name, for example `6E-forest`. */
  readonly name: string;
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
  /** Feature rows that one prediction reads, the newest included. */
  readonly window: number;
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
  /** What speaks for the model, by name; null where a score is not defined. */
  readonly metrics: Scores;
  /** What a reader should know of the training, in words. */
  readonly remarks: readonly string[];
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

/** Checks scores. */
export const scoresSchema: z.ZodType<Scores> = z.record(z.string(), z.number().nullable());

// Two runs of fields, so that each kind can keep its own between them: equal content is equal
// bytes, and the bytes of manifests that were registered once stay as they are.

/** Checks of the leading fields, the kind not among them. */
export const coreFields = {
  createdAt: isoTime,
  instrument: z.string(),
  intervalMs: z.number().int().positive(),
  featureSpec: jsonSchema,
  featureColumns: z.array(z.string()).min(1),
} as const;

/** Checks of the data. */
export const dataSchema: z.ZodType<ManifestCore["data"]> = z.object({
  source: z.string(),
  sha256,
  request: jsonSchema,
  rows: z.number().int(),
  firstTime: isoTime,
  lastTime: isoTime,
  testFrom: isoTime,
});

/** Checks of the closing fields. */
export const closingFields = {
  parameters: z.record(z.string(), jsonSchema),
  seed: z.number().int(),
  versions: z.record(z.string(), z.string()),
  hardware: z.string(),
  trainingSeconds: z.number(),
  onnx: z.object({ sha256, bytes: z.number().int(), opset: z.number().int() }),
} as const;

/** Checks of format and name. */
export const headFields = {
  format: z.literal(2),
  name: z.string().regex(MODEL_NAME),
} as const;
