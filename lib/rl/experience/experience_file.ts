import { z } from "zod";
import { InputError, jsonSchema, parseJson, sha256Hex } from "../../core/mod.ts";
import {
  checkTransition,
  createExperience,
  type Experience,
  type ExperienceHeader,
  type Transition,
} from "./experience.ts";

/** First field of a log's first line. */
export const EXPERIENCE_FORMAT = "trading-ai experience";
/** Version of the lines. */
export const EXPERIENCE_VERSION = 1;

const finite = z.number();
const headerSchema = z.strictObject({
  format: z.literal(EXPERIENCE_FORMAT),
  version: z.literal(EXPERIENCE_VERSION),
  instrument: z.string().min(1),
  intervalMs: z.int().positive(),
  featureSpec: jsonSchema,
  columns: z.array(z.string()).min(1),
  actions: z.array(finite).min(2).max(41)
    .refine((actions) => actions.includes(0), "staying flat must be one of them")
    .refine(
      (actions) => actions.every((action, i) => i === 0 || action > actions[i - 1]!),
      "positions must ascend",
    ),
  lots: z.int().positive(),
  unitTicks: finite.positive(),
  account: z.strictObject({
    equityUsd: finite.positive(),
    costs: z.strictObject({ feePerSideMicros: z.int().min(0), slippageTicks: z.int().min(0) }),
    flattenAtSessionEnd: z.boolean(),
  }).nullable(),
  behaviour: z.string(),
});
const transitionSchema: z.ZodType<Transition> = z.strictObject({
  episode: z.int().min(0),
  time: finite,
  observation: z.array(finite),
  held: finite,
  action: finite,
  propensity: finite,
  fill: z.strictObject({ lots: finite, priceTicks: finite, referenceTicks: finite }).nullable(),
  reward: finite,
  end: z.boolean(),
});

/** A log as it was read. */
export interface ExperienceLog {
  /** Its decisions. */
  readonly experience: Experience;
  /** Last whole transition; null for none. */
  readonly last: Transition | null;
  /** Bytes up to the end of the last whole line. */
  readonly wholeBytes: number;
  /** True where the file ends in the middle of a line, as after a power cut. */
  readonly isTorn: boolean;
}

/** The first line of a log, without its end. */
export function encodeHeader(header: ExperienceHeader): string {
  return JSON.stringify({
    format: EXPERIENCE_FORMAT,
    version: EXPERIENCE_VERSION,
    instrument: header.instrument,
    intervalMs: header.intervalMs,
    featureSpec: header.featureSpec,
    columns: header.columns,
    actions: header.actions,
    lots: header.lots,
    unitTicks: header.unitTicks,
    account: header.account,
    behaviour: header.behaviour,
  });
}

/**
 * Checks that a log with this first line could be read again.
 *
 * @param where name of the file, for messages
 * @throws {InputError} naming the field
 */
export function requireReadable(header: ExperienceHeader, where: string): void {
  const result = headerSchema.safeParse(JSON.parse(encodeHeader(header)));
  if (result.success) return;
  const { message, path } = result.error.issues[0]!;
  throw new InputError(`Cannot begin a log that nobody could read again: ${message}`, {
    where: [`${where}, line 1`, ...path].join(", "),
    remedy: "mend that field of the header",
  });
}

/** One line of a log, without its end. */
export function encodeTransition(transition: Transition): string {
  const { fill } = transition;
  return JSON.stringify({
    episode: transition.episode,
    time: transition.time,
    // Nine digits are enough for a float32 to come back as it was.
    observation: transition.observation.map((value) => Number(value.toPrecision(9))),
    held: transition.held,
    action: transition.action,
    propensity: transition.propensity,
    fill: fill && {
      lots: fill.lots,
      priceTicks: fill.priceTicks,
      referenceTicks: fill.referenceTicks,
    },
    reward: transition.reward,
    end: transition.end,
  });
}

/**
 * A whole log as text: JSON Lines, the header first, then one decision a line. Every number comes
 * back as it was.
 */
export function encodeExperience(
  header: ExperienceHeader,
  transitions: readonly Transition[],
): string {
  const lines = transitions.map(encodeTransition);
  return [encodeHeader(header), ...lines, ""].join("\n");
}

/**
 * Reads a log. A last line without its end is what a crash leaves: it is left out. Any other line
 * that does not hold what it must is an error with its number.
 *
 * @param bytes UTF-8
 * @param where name of the file, for messages
 * @throws {InputError} naming the line and what is wrong with it
 * @example
 * ```ts
 * import { decodeExperience, encodeExperience } from "./experience_file.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const text = encodeExperience({
 *   instrument: "MES", intervalMs: 60_000, featureSpec: null, columns: ["signal"],
 *   actions: [-1, 0, 1], lots: 1, unitTicks: 4, account: null, behaviour: "coin",
 * }, [{
 *   episode: 0, time: 60_000, observation: [0.5], held: 0, action: 0, propensity: 0.5,
 *   fill: null, reward: 0, end: true,
 * }]);
 * const torn = new TextEncoder().encode(`${text}{"episode":0,"ti`);
 * const { experience, isTorn } = decodeExperience(torn, "log.jsonl");
 * assertEquals([experience.rows, isTorn], [1, true]);
 * ```
 */
export function decodeExperience(bytes: Uint8Array, where: string): ExperienceLog {
  const wholeBytes = bytes.lastIndexOf(0x0a) + 1;
  const [first, ...lines] = decodeText(bytes.subarray(0, wholeBytes), where).split("\n");
  // What follows the last line's end is empty.
  lines.pop();
  if (first === undefined || wholeBytes === 0) {
    throw new InputError("Cannot read a log of decisions as its first line is missing", {
      where,
      remedy: "give a file that `rl --record` has written",
    });
  }
  const { format: _, version: __, ...header } = parseLine(headerSchema, first, where, 1);
  const transitions: Transition[] = [];
  lines.forEach((line, index) => {
    const transition = parseLine(transitionSchema, line, where, index + 2);
    placed(where, index + 2, () => checkTransition(header, transition, transitions.at(-1) ?? null));
    transitions.push(transition);
  });
  return {
    experience: createExperience(header, transitions),
    last: transitions.at(-1) ?? null,
    wholeBytes,
    isTorn: wholeBytes < bytes.length,
  };
}

/** A log with the hash of its file. */
export interface StoredExperience extends ExperienceLog {
  /** SHA-256 of the bytes that were read. */
  readonly sha256: string;
}

/**
 * Reads a log file.
 *
 * @throws {InputError} when there is no such file, or a line of it cannot be used
 */
export async function readExperience(path: string): Promise<StoredExperience> {
  const bytes = await readBytes(path);
  return { ...decodeExperience(bytes, path), sha256: await sha256Hex(bytes) };
}

async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new InputError("Cannot read a log of decisions as there is no such file", {
      where: path,
      remedy: "record one with `rl --record`",
      cause: error,
    });
  }
}

function decodeText(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new InputError("Cannot read a log of decisions as it is not UTF-8 text", {
      where,
      remedy: "give a file that `rl --record` has written",
      cause: error,
    });
  }
}

function parseLine<Value>(
  schema: z.ZodType<Value>,
  line: string,
  where: string,
  number: number,
): Value {
  const place = `${where}, line ${number}`;
  let json: unknown;
  try {
    json = parseJson(line);
  } catch (error) {
    throw new InputError("Cannot read a decision as the line is not JSON", {
      where: place,
      remedy: number === 1
        ? "give a log that `rl --record` wrote"
        : "take the line out, or write the log anew",
      cause: error,
    });
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const { message, path } = result.error.issues[0]!;
  const field = path.length === 0 ? "" : `, ${path.join(".")}`;
  throw new InputError(`Cannot read a decision: ${message}`, {
    where: `${place}${field}`,
    remedy: `version ${EXPERIENCE_VERSION} of the format is needed`,
  });
}

/** Adds the place to what a check finds wrong. */
function placed(where: string, number: number, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.message, { where: `${where}, line ${number}`, cause: error });
  }
}
