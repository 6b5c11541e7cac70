import { rowAt } from "../../market/mod.ts";
import { createRandom, InputError, type TaskControl } from "../../core/mod.ts";
import type { ModelManifest } from "../../records/mod.ts";
import { barsProbe } from "./leak_check.ts";
import type { OpenedData } from "../../data/mod.ts";
import { refit } from "../reproduce_model.ts";

/** Whether training saw what it says it did not. */
export interface TrainingReport {
  /** First row that the manifest calls unseen. */
  readonly border: number;
  /** SHA-256 of the graph trained on the bars as they are. */
  readonly before: string;
  /** Of the graph trained on bars that are random from the border on. */
  readonly after: string;
}

/**
 * Trains a model twice, on the bars as they are and on bars that are random from the first unseen
 * row on. Scaler, labels, folds, calibration and weights that stop there give the same bytes.
 *
 * @throws {InputError} when the bars are not those that the model was trained on
 */
export async function checkTraining(
  manifest: ModelManifest,
  opened: OpenedData,
  options: { readonly seed: number; readonly workers: number },
  control: TaskControl,
): Promise<TrainingReport> {
  const { bars, source } = opened;
  if (source.sha256 !== manifest.data.sha256) {
    throw new InputError("Cannot train again as these are not the bars of the training", {
      where: source.path,
      remedy: `give the file with SHA-256 ${manifest.data.sha256}, or leave --refit out`,
    });
  }
  const border = rowAt(bars, Date.parse(manifest.data.testFrom));
  if (border === bars.length) {
    throw new InputError("Cannot check the training as the data hold no bar after it", {
      where: source.path,
      remedy: "leave --refit out",
    });
  }
  const random = createRandom(options.seed);
  const { mutate } = barsProbe(bars, () => []);
  const hashes: string[] = [];
  for (const changed of [bars, mutate(bars, border, random)]) {
    const made = await refit(manifest, { ...opened, bars: changed }, options.workers, control);
    hashes.push(made.manifest.onnx.sha256);
  }
  return { border, before: hashes[0]!, after: hashes[1]! };
}
