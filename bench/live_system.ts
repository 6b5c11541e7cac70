import { availableEngine } from "../lib/onnx/session.ts";
import { createJointSession, type JointSession } from "../lib/onnx/joint_session.ts";
import type { RunConditions } from "../lib/engine/run_conditions.ts";
import type { OpenedData } from "../lib/data/open_data.ts";
import { learnPolicy } from "../lib/evaluation/rl/learn.ts";
import { openSimulated } from "../lib/evaluation/simulation.ts";
import type { DecidingSystem } from "../lib/live/system_decider.ts";
import type { ModelRecipe } from "../lib/models/model_family.ts";
import { manifestSha256 } from "../lib/registry/mod.ts";
import type { TradingSystem } from "../lib/records/system.ts";
import {
  type AccountSettings,
  makeSystem,
  modelPredictions,
  type ReadySystem,
  readySystem,
  systemConditions,
  type SystemModel,
} from "../lib/system/mod.ts";
import { DEMO_POLICY, DEMO_RECIPES } from "../tasks/demo.ts";
import { defaultTraining, trainOn } from "../lib/training/train_on.ts";
import { TRENDING } from "../tests/fixtures/blend_fixture.ts";

const TRAIN_BARS = 10_000, HISTORY_BARS = 4_000;
/** Bars that the system is tested on. */
export const TESTED_BARS = 50_000;
/** Account and costs. */
export const MARKET: AccountSettings = {
  costs: { slippageTicks: 1 },
  cashUsd: 100_000,
  lots: 4,
  flattenAtSessionEnd: false,
};
const LIMITS = {
  limits: { maxContracts: 4, dailyLossMicros: 20_000e6, maxOrdersPerMinute: 30, priceBand: 0.2 },
};

/** What is trained for a system, and how much is left to test it on. */
export interface LiveSystemParts {
  readonly recipes: readonly ModelRecipe[];
  readonly hasPolicy: boolean;
  readonly testedBars: number;
}

/** A system of models, with everything that running it needs. */
export interface LiveSystem {
  readonly opened: OpenedData;
  readonly system: TradingSystem;
  /** Its models, in the order of its parts. */
  readonly models: DecidingSystem["models"];
  readonly ready: ReadySystem;
  readonly conditions: RunConditions;
  readonly session: JointSession;
}

/**
 * Trains and fits a system in a simulated market; bars behind it are left to test on.
 *
 * @param parts of every family of models and a policy when absent
 */
export async function makeLiveSystem(
  parts: LiveSystemParts = { recipes: DEMO_RECIPES, hasPolicy: true, testedBars: TESTED_BARS },
): Promise<LiveSystem> {
  const opened = await openSimulated({
    ...TRENDING,
    bars: TRAIN_BARS + HISTORY_BARS + parts.testedBars,
  });
  const { bars } = opened;
  const trained = await trainAll(opened, parts);
  const history = { from: TRAIN_BARS, to: TRAIN_BARS + HISTORY_BARS };
  const rows = { from: history.to, to: bars.length };
  const system = makeSystem(trained, opened, {
    name: "MES-blend",
    blend: { kind: "confidence-weighted", confidenceShare: 1 },
    market: MARKET,
    risk: LIMITS,
  }, history);
  const ready = readySystem(system, trained);
  const conditions = systemConditions(ready, opened, MARKET, rows);
  const session = await createJointSession(
    trained.map(({ model, onnx }) => ({ onnx, window: model.manifest.window })),
    { engine: await availableEngine() },
  );
  const models = trained.map(({ model, onnx }) => ({ ...model, onnx }));
  return { opened, system, models, ready, conditions, session };
}

async function trainAll(opened: OpenedData, { hasPolicy, recipes }: LiveSystemParts) {
  const { bars } = opened;
  const control = { clock: { now: () => 0 } };
  const holdout = 1 - TRAIN_BARS / bars.length;
  const graphs = [];
  for (const recipe of recipes) {
    const settings = {
      folds: 2,
      compare: false,
      seed: 1,
      workers: 2,
      costs: MARKET.costs,
      holdout,
    };
    graphs.push(await trainOn(opened, { ...defaultTraining(recipe), ...settings }, control));
  }
  if (hasPolicy) {
    graphs.push(await learnPolicy(opened, { ...DEMO_POLICY, holdout }, MARKET, control));
  }
  return await Promise.all(graphs.map(async ({ manifest, onnx }) => {
    const model: SystemModel = {
      ...{ name: manifest.name, version: 1, manifest },
      onnxSha256: manifest.onnx.sha256,
      manifestSha256: await manifestSha256(manifest),
    };
    return { model, onnx, signals: await modelPredictions(onnx, manifest, opened) };
  }));
}
