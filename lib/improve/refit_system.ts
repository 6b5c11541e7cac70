import { InputError, type JsonValue, type TaskControl } from "../core/mod.ts";
import { codeSha256 } from "../core/program.ts";
import type { OpenedData } from "../data/mod.ts";
import { refit, type SystemRecipe } from "../evaluation/mod.ts";
import { rowAt } from "../market/mod.ts";
import { type ClassifierManifest, isPolicy, type ModelManifest } from "../records/mod.ts";
import type { Registry, StoredModel, SystemVersion } from "../registry/mod.ts";
import { fitSystem, modelPredictions, type PredictedModel } from "../system/mod.ts";
import { trainOn } from "../training/mod.ts";
import { searchedSettings } from "./search_recipe.ts";

/** How a system is made again on newer bars. */
export interface RefitSettings {
  /** Newest share of the bars that no part sees: its older half teaches the blend, the other tests. */
  readonly tail: number;
  /** Cash of the account, dollars. */
  readonly cashUsd: number;
  /** Threads; no result depends on them. */
  readonly workers: number;
}

/** Older share of the tail, which teaches blend and confidence. */
const TAUGHT_SHARE = 0.5;

/**
 * Trains every part of a recipe again on newer bars, as it was trained. What comes out the same is
 * registered once, however often it is tried.
 *
 * @throws {InputError} when a part was learnt from a log, or the bars are too few
 */
export async function refitParts(
  registry: Registry,
  { again }: SystemRecipe,
  opened: OpenedData,
  { tail, workers }: RefitSettings,
  control: TaskControl,
): Promise<StoredModel[]> {
  const models: StoredModel[] = [];
  for (const [index, manifest] of again.entries()) {
    control.signal?.throwIfAborted();
    const own = partOf(control, manifest.name, index, again.length);
    if (manifest.parameters["algorithm"] === "iql") {
      throw new InputError("Cannot fit a policy again that was learnt from a log, only from bars", {
        where: manifest.name,
        remedy: "make a system without it, or with a policy learnt by `deno task rl`",
      });
    }
    models.push(
      await registered(
        registry,
        await refit(heldBackTo(manifest, tail), opened, workers, own),
        own,
      ),
    );
  }
  return models;
}

/** Trains one part by other settings, on the bars that `refitParts` trains on. */
export async function trainPart(
  registry: Registry,
  part: ClassifierManifest,
  settings: JsonValue,
  opened: OpenedData,
  recipe: SystemRecipe,
  { tail, workers }: RefitSettings,
  control: TaskControl,
): Promise<StoredModel> {
  const { backend, folds } = part.training;
  const trained = await trainOn(opened, {
    ...searchedSettings(settings, part),
    ...{ name: part.name, holdout: tail, folds, compare: false, seed: part.seed, workers },
    backend: backend as never,
    costs: recipe.market.costs,
  }, control);
  return await registered(registry, trained, control);
}

/** Makes a system of models by a recipe, blend and filters taught by the older half of the tail. */
export async function systemOf(
  registry: Registry,
  models: readonly StoredModel[],
  { blends: [kind], market, risk, system }: SystemRecipe,
  opened: OpenedData,
  { cashUsd }: RefitSettings,
): Promise<SystemVersion> {
  const predicted: PredictedModel<StoredModel>[] = [];
  for (const model of models) {
    predicted.push({ model, signals: await modelPredictions(model.onnx, model.manifest, opened) });
  }
  const from = Math.max(
    ...predicted.map(({ model }) => rowAt(opened.bars, Date.parse(model.manifest.data.testFrom))),
    ...predicted.map(({ signals }) => signals.firstRow),
  );
  const fitted = fitSystem(
    predicted,
    opened,
    {
      name: system.name,
      ...(kind === undefined ? {} : { blend: { kind, confidenceShare: TAUGHT_SHARE } }),
      market: { ...market, cashUsd },
      risk,
    },
    { from, to: opened.bars.length },
  );
  return await registry.registerSystem(fitted.system);
}

async function registered(
  registry: Registry,
  { manifest, onnx }: { readonly manifest: ModelManifest; readonly onnx: Uint8Array },
  { clock }: TaskControl,
): Promise<StoredModel> {
  // An earlier run of this night may have been killed after it had registered it.
  const known = registry.list(manifest.name).find((version) =>
    version.onnxSha256 === manifest.onnx.sha256 &&
    version.manifest.data.sha256 === manifest.data.sha256
  );
  const { name, version } = known ?? await registry.register({
    manifest: { ...manifest, createdAt: new Date(clock.now()).toISOString() },
    onnx,
    codeSha256: codeSha256(),
    parentRun: null,
  });
  return await registry.load(`${name}@${version}`);
}

function heldBackTo(manifest: ModelManifest, holdout: number): ModelManifest {
  return isPolicy(manifest)
    ? { ...manifest, training: { ...manifest.training, holdout } }
    : { ...manifest, training: { ...manifest.training, holdout } };
}

function partOf(control: TaskControl, name: string, index: number, parts: number): TaskControl {
  return {
    ...control,
    onProgress: (stage, fraction) =>
      control.onProgress?.(`${name}: ${stage}`, (index + fraction) / parts),
  };
}
