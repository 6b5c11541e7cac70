import {
  applyScaler,
  type Blender,
  BLENDERS,
  type BlendRule,
  type Classifier,
  computeFeatures,
  createCalendar,
  createSession,
  createSimulatedExecutor,
  DEFAULT_FEATURES,
  feePerSideMicros,
  findInstrument,
  fitBlend,
  fitScaler,
  fitSystem,
  followBlend,
  followModel,
  gatherRows,
  isPolicy,
  LABEL_KINDS,
  type LabelKind,
  loadSystem,
  MODEL_FAMILIES,
  type ModelFamily,
  modelPredictions,
  type OpenedData,
  openRegistry,
  readySystem,
  roundTripCostTicks,
  runEngine,
  sessionMarks,
  signalEvidence,
  simulateBars,
  type Strategy,
  systemForecasts,
  systemStrategy,
  trainModel,
} from "../mod.ts";
import { assert, assertEquals } from "./assert.ts";
import { inFolder } from "./fixtures/temporary_folder.ts";

/** A model that knows the mean row of each class and believes in the nearest. */
interface Centroids extends Classifier {
  readonly kind: "centroids";
  /** Row-major `[features, classes]`. */
  readonly means: Float32Array;
  readonly sharpness: number;
}

/** softmax(-sharpness · distance²), without what all classes share. */
function logits({ classes, features, means, sharpness }: Centroids, row: Float32Array): number[] {
  return Array.from({ length: classes }, (_, k) => {
    let sum = 0;
    for (let c = 0; c < features; c++) {
      const mean = means[c * classes + k]!;
      sum += sharpness * mean * (2 * row[c]! - mean);
    }
    return sum;
  });
}

const CENTROIDS: ModelFamily<{ readonly sharpness: number }, Centroids> = {
  kind: "centroids",
  defaults: { sharpness: 0.1 },
  flags: [],
  search: {
    summary: "how much nearer counts",
    grid: { sharpness: [0.05, 0.1, 0.2] },
    defaults: ({ sharpness }) => ({ sharpness }),
    choose: (suggester) =>
      suggester.suggest({
        sharpness: { type: "float", low: 0.01, high: 1, log: true, step: null },
      }),
  },
  usesTensorflow: false,
  parity: { tolerance: 1e-6, exemptShare: 0 },
  parseParameters: (json) => ({ sharpness: 0.1, ...json as { readonly sharpness?: number } }),
  windowOf: () => 1,
  fit({ frame, labels, parameters, rows }) {
    const scaler = fitScaler(frame, rows, "robust");
    const features = frame.columns.length, classes = 3;
    const values = applyScaler(scaler, gatherRows(frame, rows), rows.length);
    const sums = new Float64Array(features * classes), counts = new Float64Array(classes);
    rows.forEach((row, i) => {
      const k = labels.classes[row]!;
      counts[k]!++;
      for (let c = 0; c < features; c++) sums[c * classes + k]! += values[i * features + c]!;
    });
    const means = Float32Array.from(sums, (sum, i) => sum / Math.max(1, counts[i % classes]!));
    const { sharpness } = parameters;
    const model: Centroids = { kind: "centroids", features, classes, means, sharpness };
    return Promise.resolve({ model, scaler, curves: [], remarks: [] });
  },
  predict(model, scaler, frame, rows) {
    const { classes, features } = model;
    const values = applyScaler(scaler!, gatherRows(frame, rows), rows.length);
    const result = new Float32Array(rows.length * classes);
    for (let i = 0; i < rows.length; i++) {
      const powers = logits(model, values.subarray(i * features, (i + 1) * features)).map(Math.exp);
      const total = powers.reduce((sum, power) => sum + power, 0);
      powers.forEach((power, k) => result[i * classes + k] = power / total);
    }
    return Promise.resolve(result);
  },
  addToGraph(graph, features, model, scaler) {
    const { classes, means, sharpness } = model;
    const line = (of: (mean: number) => number) => Float64Array.from(means, of);
    const wide = graph.cast(features, "float64");
    const centred = graph.binary(
      "Sub",
      wide,
      graph.constant(Float64Array.from(scaler!.center), [1, model.features]),
    );
    const scaled = graph.binary(
      "Div",
      centred,
      graph.constant(Float64Array.from(scaler!.scale), [1, model.features]),
    );
    const clipped = graph.cast(
      graph.cast(graph.clip(scaled, -scaler!.clip, scaler!.clip), "float32"),
      "float64",
    );
    const products = graph.matMul(
      clipped,
      graph.constant(line((mean) => 2 * sharpness * mean), [model.features, classes]),
    );
    const squares = new Float64Array(classes);
    means.forEach((mean, i) => squares[i % classes]! -= sharpness * mean * mean);
    const shifted = graph.binary("Add", products, graph.constant(squares, [1, classes]));
    return graph.cast(graph.softmax(shifted), "float32");
  },
};

type FarOpenSpec = {
  readonly kind: "far-open";
  readonly share: number;
  readonly horizonBars: number;
};

/** Leaves at the first open that is a share of the price away, or at the horizon. */
const FAR_OPEN: LabelKind<FarOpenSpec> = {
  kind: "far-open",
  defaults: { kind: "far-open", share: 0.01, horizonBars: 10 },
  parse: (json) => json as FarOpenSpec,
  horizonOf: ({ horizonBars }) => horizonBars,
  withHorizon: (spec, horizonBars) => ({ ...spec, horizonBars }),
  exits: (_bars, path, { horizonBars, share }) => (row) => {
    const entry = path.open[row + 1]!;
    for (let end = row + 2; end < Math.min(row + 2 + horizonBars, path.length); end++) {
      const price = path.open[end]!;
      const isFar = Math.abs(price - entry) >= share * entry;
      if (isFar || end === row + 1 + horizonBars) return { price, end };
    }
    return null;
  },
  search: {
    defaults: ({ share }) => ({ share }),
    async choose(suggester, horizonBars) {
      const { share } = await suggester.suggest({
        share: { type: "float", low: 0.001, high: 0.1, log: true, step: null },
      });
      return { kind: "far-open", share, horizonBars };
    },
  },
};

type BoldestRule = { readonly kind: "boldest"; readonly least: number };

/** Follows whichever part is surest. */
const BOLDEST: Blender<BoldestRule> = {
  kind: "boldest",
  givesProbability: true,
  readsConfidence: false,
  parse: (json) => json as BoldestRule,
  check({ least }, parts) {
    if (!(least >= 0.5)) throw new RangeError(`Cannot blend ${parts} parts from ${least} on`);
  },
  fit: () => ({ kind: "boldest", least: 0.5 }),
  blend(forecasts, { least }) {
    const sure = forecasts.map(({ probability, veto }) => veto === null ? probability ?? 0 : 0);
    const best = Math.max(...sure), part = sure.indexOf(best);
    const isFlat = !(best > least);
    return {
      position: isFlat ? 0 : forecasts[part]!.position,
      probability: isFlat ? null : best,
      weights: forecasts.map((_, i) => !isFlat && i === part ? 1 : 0),
    };
  },
};

const instrument = findInstrument("MES");
const bars = simulateBars({
  world: { kind: "regime", drift: 0.3, stay: 0.95 },
  instrument,
  bars: 4_000,
  intervalMs: 3_600_000,
  seed: 7,
  start: Date.UTC(2021, 0, 4),
  startPrice: 5_000,
  volatilityTicks: 40,
});
const calendar = createCalendar(instrument);
const session = sessionMarks(bars, calendar);
const costs = {
  feePerSideMicros: feePerSideMicros(instrument, session.tradeDay[0]!),
  slippageTicks: 1,
};
const costTicks = roundTripCostTicks(instrument, costs);
const featureContext = { sessionAt: calendar.sessionAt };

function tradesOf(strategy: Strategy, from: number): number {
  return runEngine(bars, {
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
  }).trades.length;
}

function trainOwn(
  labels: FarOpenSpec,
  families: readonly ModelFamily[] = [...MODEL_FAMILIES, CENTROIDS],
) {
  return trainModel({
    name: "own",
    recipe: { kind: "centroids", parameters: CENTROIDS.defaults },
    kinds: { families, labels: [...LABEL_KINDS, FAR_OPEN] },
    bars,
    source: { path: "simulated", sha256: "0".repeat(64), request: null },
    features: DEFAULT_FEATURES,
    featureContext,
    labels,
    costTicks,
    holdout: 1 / 3,
    compare: true,
    folds: 3,
    calibration: "platt",
    edgeThreshold: 0,
    seed: 1,
    workers: 1,
    backend: "wasm",
    createdAt: "2026-01-01T00:00:00.000Z",
    versions: {},
    hardware: "unknown",
  }, { now: () => 0 });
}

const trained = await trainOwn({ kind: "far-open", share: 0.01, horizonBars: 5 });
const from = bars.time.findIndex((time) => time >= Date.parse(trained.manifest.data.testFrom));
const frame = computeFeatures(bars, DEFAULT_FEATURES, featureContext);

Deno.test("a family of models and a kind of labels from outside are trained and scored", async () => {
  const { kind, comparisons, labelSpec, folds, window } = trained.manifest;
  assertEquals([kind, window, folds.length], ["centroids", 1, 3]);
  assertEquals(labelSpec, { kind: "far-open", share: 0.01, horizonBars: 5 });
  assertEquals(comparisons.map(({ name }) => name), ["logistic", "forest"]);
  const other = await trainOwn({ kind: "far-open", share: 0.001, horizonBars: 5 });
  assert(other.manifest.onnx.sha256 !== trained.manifest.onnx.sha256);
});

Deno.test("a family that no list names is refused in one line", async () => {
  const refused = await trainOwn(FAR_OPEN.defaults, MODEL_FAMILIES).catch((error) => error);
  assertEquals(refused.name, "InputError");
  assert(/'centroids'.*forest, logistic, lstm, hybrid/.test(refused.message), refused.message);
});

Deno.test("a model of a family from outside is registered, loaded and traded", async () => {
  await inFolder(async (folder) => {
    using registry = openRegistry({ folder, clock: { now: () => 0 } });
    const { name, version } = await registry.register({
      ...trained,
      codeSha256: "c".repeat(64),
      parentRun: null,
    });
    const { manifest, onnx } = await registry.load(`${name}@${version}`);
    assertEquals(manifest, trained.manifest);
    const model = await createSession(onnx, { engine: "wasm" });
    const probabilities = await model.run(frame.values, frame.rows);
    await model.dispose();
    assert(!isPolicy(manifest));
    const strategy = followModel({
      signals: { probabilities },
      horizonBars: manifest.horizonBars,
      classOutcomes: manifest.classOutcomes,
      costTicks,
      edgeThreshold: 0,
      source: name,
      modelVersion: version,
    });
    assert(tradesOf(strategy, from) > 0);
  });
});

Deno.test("a blender from outside is fitted, registered in a system, loaded and traded", async () => {
  const blenders = [...BLENDERS, BOLDEST];
  const opened: OpenedData = {
    ...{ bars, calendar, session, notes: [], problemCounts: {} },
    source: { path: "simulated", bytes: 0, sha256: "0".repeat(64), request: null },
  };
  const market = {
    costs: { slippageTicks: 1 },
    cashUsd: 50_000,
    lots: 1,
    flattenAtSessionEnd: false,
  };
  await inFolder(async (folder) => {
    using registry = openRegistry({ folder, clock: { now: () => 0 } });
    const predicted = [];
    for (const name of ["first", "second"]) {
      const registered = await registry.register({
        manifest: { ...trained.manifest, name },
        onnx: trained.onnx,
        codeSha256: "c".repeat(64),
        parentRun: null,
      });
      const model = await registry.load(`${registered.name}@${registered.version}`);
      predicted.push({
        model,
        signals: await modelPredictions(model.onnx, model.manifest, opened),
      });
    }
    const request = {
      ...{ name: "boldest", market, blenders, risk: { limits: {} } },
      blend: { kind: "boldest", confidenceShare: 0.5 },
    };
    const { history, system } = fitSystem(predicted, opened, request, { from, to: bars.length });
    assertEquals(system.blend?.rule, { kind: "boldest", least: 0.5 });
    const { version } = await registry.registerSystem(system);

    const unknown = await loadSystem(registry, "boldest").catch((error) => error);
    assert(/boldest.*plain-rule/.test(unknown.message), unknown.message);
    const loaded = await loadSystem(registry, `boldest@${version}`, blenders);
    assertEquals(loaded.system, system);
    const ready = readySystem(loaded.system, predicted, blenders);
    const rows = { from: history.to, to: bars.length };
    const decided: string[] = [];
    const strategy = systemStrategy(ready, bars, systemForecasts(ready, bars, rows), {
      onDecision: ({ blender }) => void decided.push(blender),
    });
    tradesOf(strategy, rows.from);
    assertEquals(new Set(decided), new Set(["boldest"]));
    assert(decided.length > 100, `${decided.length}`);
  });
});

Deno.test("a blender from outside trades what it is told", () => {
  const blenders = [...BLENDERS, BOLDEST];
  // One part foresees the next bar seven times in ten, the other says the opposite.
  const wise = (row: number) =>
    Math.sign(bars.close[row + 1]! - bars.close[row]!) *
    (row % 10 < 7 ? 1 : -1);
  const signal = (position: number) => ({
    position,
    evidence: signalEvidence([0.2, 0.1, 0.7], [-1, 0, 1], position, 0.01),
  });
  const moves = Float64Array.from(
    { length: from },
    (_, row) => bars.close[row + 1]! / bars.close[row]! - 1,
  );
  const fitted = fitBlend(
    "boldest",
    {
      signals: [(row) => signal(wise(row)), (row) => signal(-wise(row))],
      moves,
      costs: new Float64Array(from),
      barReturns: moves,
    },
    1,
    blenders,
  );
  const rule: BlendRule = { kind: "boldest", least: 0.5 };
  assertEquals(fitted.rule, rule);
  const parts = ["wise", "contrary"];
  const strategy = followBlend({
    sources: parts,
    forecastsAt: (row) =>
      parts.map((source, part) => ({
        source,
        modelVersion: 1,
        position: part === 0 ? wise(row) : -wise(row),
        probability: part === 0 ? 0.7 : 0.3,
        veto: null,
      })),
    rule: fitted.rule,
    blenders,
    changeCost: 0,
    bet: null,
  });
  assert(tradesOf(strategy, from) > 100);
});
