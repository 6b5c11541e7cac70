import { isPolicy, type ModelManifest } from "../../records/mod.ts";
import { refit } from "../reproduce_model.ts";
import type { ModelRecipe } from "../../models/mod.ts";
import type { WalkForwardWindow } from "./plan.ts";
import type { Checkpoints, TaskControl } from "../../core/mod.ts";
import type { SignalTable } from "../../blend/mod.ts";
import {
  type AccountSettings,
  type BlendModel,
  modelPredictions,
  tabulateSignals,
  trainingNoveltyFilters,
} from "../../system/mod.ts";
import type { RunConditions } from "../../engine/mod.ts";
import { type OpenedData, sliceOpened } from "../../data/mod.ts";
import { learnPolicy, type PolicySettings } from "../rl/learn.ts";
import { takenAtItsWord } from "./unproven.ts";
import { defaultTraining, trainOn, type TrainSettings } from "../../training/mod.ts";

/** What is fitted again in every window. */
export interface RefitRequest {
  readonly recipes: readonly ModelRecipe[];
  /** A policy beside them; null for none. */
  readonly policy: PolicySettings | null;
  /** Registered models that are trained again as they were, in place of recipes and policy. */
  readonly again?: readonly ModelManifest[];
  /** Follows what did not prove itself in training too, to see what it would have done. */
  readonly unproven: boolean;
  readonly training: Pick<TrainSettings, "costs" | "folds" | "seed" | "workers">;
  readonly market: AccountSettings;
}

/** The models of one window, asked at its test rows. */
export interface RefittedWindow {
  readonly window: WalkForwardWindow;
  readonly models: readonly BlendModel[];
  /** Bars that the models read: from the first training row to the last test row. */
  readonly bars: OpenedData["bars"];
  /** What each model would do, rows counted from `window.train.from`. */
  readonly tables: readonly SignalTable[];
}

/** A graph with its manifest. */
interface Trained {
  readonly manifest: ModelManifest;
  readonly onnx: Uint8Array;
}

/**
 * Fits everything on the training rows of a window alone, and asks it at the test rows. A model that
 * an interrupted run has finished is taken from the checkpoints.
 */
export async function refitWindow(
  opened: OpenedData,
  window: WalkForwardWindow,
  request: RefitRequest,
  costs: RunConditions["costs"],
  checkpoints: (name: string) => ReturnType<Checkpoints>,
  control: TaskControl,
): Promise<RefittedWindow> {
  const { test, train } = window;
  const known = sliceOpened(opened, train.from, train.to);
  const read = sliceOpened(opened, train.from, test.to);
  const names = partNames(opened.bars.instrument.symbol, request);
  const filtered: Omit<BlendModel, "noveltyFilter">[] = [];
  for (const [index, name] of names.entries()) {
    const own = partControl(control, name, index, names.length);
    const { manifest, onnx } = await kept(
      checkpoints(name),
      () => fit(known, name, index, request, own),
    );
    control.signal?.throwIfAborted();
    const followed = request.unproven ? takenAtItsWord(manifest, known.bars) : manifest;
    filtered.push({
      model: { name, version: 0, onnxSha256: manifest.onnx.sha256, manifest: followed },
      signals: await modelPredictions(onnx, manifest, read),
    });
  }
  const noveltyFilters = trainingNoveltyFilters(
    filtered.map(({ model, signals }) => ({ model, frame: signals.frame })),
    read.bars,
  );
  const models = filtered.map((one, index) => ({ ...one, noveltyFilter: noveltyFilters[index]! }));
  const rows = { from: test.from - train.from, to: test.to - train.from };
  const tables = tabulateSignals(models, { bars: read.bars, costs }, rows);
  return { window, models, bars: read.bars, tables };
}

/** Names of the parts, in order, the policy last. */
export function partNames(symbol: string, { again, policy, recipes }: RefitRequest): string[] {
  if (again !== undefined) return again.map(({ name }) => name);
  const kinds = [...recipes.map(({ kind }) => kind), ...(policy === null ? [] : ["policy"])];
  return kinds.map((kind) => `${symbol}-${kind}`);
}

function fit(
  known: OpenedData,
  name: string,
  index: number,
  { again, market, policy, recipes, training }: RefitRequest,
  control: TaskControl,
): Promise<Trained> {
  const registered = again?.[index];
  if (registered !== undefined) {
    return refit(withoutHoldout(registered), known, training.workers, control);
  }
  const recipe = recipes[index];
  if (recipe === undefined) {
    return learnPolicy(known, { ...policy!, name, holdout: 0 }, market, control);
  }
  const settings = { ...defaultTraining(recipe), ...training, name, holdout: 0, compare: false };
  return trainOn(known, settings, control);
}

/** The rows of a window are what it may see: nothing of them is held back. */
function withoutHoldout(manifest: ModelManifest): ModelManifest {
  return isPolicy(manifest)
    ? { ...manifest, training: { ...manifest.training, holdout: 0 } }
    : { ...manifest, training: { ...manifest.training, holdout: 0 } };
}

async function kept(
  checkpoint: ReturnType<Checkpoints>,
  make: () => Promise<Trained>,
): Promise<Trained> {
  const bytes = await checkpoint.load();
  if (bytes !== null) {
    const { manifest, onnx } = JSON.parse(new TextDecoder().decode(bytes)) as {
      readonly manifest: ModelManifest;
      readonly onnx: string;
    };
    return { manifest, onnx: Uint8Array.fromBase64(onnx) };
  }
  const { manifest, onnx } = await make();
  const text = JSON.stringify({ manifest, onnx: onnx.toBase64() });
  await checkpoint.save(new TextEncoder().encode(text));
  return { manifest, onnx };
}

function partControl(
  control: TaskControl,
  name: string,
  index: number,
  parts: number,
): TaskControl {
  return {
    ...control,
    onProgress: (stage, fraction) =>
      control.onProgress?.(`${name}: ${stage}`, (index + fraction) / parts),
  };
}
