import { InputError, type TaskControl } from "../lib/core/mod.ts";
import { type Frame, readFrames } from "../lib/feeds/mod.ts";
import {
  compareRecordings,
  type DescribedRecording,
  describeRecordings,
  type RecordingComparison,
  type RecordingDifference,
  showsDifference,
} from "../lib/venues/mod.ts";
import { rehearse } from "./sandbox_audit/rehearse.ts";
import type { RehearsedVenue, Switches } from "./sandbox_audit/rehearsed_venue.ts";
import { REHEARSED_VENUES } from "./sandbox_audit/rehearsed_venues.ts";

/** A difference, and what of the double would make it vanish. */
export interface ExplainedDifference extends RecordingDifference {
  /** Guesses, as `--guess` takes them, under which the double does as the venue did. */
  readonly guesses: readonly string[];
  /** Faults under which the double shows what the venue has shown. */
  readonly faults: readonly string[];
}

/** What `sandbox-audit --json` prints. */
export interface SandboxAuditDocument {
  readonly broker: string;
  /** Whether it was recorded at a double, so that its faults and guesses are what differs. */
  readonly isOfDouble: boolean;
  readonly recording: string;
  /** How many recordings the folder holds, and frames in all. */
  readonly recordings: number;
  readonly frames: number;
  /** ISO stamps of the first and the last frame. */
  readonly first: string;
  readonly last: string;
  /** Why frames are missing in between. */
  readonly holes: readonly string[];
  readonly differences: readonly ExplainedDifference[];
  readonly askedOnce: RecordingComparison["askedOnce"];
  readonly waits: RecordingComparison["waits"];
}

/** So many rehearsals, as no market lets everything come about that a double can say. */
const REHEARSALS = 8;
/** Of all opportunities, so that a fault meets every kind of message and a session goes on. */
const STRIKES = 0.1;
const PLAIN: Switches = { guesses: [], faults: [] };

/**
 * Lays a recording of a venue beside its double: a client does at the double all that it can, and
 * what the venue has shown that the double then never shows is a difference, and the other way round.
 *
 * @param folder of the recording
 * @throws {InputError} when there is no recording of a venue that has a double
 */
export async function auditSandbox(
  folder: string,
  control: Pick<TaskControl, "onProgress" | "signal"> = {},
): Promise<SandboxAuditDocument> {
  const recordings = await readRecordings(folder);
  const [begun] = recordings[0]!;
  const name = begun!.kind === "begun" ? begun!.feed : "";
  const venue = Object.entries(REHEARSED_VENUES).find(([broker]) => name.split("-")[0] === broker);
  if (venue === undefined) {
    throw new InputError(`Cannot lay a recording of '${name}' beside a double as there is none`, {
      where: folder,
      remedy: `give one of ${Object.keys(REHEARSED_VENUES).join(" or ")}, made with --record`,
    });
  }
  const frames = recordings.flat();
  const plain = await rehearsePlain(venue[1], control);
  const compared = await explainRecordings(venue[1], recordings, plain, control);
  return {
    ...{
      broker: venue[0],
      isOfDouble: name.includes("-sandbox"),
      recording: folder,
      recordings: recordings.length,
    },
    frames: frames.length,
    ...{ first: stamp(frames[0]!), last: stamp(frames.at(-1)!) },
    holes: frames.flatMap((frame) => frame.kind === "hole" ? [frame.reason] : []),
    ...compared,
  };
}

/** Rehearsals at a double of which nothing is switched. */
export async function rehearsePlain(
  venue: RehearsedVenue,
  { onProgress = () => {}, signal }: Pick<TaskControl, "onProgress" | "signal"> = {},
): Promise<readonly (readonly Frame[])[]> {
  const recordings: (readonly Frame[])[] = [];
  for (let seed = 1; seed <= REHEARSALS; seed++) {
    signal?.throwIfAborted();
    onProgress("rehearse at the double", (seed - 1) / REHEARSALS);
    recordings.push(await rehearse(venue, PLAIN, seed));
  }
  return recordings;
}

/**
 * Compares recordings of a venue with rehearsals at its double, and looks for what explains it.
 *
 * @param plain as `rehearsePlain` has made them
 */
export async function explainRecordings(
  venue: RehearsedVenue,
  recordings: readonly (readonly Frame[])[],
  plain: readonly (readonly Frame[])[],
  { onProgress = () => {}, signal }: Pick<TaskControl, "onProgress" | "signal"> = {},
): Promise<Omit<RecordingComparison, "differences"> & { differences: ExplainedDifference[] }> {
  const { language } = venue;
  const told = describeRecordings(recordings, language);
  const compared = compareRecordings(told, describeRecordings(plain, language));
  const { differences } = compared, before = describeRecordings(plain.slice(0, 1), language);
  const found: Explanation[] = [];
  for (const [done, attempt] of attemptsOf(venue).entries()) {
    signal?.throwIfAborted();
    // What a guess explains needs no fault.
    const open = attempt.guess !== null
      ? differences
      : differences.filter((one) => !found.some(({ explained }) => explained.has(one)));
    if (open.length === 0) break;
    onProgress(`rehearse with ${attempt.name}`, done / attemptsOf(venue).length);
    const shown = describeRecordings([await rehearse(venue, attempt.switches, 1)], language);
    found.push({
      ...attempt,
      explained: new Set(open.filter((one) => doesAsVenue(one, before, shown))),
      left: compareRecordings(told, shown).differences.length,
    });
  }
  const named = found.filter((one) => !hasBetterValue(one, found));
  const namesOf = (difference: RecordingDifference, isGuess: boolean): readonly string[] =>
    named.flatMap(({ explained, guess, name }) =>
      (guess !== null) === isGuess && explained.has(difference) ? [name] : []
    );
  return {
    ...compared,
    differences: differences.map((difference) => ({
      ...difference,
      guesses: namesOf(difference, true),
      faults: namesOf(difference, false),
    })),
  };
}

/** What became of the differences once something was switched. */
interface Explanation extends Attempt {
  readonly explained: ReadonlySet<RecordingDifference>;
  /** Differences between the venue and the switched double. */
  readonly left: number;
}

/** Whether the same guess comes closer to the venue by another of its values. */
function hasBetterValue({ guess, left }: Explanation, all: readonly Explanation[]): boolean {
  return guess !== null && all.some((other) => other.guess === guess && other.left < left);
}

/** Whether a switched double does as the venue did, where the plain one does not. */
function doesAsVenue(
  difference: RecordingDifference,
  plain: DescribedRecording,
  switched: DescribedRecording,
): boolean {
  if (difference.shownBy === "venue") return showsDifference(switched, difference) === true;
  return showsDifference(plain, difference) === true &&
    showsDifference(switched, difference) === false;
}

interface Attempt {
  readonly name: string;
  /** The guess that is switched; null for a fault. */
  readonly guess: string | null;
  readonly switches: Switches;
}

/** Guesses first, each by each of its values, then faults, each as often as it can strike. */
function attemptsOf({ alternatives, faults }: RehearsedVenue): readonly Attempt[] {
  return [
    ...Object.entries(alternatives).flatMap(([guess, values]) =>
      values === "any number" ? [] : values.map((value): Attempt => {
        const name = `${guess}=${value}`;
        return { name, guess, switches: { ...PLAIN, guesses: [name] } };
      })
    ),
    ...faults.map((name): Attempt => ({
      ...{ name, guess: null, switches: { ...PLAIN, faults: [{ name, probability: STRIKES }] } },
    })),
  ];
}

async function readRecordings(folder: string): Promise<readonly (readonly Frame[])[]> {
  const recordings: Frame[][] = [];
  try {
    for await (const frame of readFrames(folder)) {
      if (frame.kind === "begun" || recordings.length === 0) recordings.push([]);
      recordings.at(-1)!.push(frame);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
      throw error;
    }
  }
  if (recordings.length > 0) return recordings;
  throw new InputError("Cannot find a recording", {
    where: folder,
    remedy: "make one: `deno task trade:tradovate-demo --record NAME …`",
  });
}

function stamp({ at }: Frame): string {
  return new Date(at).toISOString();
}
