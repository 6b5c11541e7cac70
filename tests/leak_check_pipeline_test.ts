import { enterSide } from "../lib/strategies/baselines.ts";
import { stateless } from "../lib/trading/strategy.ts";
import type { Bars } from "../lib/market/bars.ts";
import { isPolicy } from "../lib/records/model_manifest.ts";
import type { FeatureFrame } from "../lib/features/frame.ts";
import { DEFAULT_FOREST } from "../lib/models/forest/parameters.ts";
import { DEFAULT_LOGISTIC } from "../lib/models/logistic/parameters.ts";
import { DEFAULT_NETWORK } from "../lib/models/network/parameters.ts";
import { DEFAULT_FEATURES } from "../lib/features/features.ts";
import type { ModelRecipe } from "../lib/models/model_family.ts";
import { openTensorflow } from "../lib/tensor/tensorflow.ts";
import { assert, assertEquals } from "./assert.ts";
import { describeLeak } from "../lib/evaluation/leak_check/leak_check.ts";
import { blendPipeline } from "../lib/evaluation/leak_check/blend_pipeline.ts";
import { checkPipeline, type PipelineReport } from "../lib/evaluation/leak_check/check_pipeline.ts";
import { checkTraining } from "../lib/evaluation/leak_check/check_training.ts";
import { describeReport } from "../lib/evaluation/leak_check/describe_report.ts";
import {
  modelPipeline,
  type Pipeline,
  type StackModel,
} from "../lib/evaluation/leak_check/pipeline.ts";
import { openModel } from "../lib/system/mod.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";
import {
  type CheckedModel,
  learnPolicy,
  MARKET,
  openPattern,
  trainClassifier,
} from "./fixtures/leak_fixture.ts";
import { EVERY_FEATURE } from "./fixtures/market_fixture.ts";

const FOREST = { ...DEFAULT_FOREST, trees: 10, minLeafWeightFraction: 0.02 };
const NETWORK = {
  ...DEFAULT_NETWORK,
  ...{ window: 6, units: [4], learningRate: 0.03, batchSize: 32, maximumEpochs: 2, members: 1 },
};
const RECIPES: readonly ModelRecipe[] = [
  { kind: "forest", parameters: FOREST },
  { kind: "logistic", parameters: DEFAULT_LOGISTIC },
  { kind: "lstm", parameters: NETWORK },
  { kind: "hybrid", parameters: { network: NETWORK, forest: FOREST, stackingFolds: 2 } },
];

await openFirstWasmSession();
await openTensorflow();
const OPENED = openPattern(1_200);
const FOLLOWED = await trainClassifier(OPENED, RECIPES[0]!, DEFAULT_FEATURES);

/** What a check does to the one model of a pipeline, or to what follows it. */
interface Change {
  readonly model?: (model: StackModel) => Partial<StackModel>;
  readonly strategy?: Pipeline["strategy"];
}

/** Checks a model, or a pipeline that does one thing differently. */
async function check(
  model: CheckedModel,
  { model: change = () => ({}), strategy }: Change = {},
  ends = 8,
): Promise<PipelineReport> {
  const session = await openModel(model.onnx, model.manifest);
  try {
    return await checkPipeline({
      opened: OPENED,
      testFrom: Date.parse(model.manifest.data.testFrom),
      market: MARKET,
      pipeline: () => {
        const pipeline = modelPipeline({ model, session });
        return {
          models: pipeline.models.map((one) => ({ ...one, ...change(one) })),
          strategy: strategy ?? pipeline.strategy,
        };
      },
      ...{ bars: 800, ends, seed: 1 },
    });
  } finally {
    await session.dispose();
  }
}

for (const recipe of RECIPES) {
  Deno.test(`checkPipeline() raises no alarm on a ${recipe.kind} that reads every feature`, async () => {
    const model = await trainClassifier(OPENED, recipe, EVERY_FEATURE);
    const report = await check(model);
    assertEquals(report.leaks.map(describeLeak), []);
    assert(report.compared > 100_000 && report.trials > 15);
    const { passed, stages } = describeReport("m@1", report, null, OPENED.bars);
    assertEquals([passed, Object.keys(stages)], [true, [
      "features",
      "predictions",
      "decisions",
      "account",
    ]]);
  });
}

Deno.test("checkPipeline() raises no alarm on a policy that trades", async () => {
  const { manifest, ...model } = await learnPolicy(OPENED, DEFAULT_FEATURES);
  assert(isPolicy(manifest));
  const report = await check({ ...model, manifest: { ...manifest, stance: "trade" } });
  assertEquals(report.leaks.map(describeLeak), []);
});

Deno.test("checkPipeline() compares decisions and positions that do trade", async () => {
  const report = await check(FOLLOWED, undefined, 24);
  assertEquals(report.leaks, []);
  const { notes } = describeReport("m@1", report, null, OPENED.bars);
  assertEquals(notes, []);
});

/** Something for the first feature column that a trader could not have known. */
type Column = (bars: Bars, honest: Float64Array) => ArrayLike<number>;

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const DAY_BARS = 20;
const dayOf = (row: number): number => Math.floor(row / DAY_BARS) * DAY_BARS;

const PLANTED: Readonly<Record<string, Column>> = {
  "a centred window": ({ close }) =>
    close.map((price, row) => price / mean(close.subarray(Math.max(0, row - 5), row + 6)) - 1),
  "a scaler fitted on all rows": (_, honest) => {
    const middle = mean(honest), spread = mean(honest.map((value) => Math.abs(value - middle)));
    return honest.map((value) => (value - middle) / spread);
  },
  "the close of the next bar": ({ close }) =>
    close.map((price, row) => (close[row + 1] ?? price) / price - 1),
  "gaps filled backwards": (_, honest) =>
    honest.map((value, row) => row % 7 === 3 ? honest[row + 1] ?? value : value),
  "the day's close on all its bars": ({ close }) =>
    close.map((price, row) => close[Math.min(close.length, dayOf(row) + DAY_BARS) - 1]! / price),
  "a threshold from the whole sample": (_, honest) => {
    const threshold = honest.toSorted()[Math.floor(0.9 * honest.length)]!;
    return honest.map((value) => value - threshold);
  },
  "ranks over the whole sample": (_, honest) =>
    honest.map((value) => honest.filter((other) => other < value).length / honest.length),
  "the day's high before it was made": ({ close, high }) =>
    close.map((price, row) =>
      Math.max(...high.subarray(dayOf(row), dayOf(row) + DAY_BARS)) / price
    ),
  "turning points marked where they were": ({ close }) =>
    close.map((price, row) =>
      price === Math.max(...close.subarray(Math.max(0, row - 4), row + 5)) ? 1 : 0
    ),
  "target encoding over all rows": ({ close }) => {
    const hits = [0, 0], rows = [0, 0];
    for (let row = 0; row + 5 < close.length; row++) {
      rows[row % 2]!++;
      if (close[row + 5]! > close[row]!) hits[row % 2]!++;
    }
    return close.map((_, row) => hits[row % 2]! / rows[row % 2]!);
  },
  "prices adjusted backwards from the last bar": ({ close }) =>
    close.map((price) => price / close.at(-1)!),
};

function withColumn(frame: FeatureFrame, bars: Bars, make: Column): FeatureFrame {
  const width = frame.columns.length;
  const honest = Float64Array.from(
    { length: frame.rows },
    (_, row) => row < frame.firstValidRow ? 0 : frame.values[row * width]!,
  );
  const column = make(bars, honest);
  const values = frame.values.map((value, i) => i % width === 0 ? column[i / width]! : value);
  return { ...frame, values };
}

for (const [name, make] of Object.entries(PLANTED)) {
  Deno.test(`checkPipeline() catches ${name} and names its column`, async () => {
    const report = await check(FOLLOWED, {
      model: ({ frame }) => ({ frame: (data) => withColumn(frame(data), data.bars, make) }),
    });
    const { firstLeak, passed, verdict } = describeReport("m@1", report, null, OPENED.bars);
    assertEquals([passed, firstLeak?.output, firstLeak?.column], [
      false,
      "features",
      FOLLOWED.manifest.featureColumns[0]!,
    ]);
    assert(firstLeak!.row < firstLeak!.end);
    assert(
      verdict.startsWith("m@1 failed, it sees the future: features.return_1 at row "),
      verdict,
    );
  });
}

Deno.test("checkPipeline() catches predictions smoothed over later ones", async () => {
  const report = await check(FOLLOWED, {
    model: ({ signals }) => ({
      signals: async (frame) => {
        const honest = await signals(frame);
        const { probabilities } = honest;
        const later = probabilities.map((p, i) => (p + (probabilities[i + 3] ?? p)) / 2);
        return { ...honest, probabilities: later };
      },
    }),
  });
  const { firstLeak } = describeReport("m@1", report, null, OPENED.bars);
  assertEquals([firstLeak?.output, firstLeak?.column], ["predictions", "down"]);
});

Deno.test("checkPipeline() catches a strategy that looks at the next bar", async () => {
  const report = await check(FOLLOWED, {
    strategy: () =>
      stateless({
        name: "peeking",
        warmupBars: 0,
        forecast: ({ bar, bars: { close } }) =>
          enterSide(Math.sign((close[bar + 1] ?? close[bar]!) - close[bar]!)),
        explain: () => "knows",
      }),
  });
  const { firstLeak, leakingColumns } = describeReport("m@1", report, null, OPENED.bars);
  assertEquals([firstLeak?.output, firstLeak?.column], ["decisions", "target lots"]);
  assertEquals(leakingColumns, ["decisions.target lots"]);
});

Deno.test("checkPipeline() catches a pipeline that remembers the run before", async () => {
  let seen = 0;
  const report = await check(FOLLOWED, {
    model: ({ frame }) => ({
      frame: (data) => {
        const honest = frame(data);
        return { ...honest, values: honest.values.map((value) => value + seen++ * 1e-3) };
      },
    }),
  });
  assertEquals(describeReport("m@1", report, null, OPENED.bars).firstLeak?.kind, "rerun");
});

/** A pattern that leaves doubt: where confidence is full, learning more of it changes nothing. */
const FAINT = openPattern(1_200, 0.5);
const PARTS = [
  await trainClassifier(FAINT, RECIPES[0]!, DEFAULT_FEATURES),
  { ...await trainClassifier(FAINT, RECIPES[1]!, DEFAULT_FEATURES), name: "other" },
];

/** Checks a blend whose confidence is learnt from rows up to so many after the first traded one. */
async function checkBlend(extraRows: number): Promise<PipelineReport> {
  const loaded = await Promise.all(PARTS.map(async (model) => ({
    model,
    session: await openModel(model.onnx, model.manifest),
  })));
  try {
    return await checkPipeline({
      opened: FAINT,
      testFrom: Date.parse(PARTS[0]!.manifest.data.testFrom),
      market: MARKET,
      confidenceShare: 0.5,
      pipeline: ({ from, to }) =>
        blendPipeline(loaded, {
          kind: "confidence-weighted",
          ...{ market: MARKET, source: FAINT.source },
          history: { from, to: to + extraRows },
        }),
      ...{ bars: 1_200, ends: 16, seed: 1 },
    });
  } finally {
    for (const { session } of loaded) await session.dispose();
  }
}

Deno.test("checkPipeline() raises no alarm on a blend", async () => {
  const report = await checkBlend(0);
  assertEquals(report.leaks.map(describeLeak), []);
  const { notes, stages } = describeReport("blend", report, null, FAINT.bars);
  assertEquals(notes, []);
  assertEquals(Object.keys(stages).slice(0, 2), ["features of checked", "features of other"]);
});

Deno.test("checkPipeline() catches a blend that learns confidence from rows it trades", async () => {
  const { firstLeak } = describeReport("blend", await checkBlend(150), null, FAINT.bars);
  assertEquals([firstLeak?.output, firstLeak?.column], ["decisions", "target lots"]);
});

Deno.test("checkTraining() catches a test period that training has seen", async () => {
  const model = await trainClassifier(OPENED, RECIPES[1]!, DEFAULT_FEATURES);
  const train = (testFrom: string) =>
    checkTraining(
      { ...model.manifest, data: { ...model.manifest.data, testFrom } },
      OPENED,
      { seed: 1, workers: 1 },
      { clock: { now: () => 0 } },
    );
  const honest = await train(model.manifest.data.testFrom);
  assertEquals(honest.after, honest.before);
  assertEquals(honest.before, model.manifest.onnx.sha256);
  const flattering = await train(new Date(OPENED.bars.time[600]!).toISOString());
  assert(flattering.after !== flattering.before);
  const report = describeReport("m@1", await check(model), flattering, OPENED.bars);
  assertEquals([report.passed, report.firstLeak?.output, report.leakingColumns], [
    false,
    "training",
    ["training.model"],
  ]);
});
