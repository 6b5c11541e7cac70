import { manifestSha256, openRegistry } from "../../lib/registry/mod.ts";
import type { ModelManifest } from "../../lib/records/mod.ts";
import {
  baselines,
  type BlendComparison,
  compareBlend,
  learnPolicy,
  type PolicySettings,
} from "../../lib/evaluation/mod.ts";
import {
  type AccountSettings,
  type BlendRequest,
  type ModelPredictions,
  modelPredictions,
  type SystemModel,
} from "../../lib/system/mod.ts";
import type { OpenedData } from "../../lib/data/mod.ts";
import type { TaskControl } from "../../lib/core/mod.ts";
import { codeSha256 } from "../../lib/core/program.ts";
import { trainOn, type TrainSettings } from "../../lib/training/mod.ts";

/** What is trained, how it is blended and traded. */
export interface DemoWork {
  /** One training per model kind. */
  readonly trainings: readonly TrainSettings[];
  /** The policy that is learnt beside the models. */
  readonly policy: PolicySettings;
  /** How models and policy are blended; the blend leads the report. */
  readonly blend: BlendRequest;
  readonly market: AccountSettings;
  readonly momentumBars: number;
}

/** The blend with its models and the rules beside it. */
export interface DemoComparison extends BlendComparison {
  readonly models: readonly SystemModel[];
}

/** The control of one of several parts of a task, by where its progress begins and ends. */
export function part(
  control: TaskControl,
  title: string,
  [begin, end]: readonly [number, number],
): TaskControl {
  return {
    ...control,
    onProgress: (stage, fraction) =>
      control.onProgress?.(`${title}: ${stage}`, begin + (end - begin) * fraction),
  };
}

/** Trains every recipe, blends and tests; models are registered when a folder is given. */
export async function runDemoComparison(
  request: DemoWork,
  opened: OpenedData,
  control: TaskControl,
  modelsFolder: string | null,
): Promise<DemoComparison> {
  const models: SystemModel[] = [];
  const signals: ModelPredictions[] = [];
  const parts = request.trainings.length + 1;
  const name = (kind: string): string => `demo-${opened.bars.instrument.symbol}-${kind}`;
  const keep = async (trained: Trained): Promise<void> => {
    models.push(await tradedModel(trained, modelsFolder, control));
    signals.push(await modelPredictions(trained.onnx, trained.manifest, opened));
  };
  for (const [index, settings] of request.trainings.entries()) {
    const { kind } = settings.recipe;
    const own = part(control, kind, [index / parts, (index + 1) / parts]);
    await keep(await trainOn(opened, { ...settings, name: name(kind) }, own));
  }
  const policy = { ...request.policy, name: name("policy") };
  const own = part(control, "policy", [1 - 1 / parts, 1]);
  await keep(await learnPolicy(opened, policy, request.market, own));
  const border = Date.parse(models[0]!.manifest.data.testFrom);
  const rows = {
    from: opened.bars.time.findIndex((time) => time >= border),
    to: opened.bars.length,
  };
  const comparison = compareBlend(
    models.map((model, index) => ({ model, signals: signals[index]! })),
    opened,
    { ...request.blend, market: request.market, risk: { limits: {} } },
    rows,
  );
  const rules = baselines(comparison.conditions, request.momentumBars);
  return { ...comparison, models, runs: [...comparison.runs, ...rules] };
}

/** A graph with its manifest. */
interface Trained {
  readonly manifest: ModelManifest;
  readonly onnx: Uint8Array;
}

/** A model ready to trade, registered when there is a folder. */
async function tradedModel(
  { manifest, onnx }: Trained,
  folder: string | null,
  control: TaskControl,
): Promise<SystemModel> {
  if (folder === null) {
    return {
      ...{ name: manifest.name, version: 0, onnxSha256: manifest.onnx.sha256, manifest },
      manifestSha256: await manifestSha256(manifest),
    };
  }
  using registry = openRegistry({ folder, clock: control.clock });
  return await registry.register({
    ...{ manifest, onnx },
    codeSha256: codeSha256(),
    parentRun: null,
  });
}
