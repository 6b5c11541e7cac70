import { followPolicy } from "../lib/strategies/follow_policy.ts";
import { decidePositions } from "../lib/rl/policy/decide_positions.ts";
import { DEFAULT_POLICY } from "../lib/rl/learners/parameters.ts";
import { DEFAULT_REWARD } from "../lib/rl/reward.ts";
import { type TrainedPolicy, trainPolicyModel } from "../lib/rl/train_policy_model.ts";
import { simulateBars } from "../lib/simulator/simulator.ts";
import { type Bars, sliceBars } from "../lib/market/bars.ts";
import { createCalendar, sessionMarks } from "../lib/market/calendar.ts";
import { findInstrument } from "../lib/market/instruments.ts";
import { checkModelManifest } from "../lib/records/model_manifest.ts";
import { createSimulatedExecutor } from "../lib/execution/simulated/simulated_executor.ts";
import { computeFeatures, type FeatureSpec } from "../lib/features/features.ts";
import { createSession } from "../lib/onnx/session.ts";
import { createFindings, createVerdict } from "../lib/evaluation/findings.ts";
import { runEngine } from "../lib/engine/run_engine.ts";
import type { Strategy } from "../lib/trading/strategy.ts";
import { openTensorflow } from "../lib/tensor/tensorflow.ts";
import { assert, assertClose, assertEquals } from "./assert.ts";
import { findingFacts, modelRun } from "../lib/evaluation/comparison.ts";
import { createRunConditions, modelPredictions, modelStrategy } from "../lib/system/mod.ts";
import type { OpenedData } from "../lib/data/open_data.ts";
import { policySummary, policyVerdict } from "../lib/evaluation/policy_summary.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";
import { withOtherFuture } from "./fixtures/market_fixture.ts";

const ROWS = 1_500, HOLDOUT = 0.4;
/** First row that learning must not see. */
const BORDER = Math.floor(ROWS * (1 - HOLDOUT));
const FEATURES: FeatureSpec = { features: [{ feature: "return", periods: [1], lags: [0, 1] }] };
const COSTS = { feePerSideMicros: 950_000, slippageTicks: 1 };
const CALENDAR = createCalendar(findInstrument("MES"));
const MARKET = {
  costs: { feeUsd: 0.95, slippageTicks: 1 },
  cashUsd: 50_000,
  lots: 1,
  flattenAtSessionEnd: true,
};

const BARS = simulateBars({
  world: { kind: "ar1", phi: 0.5 },
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
const POLICY = await learn(BARS);

Deno.test("a policy is the same to the byte whatever the test period holds", async () => {
  const altered = await learn(withOtherFuture(BARS, BORDER, 7));
  assertEquals(altered.manifest, POLICY.manifest);
  assertEquals(altered.onnx, POLICY.onnx);
  // The newest rows before the border prove the policy, and older ones make it.
  const proven = await learn(withOtherFuture(BARS, BORDER - 40, 7));
  assertEquals(proven.onnx, POLICY.onnx);
  assert(proven.manifest.evidence.mean !== POLICY.manifest.evidence.mean);
  const taught = await learn(withOtherFuture(BARS, BORDER - 400, 7));
  assert(taught.manifest.onnx.sha256 !== POLICY.manifest.onnx.sha256);
});

Deno.test("positions of a policy do not depend on later bars", async () => {
  const whole = positions(BARS, await tradedStrategy(BARS));
  assert(whole.some((lots) => lots !== 0), "the policy must trade in this world");
  for (const last of [BORDER + 20, BORDER + 250, ROWS - 2]) {
    for (const bars of [sliceBars(BARS, 0, last + 1), withOtherFuture(BARS, last + 1, last)]) {
      const other = positions(bars, await tradedStrategy(bars));
      assertEquals(other.subarray(0, last - BORDER), whole.subarray(0, last - BORDER));
    }
  }
});

Deno.test("followPolicy() takes the positions of decidePositions(), sessions that end included", async () => {
  const { manifest, onnx } = POLICY;
  const frame = computeFeatures(BARS, FEATURES, { sessionAt: CALENDAR.sessionAt });
  const { isLast, tradeDay } = sessionMarks(BARS, CALENDAR);
  const session = await createSession(onnx, { engine: "wasm" });
  const decided = await decidePositions(session, manifest.actions, {
    ...frame,
    // From a flat start where the test begins.
    values: frame.values.subarray(BORDER * frame.columns.length),
    rows: ROWS - BORDER,
    firstValidRow: 0,
  }, {
    forced: isLast.subarray(BORDER),
    // Closed at the end of the next bar, or by the time it opens.
    resets: Uint8Array.from(
      { length: ROWS - BORDER },
      (_, row) => isLast[BORDER + row + 1] === 1 ? 1 : 0,
    ),
  });
  await session.dispose();
  const followed = positions(BARS, await tradedStrategy(BARS));
  let compared = 0;
  decided.positions.forEach((position, row) => {
    const bar = BORDER + row + 1;
    if (bar >= ROWS - 1 || isLast[bar] === 1 || tradeDay[bar] !== tradeDay[bar - 1]) return;
    assertEquals(followed[row + 1], position, `bar ${bar}`);
    compared++;
  });
  assert(compared > 400, `${compared} bars compared`);
});

Deno.test("a policy that stands aside is kept, trades nothing and says why", async () => {
  const opened = openedData(BARS);
  const { conditions } = createRunConditions(opened, MARKET, { from: BORDER, to: ROWS });
  const manifest = { ...POLICY.manifest, stance: "stand-aside" as const };
  const model = { name: "MES-policy", version: 1, onnxSha256: manifest.onnx.sha256, manifest };
  const signals = await modelPredictions(POLICY.onnx, manifest, opened);
  assertEquals(modelStrategy(model, signals, conditions).name, "MES-policy v1");
  const run = modelRun(model, signals, conditions);
  assertEquals([run.evaluation.netUsd, run.evaluation.result.trades.length], [0, 0]);
  const facts = findingFacts([run], opened, true);
  assert(createVerdict(facts).startsWith("The policy stands aside"));
  assert(createFindings(facts).some(({ text }) => text.includes("kept back for proof")));
  assert(policyVerdict(manifest).includes("with 95 % confidence at least"));
  assertEquals(policySummary(run, conditions, null)?.isFollowed, false);
});

Deno.test("the panel of a policy shows every member and how the next position depends on what is held", async () => {
  const opened = openedData(BARS);
  const { conditions } = createRunConditions(opened, MARKET, { from: BORDER, to: ROWS });
  const { manifest, onnx } = POLICY;
  const model = { name: "MES-policy", version: 1, onnxSha256: manifest.onnx.sha256, manifest };
  const signals = await modelPredictions(onnx, manifest, opened);
  const panel = policySummary(modelRun(model, signals, conditions), conditions, 2)!;
  assertEquals(panel.members.length, 2);
  assertClose(panel.optimum!, 2 / manifest.training.referenceTicks, 1e-12);
  const [map] = panel.actionMaps;
  assertEquals([map!.feature, map!.lines.map(({ held }) => held)], ["return_1", [-1, 0, 1]]);
  const { next } = map!.lines[1]!;
  assert(next.at(-1)! - next[0]! > 1, "it buys after rises and sells after falls");
});

Deno.test("a manifest of a policy is read as it was written, and a faulty one is named", () => {
  const { manifest } = POLICY;
  const check = checkModelManifest(JSON.parse(JSON.stringify(manifest)));
  assert(check.ok);
  assertEquals(check.manifest, manifest);
  const { training } = manifest;
  assertClose(
    (training.reward as { riskPerDeviation: number }).riskPerDeviation,
    training.referenceTicks * 1.25 / 50_000,
    1e-12,
  );
  const faulty = checkModelManifest({ ...manifest, stance: "hope" });
  assert(!faulty.ok && faulty.path === "stance");
});

function learn(bars: Bars): Promise<TrainedPolicy> {
  return trainPolicyModel({
    name: "MES-policy",
    bars,
    calendar: CALENDAR,
    source: { path: "simulated", sha256: "0".repeat(64), request: null },
    features: FEATURES,
    parameters: {
      ...DEFAULT_POLICY,
      size: "small",
      members: 2,
      episodes: 4,
      steps: 40,
      learningRate: 0.02,
    },
    reward: DEFAULT_REWARD,
    costs: COSTS,
    position: { lots: 1, equityUsd: 50_000 },
    flattenAtSessionEnd: true,
    holdout: HOLDOUT,
    validationShare: 0.15,
    evidenceShare: 0.15,
    seed: 1,
    createdAt: "2026-01-01T00:00:00.000Z",
    versions: {},
    hardware: "test",
  }, { now: () => 0 });
}

function openedData(bars: Bars): OpenedData {
  return {
    bars,
    calendar: CALENDAR,
    session: sessionMarks(bars, CALENDAR),
    source: { path: "simulated", bytes: 0, sha256: "", request: null },
    problemCounts: {},
    notes: [],
  };
}

async function tradedStrategy(bars: Bars): Promise<Strategy> {
  const { manifest, onnx } = POLICY;
  const signals = await modelPredictions(onnx, manifest, openedData(bars));
  const { actions } = manifest;
  return followPolicy({ signals, actions, source: "MES-policy", modelVersion: 1 });
}

/** Lots after each bar of the test. */
function positions(bars: Bars, strategy: Strategy): Float64Array {
  const { positionLots } = runEngine(bars, {
    strategy,
    executor: createSimulatedExecutor(COSTS),
    initialCashUsd: 50_000,
    costs: COSTS,
    marginPerLotUsd: 2_000,
    flattenAtSessionEnd: true,
    maxLots: 1,
    sizing: { kind: "fixed", lots: 1 },
    session: sessionMarks(bars, CALENDAR),
    from: BORDER,
    to: bars.length,
  });
  return Float64Array.from(positionLots);
}
