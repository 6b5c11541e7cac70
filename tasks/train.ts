import { join } from "node:path";
import type { ClassifierManifest } from "../lib/records/mod.ts";
import { openRegistry, requireRegistry } from "../lib/registry/mod.ts";
import { openCheckpointFolder } from "../lib/models/mod.ts";
import { type DataRequest, openData } from "../lib/data/mod.ts";
import type { TaskControl } from "../lib/core/mod.ts";
import { codeSha256 } from "../lib/core/program.ts";
import { trainedName, trainingNotes, trainOn, type TrainSettings } from "../lib/training/mod.ts";

/** What `train --json` prints. */
export interface TrainDocument {
  readonly name: string;
  readonly version: number;
  readonly kind: string;
  readonly sha256: string;
  readonly path: string;
  readonly seconds: number;
  readonly data: ClassifierManifest["data"];
  readonly features: number;
  readonly metrics: ClassifierManifest["metrics"];
  readonly folds: ClassifierManifest["folds"];
  readonly comparisons: ClassifierManifest["comparisons"];
  readonly permutedLabels: ClassifierManifest["permutedLabels"];
  readonly curves: ClassifierManifest["curves"];
  readonly importances: ClassifierManifest["importances"];
  readonly notes: readonly string[];
}

/**
 * Trains a model on a file of bars and registers it.
 *
 * @throws {InputError} when the data or the settings cannot be used; nothing is registered then
 */
export async function train(
  data: DataRequest,
  settings: TrainSettings,
  modelsFolder: string,
  control: TaskControl,
): Promise<TrainDocument> {
  // Before the work: files that are edited meanwhile did not do it.
  const code = codeSha256();
  const opened = await openData(data);
  requireRegistry(modelsFolder, control.clock, trainedName(opened, settings));
  const kept = openCheckpointFolder(
    join(modelsFolder, "checkpoints", trainedName(opened, settings)),
  );
  const trained = await trainOn(opened, settings, { ...control, checkpoints: kept.checkpoints });
  using registry = openRegistry({ folder: modelsFolder, clock: control.clock });
  const registered = await registry.register({
    manifest: trained.manifest,
    onnx: trained.onnx,
    codeSha256: code,
    parentRun: null,
  });
  await kept.clear();
  const stored = await registry.load(`${registered.name}@${registered.version}`);
  const { manifest } = trained;
  return {
    name: registered.name,
    version: registered.version,
    kind: manifest.kind,
    sha256: registered.onnxSha256,
    path: stored.path,
    seconds: manifest.trainingSeconds,
    data: manifest.data,
    features: manifest.featureColumns.length,
    metrics: manifest.metrics,
    folds: manifest.folds,
    comparisons: manifest.comparisons,
    permutedLabels: manifest.permutedLabels,
    curves: manifest.curves,
    importances: manifest.importances,
    notes: [...opened.notes, ...trainingNotes(manifest)],
  };
}
