import { z } from "zod";
import {
  closingFields,
  coreFields,
  dataSchema,
  headFields,
  type ManifestCore,
  scoresSchema,
} from "./manifest_core.ts";
import { jsonSchema, type JsonValue } from "../core/mod.ts";

/** Whether a policy may be followed: `stand-aside` where its evidence does not lie above flat. */
export const STANCES = ["trade", "stand-aside"] as const;
/** One of `STANCES`. */
export type Stance = typeof STANCES[number];

/** One look at a member on the rows that early stopping watches. */
export interface PolicyLook {
  /** Batches learnt. */
  readonly step: number;
  /** Mean objective of the batches since the look before, per row. */
  readonly objective: number;
  /** Mean net result per row, reference deviations. */
  readonly validation: number;
  /** Full positions turned per row. */
  readonly turnover: number;
  /** Mean entropy of the decisions, as a share of the largest possible. */
  readonly entropy: number;
  /** Share of each reward term in what it would have been paid. */
  readonly shares: Readonly<Record<string, number>>;
}

/** Everything needed to use, judge and make again one learnt policy. */
export interface PolicyManifest extends ManifestCore {
  /** Tells manifests apart. */
  readonly kind: "policy";
  /** Positions to choose from, in full positions, ascending, with 0 among them. */
  readonly actions: readonly number[];
  /** Whether it may be followed. */
  readonly stance: Stance;
  /** The ensemble on rows that it has neither learnt from nor been chosen by. */
  readonly evidence: {
    /** Open of the first row. */
    readonly firstTime: string;
    /** Open of the last row. */
    readonly lastTime: string;
    /** Rows. */
    readonly rows: number;
    /** Mean net result per row, reference deviations. */
    readonly mean: number;
    /** Its standard error; null where the results do not vary. */
    readonly standardError: number | null;
    /** Mean over standard error; null without one. */
    readonly t: number | null;
  };
  /** How it behaves on the same rows. */
  readonly behaviour: {
    /** Share of the rows on which each action was taken. */
    readonly histogram: readonly number[];
    /** Full positions turned per row. */
    readonly turnover: number;
    /** Mean entropy of the decisions, as a share of the largest possible. */
    readonly entropy: number;
  };
  /** What it would have been paid on the same rows, term by term. */
  readonly rewardTerms: readonly {
    /** Name of the term. */
    readonly term: string;
    /** Signed sum over the rows. */
    readonly sum: number;
    /** Its size as a share of the sizes of all terms. */
    readonly share: number;
  }[];
  /** How each member learnt. */
  readonly members: readonly {
    /** Its seed. */
    readonly seed: number;
    /** Batch whose weights were kept. */
    readonly bestStep: number;
    /** Why it stopped. */
    readonly stop: string;
    /** Mean net result per row on the evidence rows, alone; reference deviations. */
    readonly evidenceMean: number;
    /** What was seen of it, in order. */
    readonly points: readonly PolicyLook[];
  }[];
  /** The training, complete enough to be repeated. */
  readonly training: {
    /** How it learnt; `parsePolicyParameters` reads it. */
    readonly parameters: JsonValue;
    /** What it was paid; `parseRewardSettings` reads it. */
    readonly reward: JsonValue;
    /** A full position and the equity behind it. */
    readonly position: { readonly lots: number; readonly equityUsd: number };
    /** One reference deviation: what a full long position's result deviates per row, ticks a lot. */
    readonly referenceTicks: number;
    /** Cost of one lot and side. */
    readonly costs: { readonly feePerSideMicros: number; readonly slippageTicks: number };
    /** Whether positions were closed at each session's end. */
    readonly flattenAtSessionEnd: boolean;
    /** Share of the newest bars that was not touched. */
    readonly holdout: number;
    /** Share of the rows that early stopping watched. */
    readonly validationShare: number;
    /** Share of the rows that prove the result. */
    readonly evidenceShare: number;
  };
}

const number = z.number();

/** Checks a manifest of a policy. */
export const policyManifestSchema: z.ZodType<PolicyManifest> = z.object({
  ...headFields,
  kind: z.literal("policy"),
  ...coreFields,
  window: z.number().int().positive(),
  actions: z.array(number).min(2),
  stance: z.enum(STANCES),
  data: dataSchema,
  metrics: scoresSchema,
  evidence: z.object({
    firstTime: z.iso.datetime(),
    lastTime: z.iso.datetime(),
    rows: z.number().int(),
    mean: number,
    standardError: number.nullable(),
    t: number.nullable(),
  }),
  behaviour: z.object({ histogram: z.array(number), turnover: number, entropy: number }),
  rewardTerms: z.array(z.object({ term: z.string(), sum: number, share: number })),
  members: z.array(z.object({
    seed: z.number().int(),
    bestStep: z.number().int(),
    stop: z.string(),
    evidenceMean: number,
    points: z.array(z.object({
      step: z.number().int(),
      objective: number,
      validation: number,
      turnover: number,
      entropy: number,
      shares: z.record(z.string(), number),
    })),
  })),
  remarks: z.array(z.string()),
  training: z.object({
    parameters: jsonSchema,
    reward: jsonSchema,
    position: z.object({ lots: z.number().int().positive(), equityUsd: number }),
    referenceTicks: number,
    costs: z.object({ feePerSideMicros: z.number().int(), slippageTicks: z.number().int() }),
    flattenAtSessionEnd: z.boolean(),
    holdout: number,
    validationShare: number,
    evidenceShare: number,
  }),
  ...closingFields,
});
