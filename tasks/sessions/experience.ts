import { type Clock, InputError } from "../../lib/core/mod.ts";
import { explainStorageError } from "../../lib/db/mod.ts";
import type { SessionStory } from "../../lib/evaluation/mod.ts";
import {
  journaledSettings,
  journaledSystems,
  readWholeSession,
  sessionExperience,
  stretchesOf,
} from "../../lib/improve/mod.ts";
import { type JournaledDeployment, microsToUsd } from "../../lib/trading/mod.ts";
import { decodeExperience, encodeExperience } from "../../lib/rl/mod.ts";

/** What to log of a session. */
export interface ExperienceRequested {
  readonly session: string;
  /** `name` or `name@version` of who decided; null for the one that decided last. */
  readonly system: string | null;
  /** A file that is not there yet. */
  readonly out: string;
}

/** What `sessions experience --json` prints. */
export interface SessionExperienceDocument {
  readonly session: string;
  /** Who decided, `name@version`. */
  readonly system: string;
  /** The log. */
  readonly out: string;
  readonly decisions: number;
  /** Decisions in which other positions had a chance. */
  readonly explored: number;
  /** Runs without a gap between decisions. */
  readonly episodes: number;
  /** Whether the system had seen the bars before. */
  readonly isInSample: boolean;
  readonly notes: readonly string[];
}

/**
 * Makes a log of decisions, as `rl --experience` reads it, of the journal of a session.
 *
 * @throws {InputError} for a session that is not there or has not traded, a system that did not
 * decide in it, or a file that is there already
 * @throws {CorruptArtifactError} when the journal is not the one that was written
 */
export async function logExperience(
  { out, session, system: wanted }: ExperienceRequested,
  folders: { readonly sessions: string; readonly models: string },
  clock: Clock,
): Promise<SessionExperienceDocument> {
  const { story } = await readWholeSession(folders.sessions, session);
  const settings = journaledSettings(story.started.settings, session);
  const systems = await journaledSystems(story, settings, folders.models, clock);
  const { deployment, slot } = chooseDeployment(story, wanted, session);
  const { costs, flattenAtSessionEnd } = systems.slotOf(slot, deployment, null);
  const { models, system } = systems.loaded(deployment);
  const equityUsd = microsToUsd(story.started.cashMicros);
  const { between, byOthers, explored, header, misled, transitions } = sessionExperience({
    ...{ story, slot, deployment, system, models, instrument: systems.instrumentOf(slot) },
    account: { equityUsd, costs, flattenAtSessionEnd },
  });
  const text = encodeExperience(header, transitions);
  // What is written is what can be read again.
  decodeExperience(new TextEncoder().encode(text), out);
  try {
    await Deno.writeTextFile(out, text, { createNew: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw explainStorageError(error, out);
    throw new InputError("Cannot write a log over a file that is there", {
      ...{ where: out, cause: error },
      remedy: "name a new file with --out",
    });
  }
  const counted: readonly (readonly [count: number, what: string])[] = [
    [byOthers, "were taken by another system, or in another size, and are left out: see --system"],
    [between, "were taken while something else was held than the system chooses from, by a limit"],
    [misled, "were taken on another position than the one held, as a fill was heard of late"],
  ];
  return {
    ...{ session, system: deployment.system, out, explored },
    decisions: transitions.length,
    episodes: new Set(transitions.map(({ episode }) => episode)).size,
    isInSample: settings.inSample,
    notes: [
      ...(explored === 0
        ? ["Nothing was explored: no other policy can be judged by it (`trade --explore`)."]
        : []),
      ...(settings.inSample ? ["In sample: the system had seen these bars."] : []),
      ...counted.flatMap(([count, what]) => count === 0 ? [] : [`${count} decisions ${what}.`]),
    ],
  };
}

/** Who decided, and in which slot. */
function chooseDeployment(
  story: SessionStory,
  wanted: string | null,
  session: string,
): { readonly slot: number; readonly deployment: JournaledDeployment } {
  const known = story.slots.flatMap((_, slot) =>
    stretchesOf(story, slot).map(({ deployment }) => ({ slot, deployment }))
  );
  const found = known.filter(({ deployment: { system } }) =>
    wanted === null || system === wanted || system.split("@")[0] === wanted
  );
  const names = [...new Set(known.map(({ deployment }) => deployment.system))].join(", ");
  const last = found.at(-1);
  if (last === undefined) {
    throw new InputError(`Cannot log ${wanted} as it did not trade in ${session}`, {
      where: "--system",
      remedy: `name one of ${names}`,
    });
  }
  if (found.every(({ slot }) => slot === last.slot)) return last;
  throw new InputError(`Cannot log ${session} as several systems trade in it at once`, {
    where: "--system",
    remedy: `name one of ${names}`,
  });
}
