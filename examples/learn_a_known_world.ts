/**
 * Trains a forest on simulated bars with a known pattern, follows it in the engine, and compares it
 * with the best that any policy could earn there.
 *
 * Run: `deno run --allow-read examples/learn_a_known_world.ts`
 */
import {
  computeFeatures,
  createCalendar,
  createSession,
  createSimulatedExecutor,
  dailyReturns,
  DEFAULT_FEATURES,
  DEFAULT_FOREST,
  feePerSideMicros,
  findInstrument,
  fixedSides,
  followModel,
  optimalPositions,
  performanceMetrics,
  roundTripCostTicks,
  runEngine,
  sessionMarks,
  simulateBars,
  type Strategy,
  trainModel,
} from "../mod.ts";

const instrument = findInstrument("MES");
const simulation = {
  world: { kind: "regime", drift: 0.3, stay: 0.95 },
  instrument,
  bars: 12_000,
  intervalMs: 3_600_000,
  seed: 7,
  start: Date.UTC(2021, 0, 4),
  startPrice: 5_000,
  volatilityTicks: 40,
} as const;
const bars = simulateBars(simulation);
const calendar = createCalendar(instrument);
const session = sessionMarks(bars, calendar);
const costs = {
  feePerSideMicros: feePerSideMicros(instrument, session.tradeDay[0]!),
  slippageTicks: 1,
};
const costTicks = roundTripCostTicks(instrument, costs);
const context = { sessionAt: calendar.sessionAt };

const { manifest, onnx } = await trainModel({
  name: "example",
  recipe: { kind: "forest", parameters: { ...DEFAULT_FOREST, trees: 100 } },
  bars,
  source: { path: "simulated", sha256: "0".repeat(64), request: null },
  features: DEFAULT_FEATURES,
  featureContext: context,
  labels: { kind: "fixed-horizon", horizonBars: 5 },
  costTicks,
  holdout: 1 / 3,
  compare: false,
  folds: 4,
  calibration: "platt",
  edgeThreshold: 1,
  seed: 1,
  workers: 1,
  backend: "wasm",
  createdAt: "2026-01-01T00:00:00.000Z",
  versions: {},
  hardware: "unknown",
}, { now: () => performance.now() });

const from = bars.time.findIndex((time) => time >= Date.parse(manifest.data.testFrom));
const frame = computeFeatures(bars, DEFAULT_FEATURES, context);
const model = await createSession(onnx, { engine: "wasm" });
const probabilities = await model.run(frame.values, frame.rows);
await model.dispose();

const strategies: Strategy[] = [
  followModel({
    signals: { probabilities },
    horizonBars: manifest.horizonBars,
    classOutcomes: manifest.classOutcomes,
    costTicks,
    edgeThreshold: manifest.edgeThreshold,
    source: "forest",
    modelVersion: 1,
  }),
  fixedSides("best possible", optimalPositions(bars, simulation, costTicks / 2 / 40)),
];
for (const strategy of strategies) {
  const { equityMicros, initialMicros, trades } = runEngine(bars, {
    strategy,
    executor: createSimulatedExecutor(costs),
    initialCashUsd: 50_000,
    costs,
    marginPerLotUsd: 2_000,
    flattenAtSessionEnd: false,
    maxLots: 1,
    sizing: { kind: "fixed", lots: 1 },
    session,
    from,
    to: bars.length,
  });
  const { returns } = dailyReturns(equityMicros, session.tradeDay.subarray(from), initialMicros);
  const { sharpe, totalReturn } = performanceMetrics(returns, 252);
  console.log(
    `${strategy.name}: ${trades.length} trades, return ${totalReturn.value?.toFixed(3)}, ` +
      `Sharpe ${sharpe.value?.toFixed(2)} over ${returns.length} days out of sample`,
  );
}
