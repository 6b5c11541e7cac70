import { parseTunablePolicy, type TunablePolicy } from "../search_spaces/policy_settings.ts";
import { POLICY_TARGET } from "../search_spaces/policy_target.ts";
import { gridOf, settingsFor, type Target } from "../search_spaces/target.ts";
import {
  type Grid,
  InputError,
  type JsonValue,
  type Params,
  type SearchSpace,
  type Suggester,
} from "../../core/mod.ts";
import { trainingTargets } from "../search_spaces/targets.ts";
import {
  parseTrainingSettings,
  type TrainingSettings,
} from "../search_spaces/training_settings.ts";
import { defaultRecipe } from "../../models/training.ts";
import { defaultTraining, TRAINING_KINDS, type TrainingKinds } from "../../training/mod.ts";
import type { OpenedData } from "../../data/mod.ts";
import { DEFAULT_POLICY_SETTINGS } from "../rl/learn.ts";
import { type Candidate, prepareTraining } from "./candidate.ts";
import { preparePolicy } from "./policy_candidate.ts";

/** What some parameters stand for. */
export interface Choice {
  /** Plain JSON, for files and reports. */
  readonly settings: JsonValue;
  /** Makes them ready on some bars. */
  prepare(opened: OpenedData): Candidate;
}

/** A target with the settings one starts from: all that the rest of tuning knows of it. */
export interface Tuning {
  readonly name: string;
  /** Parameters of the settings one starts from. */
  readonly defaults: Params;
  /** Where the defaults lie. */
  readonly space: SearchSpace;
  /** The settings one starts from. */
  readonly base: JsonValue;
  /** Every parameter with the values that the grid sampler tries. */
  grid(own?: Grid): Grid;
  /** Asks a trial for its parameters. */
  choose(suggester: Suggester): Promise<Choice>;
  /** What given parameters stand for, and where they lie. */
  signalOf(params: Params): Promise<Choice & { readonly space: SearchSpace }>;
}

/** Something that can be tuned, before it is known from which settings. */
interface TargetEntry {
  readonly summary: string;
  /** @throws {InputError} when the file cannot be used or lies outside the search space */
  create(file: unknown): Promise<Tuning>;
}

/** A target whose settings are those of a training. */
function trainingEntry(
  name: string,
  target: Target<TrainingSettings>,
  kinds: TrainingKinds,
): TargetEntry {
  return {
    summary: target.summary,
    create(file) {
      const base = parseTrainingSettings(file, defaultSettings(name, kinds), kinds);
      return tuningOf(
        name,
        target,
        base,
        (opened, settings) => prepareTraining(opened, settings, kinds),
      );
    },
  };
}

const POLICY_ENTRY: TargetEntry = {
  summary: POLICY_TARGET.summary,
  create(file) {
    const base = parseTunablePolicy(file, defaultPolicy());
    return tuningOf("rl", POLICY_TARGET, base, preparePolicy);
  },
};

function entries(kinds: TrainingKinds): ReadonlyMap<string, TargetEntry> {
  const training = Object.entries(trainingTargets(kinds));
  return new Map([
    ...training.map(([name, target]) => [name, trainingEntry(name, target, kinds)] as const),
    ["rl", POLICY_ENTRY],
  ]);
}

const ENTRIES = entries(TRAINING_KINDS);

/** What `--target` may be. */
export const TARGET_NAMES: readonly string[] = [...ENTRIES.keys()];

/** What each target searches, in a few words. */
export function targetSummary(name: string): string {
  return ENTRIES.get(name)!.summary;
}

/**
 * A target that starts from the defaults of `train` or `rl`, or from settings that a file changes.
 *
 * @param file content of a recipe file; nothing is changed when absent
 * @param kinds what can be trained, on which labels
 * @throws {InputError} when there is no such target, the file cannot be used, or it lies outside the
 * search space
 */
export function createTuning(
  name: string,
  file: unknown = {},
  kinds: TrainingKinds = TRAINING_KINDS,
): Promise<Tuning> {
  const entry = (kinds === TRAINING_KINDS ? ENTRIES : entries(kinds)).get(name);
  if (entry !== undefined) return entry.create(file);
  throw new InputError(`Cannot tune '${name}'`, {
    remedy: `the targets are ${[...entries(kinds).keys()].join(", ")}`,
  });
}

/** The settings of `train` without flags; of a forest, unless another model is tuned. */
function defaultSettings(name: string, kinds: TrainingKinds): TrainingSettings {
  const kind = kinds.families.some((family) => family.kind === name) ? name : "forest";
  const { recipe, features, labels, calibration, edgeThreshold } = defaultTraining(
    defaultRecipe(kind, kinds.families),
  );
  return { recipe, features, labels, calibration, edgeThreshold };
}

/** The settings of `rl` without flags. */
function defaultPolicy(): TunablePolicy {
  const { features, parameters, reward, validationShare, evidenceShare } = DEFAULT_POLICY_SETTINGS;
  return { features, parameters, reward, validationShare, evidenceShare };
}

async function tuningOf<Settings>(
  name: string,
  target: Target<Settings>,
  base: Settings,
  prepare: (opened: OpenedData, settings: Settings) => Candidate,
): Promise<Tuning> {
  const choice = (settings: Settings): Choice => ({
    settings: JSON.parse(JSON.stringify(settings)) as JsonValue,
    prepare: (opened) => prepare(opened, settings),
  });
  const defaults = target.defaults(base);
  return {
    name,
    defaults,
    base: choice(base).settings,
    space: (await settingsFor(target, base, defaults)).space,
    grid: (own) => gridOf(target, base, own),
    choose: async (suggester) => choice(await target.choose(suggester, base)),
    async signalOf(params) {
      const { settings, space } = await settingsFor(target, base, params);
      return { ...choice(settings), space };
    },
  };
}
