import { loadStudy, prunerOf, samplerOf, type Study, type StudyStorage } from "../../tuning/mod.ts";
import { type Clock, type Grid, InputError, type JsonValue } from "../../core/mod.ts";
import type { Tuning } from "./targets.ts";

/** How a study is worked on. */
export interface StudySettings {
  readonly name: string;
  /** Name of one of `SAMPLERS`. */
  readonly sampler: string;
  /** Name of one of `PRUNERS`. */
  readonly pruner: string;
  /** Values of the grid sampler; the target's own when absent. */
  readonly grid?: Grid;
  readonly folds: number;
  readonly seed: number;
}

/** Everything that decides the value of some parameters; all trials of a study share it. */
export type StudyTerms = Readonly<Record<string, JsonValue>>;

/** Study attribute that holds the terms. */
const TERMS_KEY = "tune:terms";

/**
 * Makes a study, whose first trial will have the defaults, or goes on with one.
 *
 * @throws {InputError} when the study was begun on other terms, so that values cannot be compared
 */
export async function openTuningStudy(
  tuning: Tuning,
  settings: StudySettings,
  terms: StudyTerms,
  tools: { readonly storage: StudyStorage; readonly clock: Clock },
): Promise<Study> {
  const { name, seed, folds } = settings;
  const grid = tuning.grid(settings.grid);
  const sampler = samplerOf(settings.sampler), pruner = prunerOf(settings.pruner);
  const created = await tools.storage.createStudy(name, ["maximize"]);
  const study = await loadStudy(name, {
    ...tools,
    seed,
    sampler: sampler.create({ grid, seed }),
    pruner: pruner.create({ steps: folds }),
  });
  if (created !== null) {
    await study.setUserAttribute(TERMS_KEY, terms);
    if (sampler.beginsWithDefaults) await study.enqueue(tuning.defaults, { defaults: true });
    return study;
  }
  if (study.directions.join() !== "maximize") {
    throw new InputError("Cannot go on with a study that has another aim than to maximize", {
      where: `study ${name}`,
      remedy: "choose another --study",
    });
  }
  await requireSameTerms(study, terms);
  return study;
}

async function requireSameTerms(study: Study, terms: StudyTerms): Promise<void> {
  const stored = (await study.userAttributes())[TERMS_KEY] as StudyTerms | undefined;
  // Whoever made the study may have been killed before it said on which terms.
  if (stored === undefined) return await study.setUserAttribute(TERMS_KEY, terms);
  const names = [...new Set([...Object.keys(stored), ...Object.keys(terms)])];
  const other = names.find((key) => canonical(stored[key]) !== canonical(terms[key]));
  if (other === undefined) return;
  throw new InputError(
    `Cannot go on with other ${other}: it was begun with ${shown(stored[other])}, this is ${
      shown(terms[other])
    }`,
    { where: `study ${study.name}`, remedy: "choose another --study, or the flags it began with" },
  );
}

/** Text that is the same for equal values, whatever the order of their keys. */
function canonical(value: JsonValue | undefined): string {
  return JSON.stringify(
    value,
    (_, part: unknown) =>
      part !== null && typeof part === "object" && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1))
        : part,
  ) ?? "nothing";
}

function shown(value: JsonValue | undefined): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= 100 ? text : `${text.slice(0, 97)}…`;
}
