import {
  type Bars,
  type SessionCalendar,
  sessionMarks,
  sliceBars,
  tickValueMicros,
} from "../market/mod.ts";
import type { PolicyManifest } from "../records/mod.ts";
import { type Checkpoint, type JsonValue, sha256Hex } from "../core/mod.ts";
import { computeFeatures, type FeatureSpec } from "../features/mod.ts";
import { OPSET } from "../onnx/mod.ts";
import type { CostModel } from "../trading/mod.ts";
import { referenceDeviation, transitionTable } from "./environment/transition_table.ts";
import type { PolicyParameters } from "./learners/parameters.ts";
import type { PolicyModel, PolicyRequest } from "./learners/policy_request.ts";
import { splitRows } from "./learners/split_rows.ts";
import { trainPolicy } from "./learners/train_policy.ts";
import { exportPolicy } from "./policy/export_policy.ts";
import { requirePolicyParity } from "./policy/require_policy_parity.ts";
import type { RewardSettings } from "./reward/additive_reward.ts";

/** Weights of the reward; the scale of its drawdowns follows from the position. */
export type RewardWeights = Omit<RewardSettings, "riskPerDeviation">;

/** Everything that decides a policy and its file; the same request gives the same bytes. */
export interface PolicyTrainingRequest {
  /** Registry name. */
  readonly name: string;
  /** All bars, the held-out ones included. */
  readonly bars: Bars;
  /** Sessions of the instrument. */
  readonly calendar: SessionCalendar;
  /** Where the bars come from and how they were opened, for the manifest. */
  readonly source: {
    readonly path: string;
    readonly sha256: string;
    readonly request: JsonValue;
  };
  /** What a row holds. */
  readonly features: FeatureSpec;
  /** How it learns. */
  readonly parameters: PolicyParameters;
  /** What it is paid. */
  readonly reward: RewardWeights;
  /** Fees and slippage of one side. */
  readonly costs: CostModel;
  /** A full position and the equity behind it: how deep a deviation cuts. */
  readonly position: { readonly lots: number; readonly equityUsd: number };
  /** Close at each session's end; daily bars ignore it. */
  readonly flattenAtSessionEnd: boolean;
  /** Share of the newest bars that is never touched here, 0 … 0.9. */
  readonly holdout: number;
  /** Share of the other rows that early stopping watches. */
  readonly validationShare: number;
  /** Share of the newest of them, neither learnt from nor watched, that proves the result. */
  readonly evidenceShare: number;
  /** Seed of every random choice. */
  readonly seed: number;
  /** ISO instant, for the manifest. */
  readonly createdAt: string;
  /** Versions, for the manifest. */
  readonly versions: Readonly<Record<string, string>>;
  /** The machine in words, for the manifest. */
  readonly hardware: string;
}

/** Progress, cancellation and the clock that times the training. */
export interface PolicyTrainingControl {
  /** Called with the finished fraction. */
  readonly onProgress?: (fraction: number) => void;
  /** Keeps the state, so that an interrupted training goes on; nothing is kept when absent. */
  readonly checkpoint?: Checkpoint;
  /** Aborting ends the training with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds; only differences are used. */
  readonly now: () => number;
}

/** A learnt policy, ready for the registry. */
export interface TrainedPolicy {
  /** What it is and how it was made. */
  readonly manifest: PolicyManifest;
  /** The graph of the ensemble, scaler inside. */
  readonly onnx: Uint8Array;
}

/**
 * Learns, proves and exports one policy without look-ahead: the newest `holdout` share of the bars
 * is cut off before anything is computed, the newest rows of the rest decide whether the policy may
 * trade, and the exported graph is run and compared with our own arithmetic.
 *
 * @throws {InputError} when there are too few rows, the price never moves, or learning fails from
 * the start
 * @throws the reason of `control.signal` when it is aborted; the state is saved before
 */
export async function trainPolicyModel(
  request: PolicyTrainingRequest,
  control: PolicyTrainingControl,
): Promise<TrainedPolicy> {
  const started = control.now();
  const rows = Math.floor(request.bars.length * (1 - request.holdout));
  const bars = sliceBars(request.bars, 0, rows);
  const learning = learningRequest(bars, request);
  const learnt = await trainPolicy(learning, {
    ...(control.onProgress === undefined ? {} : { onProgress: control.onProgress }),
    ...(control.checkpoint === undefined ? {} : { checkpoint: control.checkpoint }),
    ...(control.signal === undefined ? {} : { signal: control.signal }),
  });
  const { frame } = learning;
  const onnx = exportPolicy(learnt.policy, onnxMetadata(request, frame.columns));
  await requirePolicyParity(onnx, learnt.policy, frame);
  const seconds = (control.now() - started) / 1000;
  return { onnx, manifest: await describe(request, bars, { learning, learnt, onnx, seconds }) };
}

/** Features and rewards of the bars to learn from. */
function learningRequest(bars: Bars, request: PolicyTrainingRequest): PolicyRequest {
  const { calendar, costs, evidenceShare, flattenAtSessionEnd, parameters, validationShare } =
    request;
  const table = transitionTable(bars, {
    ...{ costs, flattenAtSessionEnd },
    session: sessionMarks(bars, calendar),
    from: 0,
    to: bars.length,
  });
  const frame = computeFeatures(bars, request.features, { sessionAt: calendar.sessionAt });
  const { learning } = splitRows({ evidenceShare, frame, parameters, table, validationShare });
  const reference = referenceDeviation(table, learning.from, learning.to);
  const { equityUsd, lots } = request.position;
  const riskPerDeviation = reference * tickValueMicros(bars.instrument) / 1e6 * lots / equityUsd;
  return {
    ...{ frame, table, parameters, validationShare, evidenceShare },
    reward: { ...request.reward, riskPerDeviation },
    seed: request.seed,
  };
}

/** What was made of what. */
interface Made {
  readonly learning: PolicyRequest;
  readonly learnt: PolicyModel;
  readonly onnx: Uint8Array;
  readonly seconds: number;
}

async function describe(
  request: PolicyTrainingRequest,
  bars: Bars,
  { learning, learnt, onnx, seconds }: Made,
): Promise<PolicyManifest> {
  const { behaviour, rewards, sharpe } = learnt.evaluation;
  const { mean, rows, standardError, t } = learnt.evidence;
  const { from, to } = learnt.split.evidence;
  const isoTime = (row: number): string => new Date(request.bars.time[row]!).toISOString();
  const end = bars.length < request.bars.length
    ? request.bars.time[bars.length]!
    : bars.time[bars.length - 1]! + bars.intervalMs;
  return {
    format: 2,
    name: request.name,
    kind: "policy",
    createdAt: request.createdAt,
    instrument: bars.instrument.symbol,
    intervalMs: bars.intervalMs,
    featureSpec: toJson(request.features),
    featureColumns: [...learning.frame.columns],
    window: learnt.policy.window,
    actions: [...learnt.policy.actions],
    stance: learnt.stance,
    data: {
      source: request.source.path,
      sha256: request.source.sha256,
      request: request.source.request,
      rows: bars.length,
      firstTime: isoTime(0),
      lastTime: isoTime(bars.length - 1),
      testFrom: new Date(end).toISOString(),
    },
    metrics: {
      evidenceMean: mean,
      evidenceStandardError: standardError,
      evidenceT: t,
      evidenceSharpe: sharpe,
      turnover: behaviour.turnover,
      entropy: behaviour.entropy,
    },
    evidence: {
      firstTime: isoTime(from),
      lastTime: isoTime(to - 1),
      ...{ rows, mean, standardError, t },
    },
    behaviour: {
      histogram: behaviour.histogram,
      turnover: behaviour.turnover,
      entropy: behaviour.entropy,
    },
    rewardTerms: rewards.shares().map(({ term, sum, share }) => ({ term, sum, share })),
    members: learnt.curves.map(({ bestStep, evidenceMean, points, seed, stop }) => ({
      ...{ seed, bestStep, stop, evidenceMean },
      points: points.map((point) => ({ ...point })),
    })),
    remarks: learnt.remarks,
    training: {
      parameters: toJson(request.parameters),
      reward: toJson(learning.reward),
      position: { ...request.position },
      referenceTicks: learnt.reference,
      costs: { ...request.costs },
      flattenAtSessionEnd: request.flattenAtSessionEnd,
      holdout: request.holdout,
      validationShare: request.validationShare,
      evidenceShare: request.evidenceShare,
    },
    parameters: { ...asObject(request.parameters), ...asObject(request.reward) },
    seed: request.seed,
    versions: { ...request.versions },
    hardware: request.hardware,
    trainingSeconds: seconds,
    onnx: { sha256: await sha256Hex(onnx), bytes: onnx.length, opset: OPSET },
  };
}

function onnxMetadata(
  { bars, name, seed, source }: PolicyTrainingRequest,
  columns: readonly string[],
): Record<string, string> {
  return {
    ...{ name, kind: "policy" },
    instrument: bars.instrument.symbol,
    intervalMs: String(bars.intervalMs),
    columns: JSON.stringify(columns),
    dataSha256: source.sha256,
    seed: String(seed),
  };
}

function toJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}

function asObject(value: object): Record<string, JsonValue> {
  return toJson(value) as Record<string, JsonValue>;
}
