import { z } from "zod";
import { canonicalJson, jsonSchema, type JsonValue } from "../core/mod.ts";
import { MODEL_NAME } from "./manifest_core.ts";
import { checkedRecord, readRecord, type StoredRecord } from "./stored_record.ts";

/** Version of the shape that this program writes; it reads no newer one. */
export const SYSTEM_FORMAT = 1;

/** One model or policy of a system. */
export interface SystemPart {
  /** Registry name. */
  readonly name: string;
  /** Number within the name. */
  readonly version: number;
  /** What was trained, for example `forest` or `policy`. */
  readonly kind: string;
  /** SHA-256 of its ONNX file, in hexadecimal; so are the other hashes. */
  readonly onnxSha256: string;
  /** Of its manifest: what it predicts, how far ahead, and from which edge it trades. */
  readonly manifestSha256: string;
  /** Declarative feature spec; `parseFeatureSpec` reads it. */
  readonly featureSpec: JsonValue;
  /** Column names in model input order. */
  readonly featureColumns: readonly string[];
  /** Feature rows that one prediction reads, the newest included. */
  readonly window: number;
  /** Which of the system's novelty filters keeps it out of strange markets; null for none. */
  readonly noveltyFilter: number | null;
  /**
   * Evidence to the probability that its position beats flat; null where it was never fitted: a
   * blend does not hear such a part.
   */
  readonly calibration: {
    /** Mean of each evidence column in the rows fitted on. */
    readonly means: readonly number[];
    /** Standard deviation of each column. */
    readonly scales: readonly number[];
    /** Line in log-odds on the standardised columns. */
    readonly line: { readonly intercept: number; readonly weights: readonly number[] };
    /** Rows fitted on. */
    readonly rows: number;
    /** Share of them in which the position beat flat. */
    readonly baseRate: number;
  } | null;
}

/** What rows a model was trained on; a row unlike all of them is not acted on. */
export interface SystemNoveltyFilter {
  /** Names of the features, in order. */
  readonly columns: readonly string[];
  /** Median of each column. */
  readonly centers: readonly number[];
  /** Interquartile range of each column. */
  readonly scales: readonly number[];
  /** Scaled training rows to compare with, row-major. */
  readonly references: readonly number[];
  /** Distance from which a row is strange. */
  readonly threshold: number;
}

/**
 * A trading system: everything that decides a trade, as one document. What it learns while it
 * trades (weights of the blend, state of the risk rules, volatility) is running state and not here.
 */
export interface TradingSystem {
  /** Version of this shape. */
  readonly format: 1;
  /** Registry name, for example `MES-hedge`. */
  readonly name: string;
  /** What is traded, with the facts that decisions depend on. */
  readonly instrument: {
    /** Root symbol. */
    readonly symbol: string;
    /** What is traded, for example `future`. */
    readonly kind: string;
    /** Currency of prices and results. */
    readonly currency: string;
    /** Smallest price step. */
    readonly tickSize: number;
    /** Dollars for a price move of 1.0 in one lot. */
    readonly pointValue: number;
    /** Weekly schedule it trades on. */
    readonly session: string;
    /** IANA zone of the schedule. */
    readonly timeZone: string;
  };
  /** Length of the bars it decides on. */
  readonly intervalMs: number;
  /** In the order of the blend, a policy last. */
  readonly parts: readonly SystemPart[];
  /** Parts that read the same rows share one. */
  readonly noveltyFilters: readonly SystemNoveltyFilter[];
  /** How the parts become one position; null for the position of a single part. */
  readonly blend: {
    /** The blender with its fitted parameters; `parseBlendRule` reads it. */
    readonly rule: JsonValue;
    /** Mean result of winning and of losing positions, as fractions of price after costs. */
    readonly bet: { readonly win: number; readonly loss: number } | null;
  } | null;
  /** Bars over which a position of its parts is judged. */
  readonly horizonBars: number;
  /** How many lots a full position is; `parseSizing` reads it. */
  readonly sizing: JsonValue;
  /** Rules of risk between the forecast and its orders; `parseRiskLimits` reads them. */
  readonly limits: JsonValue;
  /** What a trade is assumed to cost: decides which edges pay, whatever is charged. */
  readonly costs: {
    /** Commission and fees per lot and side, micro-dollars. */
    readonly feePerSideMicros: number;
    /** Ticks lost on every fill. */
    readonly slippageTicks: number;
  };
  /** Whether positions are closed at the end of each session. */
  readonly flattenAtSessionEnd: boolean;
  /**
   * Initial margin of one lot in dollars that it was fitted with, on all days; absent where the
   * instrument's own counts. One that an account names comes first.
   */
  readonly marginUsd?: number;
  /** Bars of history that a stream needs before its first decision. */
  readonly lookBack: {
    /** For features and the windows of the models. */
    readonly featureBars: number;
    /** More of them, until each part's own position no longer depends on where it began. */
    readonly signalBars: number;
  };
  /** Open of the last bar that any of it has seen: trained, calibrated, chosen or fitted on. */
  readonly lastBarSeen: string;
  /** What taught blend, filters and calibrations. */
  readonly evidence: {
    /** The file of bars. */
    readonly data: {
      /** SHA-256 of its bytes; its name does not count. */
      readonly sha256: string;
      /** How it was opened; null for a simulation. */
      readonly request: JsonValue;
    };
    /** Instruments that the user has described, which no code hash covers; absent without any. */
    readonly instruments?: readonly {
      /** Root symbol. */
      readonly symbol: string;
      /** SHA-256 of its document, whatever its layout, in hexadecimal. */
      readonly sha256: string;
    }[];
    /** Which ONNX Runtime asked the models: whoever makes the system again uses the same. */
    readonly inference: "native" | "wasm";
    /** The bars that taught confidence and blender; null where there was nothing to teach. */
    readonly history: {
      /** Open of the first. */
      readonly firstTime: string;
      /** Open of the last. */
      readonly lastTime: string;
      /** How many. */
      readonly rows: number;
    } | null;
  };
  /** Of the code that fitted it. */
  readonly codeSha256: string;
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const numbers = z.array(z.number());
const count = z.int().min(0);
const positive = z.number().positive();

const partSchema: z.ZodType<SystemPart> = z.strictObject({
  name: z.string().regex(MODEL_NAME),
  // 0 for a part that was never registered: walk-forward makes such systems.
  version: count,
  kind: z.string(),
  onnxSha256: sha256,
  manifestSha256: sha256,
  featureSpec: jsonSchema,
  featureColumns: z.array(z.string()).min(1),
  window: z.int().positive(),
  noveltyFilter: count.nullable(),
  calibration: z.strictObject({
    means: numbers,
    scales: numbers,
    line: z.strictObject({ intercept: z.number(), weights: numbers }),
    rows: count,
    baseRate: z.number(),
  }).nullable(),
});

const noveltyFilterSchema: z.ZodType<SystemNoveltyFilter> = z.strictObject({
  columns: z.array(z.string()).min(1),
  centers: numbers,
  scales: numbers,
  references: numbers,
  threshold: z.number(),
});

const systemSchema: z.ZodType<TradingSystem> = z.strictObject({
  format: z.literal(SYSTEM_FORMAT),
  name: z.string().regex(MODEL_NAME),
  instrument: z.strictObject({
    symbol: z.string(),
    kind: z.string(),
    currency: z.string(),
    tickSize: positive,
    pointValue: positive,
    session: z.string(),
    timeZone: z.string(),
  }),
  intervalMs: z.int().positive(),
  parts: z.array(partSchema).min(1),
  noveltyFilters: z.array(noveltyFilterSchema),
  blend: z.strictObject({
    rule: jsonSchema,
    bet: z.strictObject({ win: z.number(), loss: z.number() }).nullable(),
  }).nullable(),
  horizonBars: z.int().positive(),
  sizing: jsonSchema,
  limits: jsonSchema,
  costs: z.strictObject({ feePerSideMicros: count, slippageTicks: count }),
  flattenAtSessionEnd: z.boolean(),
  marginUsd: z.exactOptional(positive),
  lookBack: z.strictObject({ featureBars: count, signalBars: count }),
  lastBarSeen: z.iso.datetime(),
  evidence: z.strictObject({
    data: z.strictObject({ sha256, request: jsonSchema }),
    instruments: z.exactOptional(z.array(z.strictObject({ symbol: z.string(), sha256 }))),
    inference: z.enum(["native", "wasm"]),
    history: z.strictObject({
      firstTime: z.iso.datetime(),
      lastTime: z.iso.datetime(),
      rows: z.int().positive(),
    }).nullable(),
  }),
  codeSha256: sha256,
}).refine(
  ({ noveltyFilters, parts }) =>
    parts.every(({ noveltyFilter }) =>
      noveltyFilter === null || noveltyFilter < noveltyFilters.length
    ),
  { path: ["parts"], message: "names a novelty filter that is not there" },
).refine(
  ({ blend, parts }) => blend !== null || parts.length === 1,
  { path: ["blend"], message: "several parts need a blender" },
);

const STORED_SYSTEM: StoredRecord<TradingSystem> = {
  noun: "system",
  format: SYSTEM_FORMAT,
  schema: systemSchema,
  remedy: "fit it again with `deno task system fit`",
};

/**
 * The bytes of a system, which its hash is of: canonical JSON, so that equal systems are equal
 * bytes and one that was read back is the one that was written.
 *
 * @throws {TypeError} when it does not have the shape of a system
 */
export function systemBytes(system: TradingSystem): Uint8Array<ArrayBuffer> {
  const checked = checkedRecord(system, STORED_SYSTEM);
  return new TextEncoder().encode(canonicalJson(checked as unknown as JsonValue));
}

/**
 * Reads the text of a system.
 *
 * @param where what the text belongs to, for the message
 * @throws {InputError} when a newer program wrote it
 * @throws {CorruptArtifactError} when it does not have the shape of a system
 */
export function parseSystem(text: string, where: string): TradingSystem {
  return readRecord(text, where, STORED_SYSTEM);
}
