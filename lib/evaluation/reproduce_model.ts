import type { Registry } from "../registry/mod.ts";
import { InputError, type TaskControl } from "../core/mod.ts";
import { codeHash, describeCodeChange, hardware, versions } from "../core/program.ts";
import {
  type ClassifierManifest,
  isPolicy,
  type ModelManifest,
  type PolicyManifest,
} from "../records/mod.ts";
import { parsePolicyParameters, parseRewardSettings, type TrainedPolicy } from "../rl/mod.ts";
import type { CalibrationMethod } from "../models/mod.ts";
import { parseFeatureSpec } from "../features/mod.ts";
import { parseLabelSpec } from "../labels/mod.ts";
import {
  type TrainedModel,
  TRAINING_KINDS,
  type TrainingKinds,
  trainModel,
} from "../training/mod.ts";
import { parseRecipe } from "../models/training.ts";
import type { Backend } from "../tensor/mod.ts";
import { type DataRequest, openData, type OpenedData, sliceOpened } from "../data/mod.ts";
import { rowAt } from "../market/mod.ts";
import { openSimulated, recordedSimulation } from "./simulation.ts";

/** What `models reproduce --json` prints. */
export interface ReproduceDocument {
  /** `name@version` */
  readonly model: string;
  /** Whether the graph came out the same to the bit. */
  readonly same: boolean;
  /** SHA-256 of the registered graph. */
  readonly registeredSha256: string;
  /** SHA-256 of the graph made now. */
  readonly reproducedSha256: string;
  /** What is not as it was when the model was trained: code, versions, machine. */
  readonly changed: readonly string[];
  readonly seconds: number;
}

/**
 * Trains a registered model again from its manifest and compares the graphs.
 *
 * @param options.kinds where those of recipe and labels are looked up
 * @param options.path file of the bars, when it is no longer where it was
 * @throws {InputError} when the bars are not those that the model was trained on
 */
export async function reproduceModel(
  registry: Registry,
  reference: string,
  options: {
    readonly path?: string;
    readonly workers: number;
    readonly kinds?: TrainingKinds;
  },
  control: TaskControl,
): Promise<ReproduceDocument> {
  const { manifest, codeSha256: trainedCode, name, version } = registry.resolve(reference);
  const code = describeCodeChange({ sha256: trainedCode }, codeHash());
  const opened = await reopen(manifest, options.path);
  const { onnx, manifest: made } = await refit(
    manifest,
    opened,
    options.workers,
    control,
    options.kinds,
  );
  return {
    model: `${name}@${version}`,
    same: made.onnx.sha256 === manifest.onnx.sha256 && onnx.length === manifest.onnx.bytes,
    registeredSha256: manifest.onnx.sha256,
    reproducedSha256: made.onnx.sha256,
    changed: [
      ...(code === null ? [] : [code]),
      ...Object.entries(versions())
        .filter(([library, now]) => manifest.versions[library] !== now)
        .map(([library, now]) => `${library} ${manifest.versions[library] ?? "unknown"} → ${now}`),
      ...(hardware() === manifest.hardware ? [] : [`${manifest.hardware} → ${hardware()}`]),
    ],
    seconds: made.trainingSeconds,
  };
}

/** Trains what a manifest describes on the given bars, with the recorded settings. */
export function refit(
  manifest: ModelManifest,
  opened: OpenedData,
  workers: number,
  control: TaskControl,
  kinds: TrainingKinds = TRAINING_KINDS,
): Promise<TrainedModel | TrainedPolicy> {
  return isPolicy(manifest)
    ? learnAgain(manifest, opened, control)
    : trainAgain(manifest, opened, workers, control, kinds);
}

function trainAgain(
  manifest: ClassifierManifest,
  opened: OpenedData,
  workers: number,
  control: TaskControl,
  kinds: TrainingKinds,
): Promise<TrainedModel> {
  return trainModel({
    name: manifest.name,
    recipe: parseRecipe(manifest.training.recipe, kinds.families),
    kinds,
    bars: opened.bars,
    source: opened.source,
    features: parseFeatureSpec(manifest.featureSpec),
    featureContext: { sessionAt: opened.calendar.sessionAt },
    labels: parseLabelSpec(manifest.labelSpec, kinds.labels),
    costTicks: manifest.training.costTicks,
    holdout: manifest.training.holdout,
    folds: manifest.training.folds,
    // What the model is compared with does not change it.
    compare: false,
    calibration: manifest.training.calibration as CalibrationMethod,
    edgeThreshold: manifest.edgeThreshold,
    seed: manifest.seed,
    workers,
    backend: manifest.training.backend as Backend,
    createdAt: manifest.createdAt,
    versions: versions(),
    hardware: manifest.hardware,
  }, {
    now: control.clock.now,
    ...(control.onProgress === undefined ? {} : { onProgress: control.onProgress }),
    ...(control.signal === undefined ? {} : { signal: control.signal }),
  });
}

async function learnAgain(
  { training, ...manifest }: PolicyManifest,
  opened: OpenedData,
  control: TaskControl,
): Promise<TrainedPolicy> {
  const { parameters, reward, referenceTicks: _, ...settings } = training;
  // TensorFlow.js is loaded by those alone who learn.
  const { trainPolicyModel } = await import("../rl/training.ts");
  return await trainPolicyModel({
    ...settings,
    name: manifest.name,
    bars: opened.bars,
    calendar: opened.calendar,
    source: opened.source,
    features: parseFeatureSpec(manifest.featureSpec),
    parameters: parsePolicyParameters(parameters),
    reward: parseRewardSettings(reward),
    seed: manifest.seed,
    createdAt: manifest.createdAt,
    versions: versions(),
    hardware: manifest.hardware,
  }, {
    now: control.clock.now,
    ...(control.onProgress === undefined
      ? {}
      : { onProgress: (fraction) => control.onProgress?.("learning", fraction) }),
    ...(control.signal === undefined ? {} : { signal: control.signal }),
  });
}

async function reopen(manifest: ModelManifest, path: string | undefined): Promise<OpenedData> {
  const { request, source, sha256 } = manifest.data;
  if (manifest.parameters["algorithm"] === "iql") {
    throw new InputError("Cannot reproduce a policy that was learnt from a log, only from bars", {
      where: manifest.name,
      remedy: `run \`deno task rl --experience ${source}\` again and compare the hashes`,
    });
  }
  if (request === null) {
    throw new InputError(
      "Cannot reproduce a model whose manifest does not say how its bars were opened",
      { where: manifest.name, remedy: "train it again with this version" },
    );
  }
  const simulation = recordedSimulation(request);
  const opened = simulation === null
    ? await openData({ ...request as unknown as DataRequest, path: path ?? source })
    : await openSimulated(simulation);
  if (opened.source.sha256 !== sha256) {
    throw new InputError(
      `Cannot reproduce the model as it was trained on bytes with SHA-256 ${sha256}, and these have ` +
        opened.source.sha256,
      { where: path ?? source, remedy: "give the file as it was with --data" },
    );
  }
  // A night leaves out what was before a change; rows are counted from the first that it fitted.
  const first = rowAt(opened.bars, Date.parse(manifest.data.firstTime));
  return first === 0 ? opened : sliceOpened(opened, first, opened.bars.length);
}
