import { type Bars, sliceBars } from "../lib/market/bars.ts";
import { createCalendar, sessionMarks } from "../lib/market/calendar.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import { simulateBars } from "../lib/simulator/simulator.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import { DEFAULT_FEATURES } from "../lib/features/features.ts";
import { DEFAULT_FOREST } from "../lib/models/forest/parameters.ts";
import { DEFAULT_LOGISTIC } from "../lib/models/logistic/parameters.ts";
import { DEFAULT_NETWORK } from "../lib/models/network/parameters.ts";
import type { ModelRecipe } from "../lib/models/model_family.ts";
import { type TrainedModel, trainModel } from "../lib/training/trainer.ts";
import { followModel } from "../lib/strategies/follow_model.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import { assert, assertEquals } from "./assert.ts";
import { openTensorflow } from "../lib/tensor/tensorflow.ts";
import { modelPredictions } from "../lib/system/mod.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";
import { withOtherFuture } from "./fixtures/market_fixture.ts";

const ROWS = 1_500;
const HOLDOUT = 0.4;
/** First row that training must not see. */
const BORDER = Math.floor(ROWS * (1 - HOLDOUT));

const FOREST = { ...DEFAULT_FOREST, trees: 20, minLeafWeightFraction: 0.02 };
const NETWORK = {
  ...DEFAULT_NETWORK,
  window: 6,
  units: [4],
  learningRate: 0.03,
  batchSize: 32,
  maximumEpochs: 6,
  members: 1,
};

const RECIPES: readonly ModelRecipe[] = [
  { kind: "forest", parameters: FOREST },
  { kind: "logistic", parameters: DEFAULT_LOGISTIC },
  { kind: "lstm", parameters: NETWORK },
  { kind: "hybrid", parameters: { network: NETWORK, forest: FOREST, stackingFolds: 2 } },
];

const BARS = simulateBars({
  world: { kind: "regime", drift: 0.9, stay: 0.97 },
  instrument: findInstrument("MES"),
  bars: ROWS,
  intervalMs: 3_600_000,
  seed: 4,
  start: Date.UTC(2023, 0, 3),
  startPrice: 5_000,
  volatilityTicks: 40,
});

await openFirstWasmSession();
await openTensorflow();

for (const recipe of RECIPES) {
  Deno.test(`a ${recipe.kind} is the same to the byte whatever the test period holds`, async () => {
    const original = await train(BARS, recipe);
    const altered = await train(withOtherFuture(BARS, BORDER, 7), recipe);
    assertEquals(altered.manifest.onnx.sha256, original.manifest.onnx.sha256);
    assertEquals(altered.manifest, original.manifest);

    const inTraining = await train(withOtherFuture(BARS, BORDER - 40, 7), recipe);
    assert(inTraining.manifest.onnx.sha256 !== original.manifest.onnx.sha256);
  });

  Deno.test(`predictions and trades of a ${recipe.kind} do not depend on later bars`, async () => {
    const model = await train(BARS, recipe);
    const whole = await replay(BARS, model);
    assert(whole.positionLots.some((lots) => lots !== 0), "the model must trade in this world");
    for (const last of [BORDER + 20, BORDER + 250, ROWS - 2]) {
      for (const bars of [sliceBars(BARS, 0, last + 1), withOtherFuture(BARS, last + 1, last)]) {
        const other = await replay(bars, model);
        const width = (last + 1) * 3;
        assertEquals(
          other.probabilities.subarray(0, width),
          whole.probabilities.subarray(0, width),
        );
        // Data that ends closes the position at its last bar; every bar before must be the same.
        const before = last - BORDER;
        assertEquals(
          other.equityMicros.subarray(0, before),
          whole.equityMicros.subarray(0, before),
        );
        assertEquals(
          other.positionLots.subarray(0, before),
          whole.positionLots.subarray(0, before),
        );
      }
    }
  });
}

function train(bars: Bars, recipe: ModelRecipe): Promise<TrainedModel> {
  const calendar = createCalendar(bars.instrument);
  return trainModel({
    name: "test",
    recipe,
    bars,
    source: { path: "simulated", sha256: "0".repeat(64), request: null },
    features: DEFAULT_FEATURES,
    featureContext: { sessionAt: calendar.sessionAt },
    labels: { kind: "fixed-horizon", horizonBars: 5 },
    costTicks: 3,
    holdout: HOLDOUT,
    compare: false,
    folds: 2,
    calibration: "platt",
    edgeThreshold: 1,
    seed: 1,
    workers: 1,
    backend: "wasm",
    createdAt: "2026-01-01T00:00:00.000Z",
    versions: {},
    hardware: "test",
  }, { now: () => 0 });
}

async function replay(bars: Bars, { manifest, onnx }: TrainedModel) {
  const calendar = createCalendar(bars.instrument);
  const session = sessionMarks(bars, calendar);
  const opened = {
    bars,
    calendar,
    session,
    source: { path: "simulated", bytes: 0, sha256: "", request: null },
    problemCounts: {},
    notes: [],
  };
  const { probabilities } = await modelPredictions(onnx, manifest, opened);
  const costs = { feePerSideMicros: 950_000, slippageTicks: 1 };
  const { equityMicros, positionLots } = runEngine(bars, {
    strategy: followModel({
      signals: { probabilities },
      horizonBars: manifest.horizonBars,
      classOutcomes: manifest.classOutcomes,
      costTicks: 3,
      edgeThreshold: manifest.edgeThreshold,
      source: manifest.name,
      modelVersion: 1,
    }),
    executor: createSimulatedExecutor(costs),
    initialCashUsd: 50_000,
    costs,
    marginPerLotUsd: 2_000,
    flattenAtSessionEnd: false,
    maxLots: 1,
    sizing: { kind: "fixed", lots: 1 },
    session,
    from: BORDER,
    to: bars.length,
  });
  return { probabilities, equityMicros, positionLots };
}
