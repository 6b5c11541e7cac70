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

/** Of the rehearsals: several, as no market lets everything come about that a double can say. */
const SEEDS = [1, 2, 3] as const;
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
  const { differences, ...compared } = await explainRecordings(venue[1], recordings, control);
  return {
    ...{ broker: venue[0], recording: folder, recordings: recordings.length },
    frames: frames.length,
    ...{ first: stamp(frames[0]!), last: stamp(frames.at(-1)!) },
    holes: frames.flatMap((frame) => frame.kind === "hole" ? [frame.reason] : []),
    ...{ differences, ...compared },
  };
}

/** Compares recordings of a venue with rehearsals at its double, and looks for what explains it. */
export async function explainRecordings(
  venue: RehearsedVenue,
  recordings: readonly (readonly Frame[])[],
  { onProgress = () => {}, signal }: Pick<TaskControl, "onProgress" | "signal"> = {},
): Promise<Omit<RecordingComparison, "differences"> & { differences: ExplainedDifference[] }> {
  const { language } = venue;
  const plain: (readonly Frame[])[] = [];
  for (const seed of SEEDS) plain.push(await rehearse(venue, PLAIN, seed));
  const compared = compareRecordings(
    describeRecordings(recordings, language),
    describeRecordings(plain, language),
  );
  const before = describeRecordings(plain.slice(0, 1), language);
  const explained = compared.differences.map((difference) => ({
    ...{ difference, guesses: [] as string[], faults: [] as string[] },
  }));
  const attempts = explained.length === 0 ? [] : attemptsOf(venue);
  for (const [done, { name, of, switches }] of attempts.entries()) {
    signal?.throwIfAborted();
    onProgress(`rehearse with ${name}`, done / attempts.length);
    // What a guess explains needs no fault.
    const open = explained.filter(({ guesses }) => of === "guesses" || guesses.length === 0);
    if (open.length === 0) break;
    const shown = describeRecordings([await rehearse(venue, switches, SEEDS[0])], language);
    for (const { difference, ...names } of open) {
      if (doesAsVenue(difference, before, shown)) names[of].push(name);
    }
  }
  return {
    ...compared,
    differences: explained.map(({ difference, faults, guesses }) => ({
      ...{ ...difference, guesses, faults },
    })),
  };
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
  readonly of: "guesses" | "faults";
  readonly name: string;
  readonly switches: Switches;
}

/** Guesses first, each by each of its values, then faults, each as often as it can strike. */
function attemptsOf({ alternatives, faults }: RehearsedVenue): readonly Attempt[] {
  return [
    ...Object.entries(alternatives).flatMap(([guess, values]) =>
      values === "any number" ? [] : values.map((value): Attempt => {
        const name = `${guess}=${value}`;
        return { of: "guesses", name, switches: { ...PLAIN, guesses: [name] } };
      })
    ),
    ...faults.map((name): Attempt => ({
      ...{ of: "faults", name, switches: { ...PLAIN, faults: [{ name, times: 3 }] } },
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
