import { openRegistry, type Registry, type StoredModel } from "../lib/registry/mod.ts";
import { InputError, type TaskControl } from "../lib/core/mod.ts";
import { codeSha256 } from "../lib/core/program.ts";
import {
  type BlendRequest,
  type LoadedSystem,
  loadSystem,
  openModel,
  requireSameInstrument,
  requireSameReading,
} from "../lib/system/mod.ts";
import {
  aliasNote,
  blendPipeline,
  checkPipeline,
  checkTraining,
  describeReport,
  type LeakCheckDocument,
  type LoadedModel,
  loadModels,
  modelPipeline,
  type ModelReferences,
  type PipelineCheck,
  systemCheck,
} from "../lib/evaluation/mod.ts";
import { type DataRequest, openData, type OpenedData } from "../lib/data/mod.ts";

/** How to check, apart from the data. */
export interface LeakCheckSettings
  extends ModelReferences, Pick<PipelineCheck, "market" | "bars" | "ends" | "seed"> {
  /** A registered trading system, in place of models. */
  readonly system?: string;
  /** How the models are blended; absent to check one. */
  readonly blend?: BlendRequest;
  /** Trains the model again too, on bars that change where training must have stopped. */
  readonly refit: boolean;
  /** Threads of that training. */
  readonly workers: number;
}

/**
 * Replays the whole pipeline of a registered model or trading system, or of a blend of several models,
 * on cut and changed futures and compares every past output to the bit. The verdict on a model or
 * system is recorded in the registry, where promotion asks for it; a blend is no version and has none.
 *
 * @throws {InputError} when a model does not fit the data or the bars are too few
 */
export async function leakCheck(
  data: DataRequest,
  settings: LeakCheckSettings,
  modelsFolder: string,
  control: TaskControl,
): Promise<LeakCheckDocument> {
  const started = control.clock.now();
  // Before the work: files that are edited meanwhile did not do it.
  const code = codeSha256();
  requireOneThing(settings);
  using registry: Registry = openRegistry({ folder: modelsFolder, clock: control.clock });
  const loaded: LoadedModel<StoredModel>[] = [];
  try {
    const system = settings.system === undefined
      ? null
      : await loadSystem(registry, settings.system);
    for (const model of system?.models ?? await loadModels(registry, settings)) {
      loaded.push({ model, session: await openModel(model.onnx, model.manifest) });
    }
    const opened = await openData(data);
    if (system !== null) requireSameInstrument(system.system, opened.bars);
    for (const { model } of loaded) requireSameReading(model.manifest, opened);
    const report = await checkPipeline({
      ...settings,
      opened,
      ...(system === null
        ? pipelineOf(loaded, settings, opened)
        : systemCheck(loaded, system, settings)),
      onProgress: (fraction) => control.onProgress?.("changed futures", fraction),
      ...(control.signal === undefined ? {} : { signal: control.signal }),
    });
    const { model, session } = loaded[0]!;
    const training = settings.refit
      ? await checkTraining(model.manifest, opened, settings, control)
      : null;
    const found = describeReport(nameOf(loaded, system, settings), report, training, opened.bars);
    const aliases = settings.blend === undefined
      ? record(registry, found, opened.source.sha256, code)
      : [];
    return {
      ...found,
      engine: session.engine,
      notes: [
        ...found.notes,
        ...(found.passed ? [] : aliases.map(aliasNote(system?.name ?? model.name))),
      ],
      seconds: (control.clock.now() - started) / 1000,
    };
  } finally {
    for (const { session } of loaded) await session.dispose();
  }
}

function requireOneThing({ blend, models, policy, refit, system }: LeakCheckSettings): void {
  if (blend === undefined && models.length + (policy === undefined ? 0 : 1) > 1) {
    throw new InputError("Cannot check several models at once but as a blend", {
      where: "--model",
      remedy: "check one after the other, or add --blend hedge",
    });
  }
  if ((blend !== undefined || system !== undefined) && refit) {
    const what = system === undefined ? "blend" : "trading system";
    throw new InputError(`Cannot train a ${what} again as it is no model`, {
      where: "--refit",
      remedy: "check each of its parts with --refit",
    });
  }
}

/** What is replayed, and where its training stopped. */
function pipelineOf(
  loaded: readonly LoadedModel<StoredModel>[],
  { blend, market }: LeakCheckSettings,
  { source }: OpenedData,
): Pick<PipelineCheck, "pipeline" | "testFrom" | "confidenceShare"> {
  const testFrom = Math.max(
    ...loaded.map(({ model }) => Date.parse(model.manifest.data.testFrom)),
  );
  if (blend === undefined) return { testFrom, pipeline: () => modelPipeline(loaded[0]!) };
  return {
    testFrom,
    confidenceShare: blend.confidenceShare,
    pipeline: (history) => blendPipeline(loaded, { kind: blend.kind, market, source, history }),
  };
}

function nameOf(
  loaded: readonly LoadedModel[],
  system: LoadedSystem | null,
  { blend }: LeakCheckSettings,
): string {
  if (system !== null) return `${system.name}@${system.version}`;
  const names = loaded.map(({ model }) => `${model.name}@${model.version}`);
  return blend === undefined ? names[0]! : `blend (${blend.kind}) of ${names.join(", ")}`;
}

/** Writes the verdict down and gives the aliases that point at the version. */
function record(
  registry: Registry,
  { compared, firstLeak, model, passed, trials }: Pick<
    LeakCheckDocument,
    "compared" | "firstLeak" | "model" | "passed" | "trials"
  >,
  dataSha256: string,
  codeSha256: string,
): readonly string[] {
  const leak = firstLeak?.text ?? null;
  const verdict = { passed, dataSha256, codeSha256, trials, compared, leak };
  return registry.recordLeakCheck(model, verdict).aliases;
}
