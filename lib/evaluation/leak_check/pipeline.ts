import type { FeatureFrame } from "../../features/mod.ts";
import { isPolicy, type ModelManifest } from "../../records/mod.ts";
import type { InferenceSession } from "../../onnx/mod.ts";
import { CLASSES } from "../../market/mod.ts";
import { createSimulatedExecutor } from "../../execution/mod.ts";
import { type RunConditions, runEngine } from "../../engine/mod.ts";
import type { Strategy } from "../../trading/mod.ts";
import type { PipelineOutput } from "./leak_check.ts";
import {
  framePredictions,
  modelFrame,
  type ModelPredictions,
  modelStrategy,
  type TradedModel,
} from "../../system/mod.ts";
import type { OpenedData } from "../../data/mod.ts";

/** Bars with what the stages of a pipeline read beside them. */
export type PipelineData = Pick<OpenedData, "bars" | "calendar" | "session">;

/** From bars to orders, in the stages of a backtest. */
export interface Pipeline {
  /** The models; one, or the parts of a blend. */
  readonly models: readonly StackModel[];
  /** What follows the predictions; the conditions holds no bars but those of the data. */
  readonly strategy: (signals: readonly ModelPredictions[], conditions: RunConditions) => Strategy;
}

/** One model of a pipeline. */
export interface StackModel {
  readonly name: string;
  readonly manifest: ModelManifest;
  /** Features at each row. */
  readonly frame: (data: PipelineData) => FeatureFrame;
  /** Predictions at each row. */
  readonly signals: (frame: FeatureFrame) => Promise<ModelPredictions>;
}

/** The conditions of every replay; its bars are given anew each time. */
export type PipelineConditions = Omit<RunConditions, "bars" | "session" | "to">;

/** A model that is loaded. */
export interface LoadedModel<Model extends TradedModel = TradedModel> {
  readonly model: Model;
  readonly session: InferenceSession;
}

/** A registered model as a stage of a pipeline. */
export function pipelineModel({ model, session }: LoadedModel): StackModel {
  return {
    name: model.name,
    manifest: model.manifest,
    frame: (data) => modelFrame(model.manifest, data),
    signals: (frame) => framePredictions(session, frame),
  };
}

/** The pipeline in which a backtest runs a registered model. */
export function modelPipeline(loaded: LoadedModel): Pipeline {
  return {
    models: [pipelineModel(loaded)],
    strategy: ([signals], conditions) => modelStrategy(loaded.model, signals!, conditions),
  };
}

/**
 * Runs the stages one after the other and gives what each of them says at each close: features,
 * predictions, decisions and the account.
 */
export async function runPipeline(
  { models, strategy }: Pipeline,
  data: PipelineData,
  conditions: PipelineConditions,
): Promise<PipelineOutput[]> {
  const frames = models.map(({ frame }) => frame(data));
  const signals: ModelPredictions[] = [];
  for (const [index, model] of models.entries()) signals.push(await model.signals(frames[index]!));
  const { bars, session } = data;
  const whole = { ...conditions, bars, session, to: bars.length };
  const suffix = (index: number): string => models.length === 1 ? "" : ` of ${models[index]!.name}`;
  return [
    ...frames.map(({ columns, values }, index) => ({
      name: `features${suffix(index)}`,
      ...{ columns, values },
    })),
    ...signals.map(({ probabilities }, index) => ({
      name: `predictions${suffix(index)}`,
      columns: outputColumns(models[index]!.manifest),
      values: probabilities,
    })),
    ...runAccount((conditions) => strategy(signals, conditions), whole),
  ];
}

/**
 * Runs the engine as live trading does, without knowing where the data end: the last row decides
 * like any other. The forced close at the end of data is none of its decisions.
 */
function runAccount(
  follow: (conditions: RunConditions) => Strategy,
  conditions: RunConditions,
): PipelineOutput[] {
  const { bars, costs, from, ...rest } = conditions;
  const decisions = new Float64Array(2 * bars.length).fill(NaN);
  const positions = new Float64Array(bars.length).fill(NaN);
  if (from < bars.length) {
    const { positionLots } = runEngine(bars, {
      ...rest,
      ...{ costs, from, strategy: follow(conditions) },
      executor: createSimulatedExecutor(costs),
      closesAtEnd: false,
      observer: {
        onDecision: ({ bar, equityMicros, wantedLots }) =>
          decisions.set([wantedLots, equityMicros], 2 * bar),
      },
    });
    positions.set(positionLots, from);
  }
  return [
    { name: "decisions", columns: ["target lots", "equity"], values: decisions },
    { name: "account", columns: ["position lots"], values: positions },
  ];
}

function outputColumns(manifest: ModelManifest): readonly string[] {
  if (!isPolicy(manifest)) return CLASSES;
  const { actions } = manifest;
  return actions.flatMap((held) => actions.map((next) => `from ${held} to ${next}`));
}
