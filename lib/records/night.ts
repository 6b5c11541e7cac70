import { z } from "zod";
import { jsonSchema, type JsonValue } from "../core/mod.ts";
import { checkedRecord, readRecord, type StoredRecord } from "./stored_record.ts";
import { type PromotionDecision, promotionDecisionSchema } from "./promotion_decision.ts";

/** Version of the shape of a night's document. */
export const NIGHT_FORMAT = 1;

/** How drift is looked for; the last two in the journal of a session. */
export const DRIFT_DETECTORS = [
  "population stability",
  "calibration",
  "adaptive window",
  "Page-Hinkley",
  "slippage",
  "profit band",
] as const;

/** One look at whether the world is still what the champion was made for. */
export interface DriftFinding {
  /** How it was looked for. */
  readonly detector: typeof DRIFT_DETECTORS[number];
  /** What was looked at: a feature, a model, the champion's results, a session. */
  readonly subject: string;
  /** The statistic of the detector. */
  readonly statistic: number;
  /** Probability of such a statistic without drift; null where the detector has none. */
  readonly pValue: number | null;
  /** Whether it counts as drift. */
  readonly alarm: boolean;
  /** In words. */
  readonly text: string;
}

/** A system that a night has made. */
export interface NightCandidate {
  /** What it wants: to refresh the champion's weights, or to be another recipe. */
  readonly question: "refresh" | "recipe";
  /** Number within the system's name. */
  readonly version: number;
  /** Of its document. */
  readonly sha256: string;
  /** Parts as `name@version`, those that this night trained among them. */
  readonly parts: readonly string[];
  /** Whether its past decisions are the same whatever the future. */
  readonly leakCheckPassed: boolean;
  /**
   * First trade day of its bars, days since 1970-01-01, where older ones were left out as results
   * had become poorer; null where none were.
   */
  readonly renewedFrom: number | null;
}

/** A move of the champion's alias. */
export interface NightMove {
  /** Forward or back. */
  readonly kind: "promote" | "rollback";
  /** Null where nothing served before. */
  readonly fromVersion: number | null;
  /** What serves since. */
  readonly toVersion: number;
  /** In which part of its size. */
  readonly sizeFactor: number;
}

/** Daily net returns of two systems over the same trade days, fractions. */
export interface DailyPairs {
  /** Days since 1970-01-01, ascending. */
  readonly days: readonly number[];
  /** Of the one that has to prove itself. */
  readonly challenger: readonly number[];
  /** Of the one that it is compared with. */
  readonly champion: readonly number[];
}

/** A recipe in the shadow. */
export interface ShadowState {
  /** Number within the system's name. */
  readonly version: number;
  /** Days that it won its evidence on. */
  readonly approved: DailyPairs;
  /** Days beside the champion since. */
  readonly since: DailyPairs;
}

/** What serves, watched against what served before it. */
export interface ServingState {
  /** Deployment that it is; another one was promoted by hand, and is not watched. */
  readonly deploymentId: number;
  /** Version that served before it, or before its first weights. */
  readonly predecessor: number;
  /** Sessions that it was watched for before, in the shadow or with older weights. */
  readonly sessionsBefore: number;
  /** Days that it was approved on. */
  readonly approved: DailyPairs;
  /** Days beside its predecessor since. */
  readonly since: DailyPairs;
}

/** A search for a better recipe. */
export interface NightSearch {
  /** Name of the study. */
  readonly study: string;
  /** Part of the system that was varied, by its name. */
  readonly part: string;
  /** Trials that have a score. */
  readonly trials: number;
  /** Score of the champion's own settings on the bars of the search. */
  readonly ownScore: number | null;
  /** Score of the best trial; null where none has one. */
  readonly bestScore: number | null;
  /** Its parameters; the next night begins with them. */
  readonly params: Readonly<Record<string, JsonValue>>;
  /** Probability of backtest overfitting of the search; null where it cannot be told. */
  readonly overfitting: number | null;
  /** Why no recipe came of it; null where one did. */
  readonly refusal: string | null;
}

/** A night: what was looked at, made, asked and decided. */
export interface NightRecord {
  /** Version of this shape. */
  readonly format: 1;
  /** Names the night: of system, data, symbol and settings, whatever serves. Hexadecimal. */
  readonly id: string;
  /** Name of the system. */
  readonly system: string;
  /** Symbol that it trades. */
  readonly symbol: string;
  /** 1, 2, 3 … within the system's name. */
  readonly number: number;
  /** When it was finished, ISO 8601 in UTC. */
  readonly finishedAt: string;
  /** The bars. */
  readonly data: {
    /** Of the file's bytes. */
    readonly sha256: string;
    /** Bars in it. */
    readonly rows: number;
    /** Bars that no night before has seen. */
    readonly newRows: number;
    /** Open of the last one, ISO 8601 in UTC. */
    readonly lastBar: string;
  };
  /** What served when the night began. */
  readonly champion: { readonly version: number; readonly sizeFactor: number | null };
  /** All looks for drift, alarms or not. */
  readonly drift: readonly DriftFinding[];
  /** What the night has made. */
  readonly candidates: readonly NightCandidate[];
  /** Every decision, refusals too. */
  readonly decisions: readonly PromotionDecision[];
  /** What moved. */
  readonly moves: readonly NightMove[];
  /** The search for a better recipe; null where there was none. */
  readonly search: NightSearch | null;
  /** Recipes that were tried against champions of this name, ever: what the level depends on. */
  readonly attempts: number;
  /** The recipe in the shadow; null without one. */
  readonly shadow: ShadowState | null;
  /** What serves now and how it is watched; null while it was promoted by hand or never. */
  readonly serving: ServingState | null;
  /** Disagreements of the refits of the recipe that serves, oldest first. */
  readonly disagreements: readonly number[];
  /**
   * Trade day since when results are poorer, days since 1970-01-01, until weights that begin there
   * serve; null where they are not.
   */
  readonly poorerSince: number | null;
  /** What a session of the system had to tell; null where none was named. */
  readonly session: NightSession | null;
  /** One line: what changed and why. */
  readonly headline: string;
}

/** What a night has read in the journal of a session. */
export interface NightSession {
  /** Name of the session. */
  readonly account: string;
  /** Days of its account. */
  readonly days: number;
  /** Market orders that were filled. */
  readonly fills: number;
  /** Closes at which the champion spoke. */
  readonly closes: number;
  /** Closes at which somebody in the shadow spoke. */
  readonly shadowCloses: number;
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const numbers = z.array(z.number());
const pairs: z.ZodType<DailyPairs> = z.strictObject({
  days: z.array(z.int()),
  challenger: numbers,
  champion: numbers,
}).refine(
  ({ challenger, champion, days }) =>
    challenger.length === days.length && champion.length === days.length,
  "days and returns differ in length",
);

const nightSchema: z.ZodType<NightRecord> = z.strictObject({
  format: z.literal(NIGHT_FORMAT),
  id: sha256,
  system: z.string(),
  symbol: z.string(),
  number: z.int().positive(),
  finishedAt: z.iso.datetime(),
  data: z.strictObject({ sha256, rows: count, newRows: count, lastBar: z.iso.datetime() }),
  champion: z.strictObject({ version: z.int().positive(), sizeFactor: z.number().nullable() }),
  drift: z.array(z.strictObject({
    detector: z.enum(DRIFT_DETECTORS),
    subject: z.string(),
    statistic: z.number(),
    pValue: z.number().nullable(),
    alarm: z.boolean(),
    text: z.string(),
  })),
  candidates: z.array(z.strictObject({
    question: z.enum(["refresh", "recipe"]),
    version: z.int().positive(),
    sha256,
    parts: z.array(z.string()),
    leakCheckPassed: z.boolean(),
    renewedFrom: z.int().nullable().default(null),
  })),
  decisions: z.array(promotionDecisionSchema),
  moves: z.array(z.strictObject({
    kind: z.enum(["promote", "rollback"]),
    fromVersion: z.int().nullable(),
    toVersion: z.int().positive(),
    sizeFactor: z.number().positive().max(1),
  })),
  search: z.strictObject({
    study: z.string(),
    part: z.string(),
    trials: count,
    ownScore: z.number().nullable(),
    bestScore: z.number().nullable(),
    params: z.record(z.string(), jsonSchema),
    overfitting: z.number().nullable(),
    refusal: z.string().nullable(),
  }).nullable(),
  attempts: count,
  shadow: z.strictObject({ version: z.int().positive(), approved: pairs, since: pairs }).nullable(),
  serving: z.strictObject({
    deploymentId: z.int(),
    predecessor: z.int().positive(),
    sessionsBefore: count,
    approved: pairs,
    since: pairs,
  }).nullable(),
  disagreements: z.array(z.number()),
  // Nights of before there were any.
  poorerSince: z.int().nullable().default(null),
  session: z.strictObject({
    account: z.string(),
    days: count,
    fills: count,
    closes: count,
    shadowCloses: count,
  }).nullable().default(null),
  headline: z.string(),
});

const STORED_NIGHT: StoredRecord<NightRecord> = {
  noun: "night",
  format: NIGHT_FORMAT,
  schema: nightSchema,
  remedy: "restore it from a backup: later nights build on it",
};

/**
 * Reads the text of a night.
 *
 * @param where its file, for the message
 * @throws {InputError} when a newer program wrote it
 * @throws {CorruptArtifactError} when it does not have the shape of a night
 */
export function parseNight(text: string, where: string): NightRecord {
  return readRecord(text, where, STORED_NIGHT);
}

/**
 * The text of a night, as it will be read back.
 *
 * @throws {TypeError} when it does not have the shape of a night
 */
export function nightText(night: NightRecord): string {
  return `${JSON.stringify(checkedRecord(night, STORED_NIGHT), null, 2)}\n`;
}
