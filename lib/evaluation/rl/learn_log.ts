import {
  consistentEstimates,
  type Experience,
  type ExperienceHeader,
  type ExperienceParameters,
  exportPolicy,
  isExplored,
  observationFrame,
  type OffPolicyEvaluation,
  type PolicyFromExperience,
  readExperience,
  type StoredExperience,
} from "../../rl/mod.ts";
import { openRegistry, requireWritable } from "../../registry/mod.ts";
import {
  InputError,
  type JsonValue,
  RefusedError,
  sha256Hex,
  type TaskControl,
} from "../../core/mod.ts";
import { codeSha256, hardware, versions } from "../../core/program.ts";
import type { PolicyManifest } from "../../records/mod.ts";
import { OPSET } from "../../onnx/mod.ts";
import { logVerdict, tornNote } from "./evaluate_log.ts";

/** How to learn from a log. */
export interface LogLearningRequest {
  readonly path: string;
  /** Registry name; `<symbol>-experience` when absent. */
  readonly name?: string;
  readonly parameters: ExperienceParameters;
  readonly validationShare: number;
  readonly evidenceShare: number;
  /** Decisions for which the policy is followed where it is evaluated. */
  readonly horizon: number;
  readonly seed: number;
}

/** What `rl --experience --json` prints when it learns. */
export interface LogLearningDocument {
  readonly experience: string;
  readonly behaviourName: string;
  readonly name: string;
  readonly version: number;
  readonly sha256: string;
  /** The registered graph. */
  readonly path: string;
  readonly stance: PolicyManifest["stance"];
  readonly verdict: string;
  /** What the decisions kept back tell of the policy. */
  readonly evaluation: OffPolicyEvaluation;
  readonly members: PolicyManifest["members"];
  readonly notes: readonly string[];
  readonly seconds: number;
}

/**
 * Learns a policy from logged decisions by implicit Q-learning, tells from the newest of them what
 * it is worth, and registers it.
 *
 * @throws {InputError} when the log cannot be used
 * @throws {RefusedError} when the decisions kept back cannot tell; nothing is registered then
 */
export async function learnLog(
  request: LogLearningRequest,
  modelsFolder: string,
  control: TaskControl,
): Promise<LogLearningDocument> {
  const started = control.clock.now();
  // Before the work: files that are edited meanwhile did not do it.
  const code = codeSha256();
  const { path } = request;
  const stored = await readExperience(path);
  const { experience, isTorn } = stored;
  requireAccount(experience.header, path);
  if (!isExplored(experience)) {
    throw new RefusedError(
      `${path}: Cannot learn from a log in which nothing was explored: every position was taken with ` +
        "probability 1, and what another would have earned is not in it (trade or record with --explore)",
    );
  }
  requireWritable(modelsFolder);
  // TensorFlow.js is loaded by those alone who learn.
  const { learnFromExperience, requirePolicyParity } = await import("../../rl/training.ts");
  const learnt = await learnFromExperience({ ...request, experience }, {
    ...(control.signal === undefined ? {} : { signal: control.signal }),
    onProgress: (fraction) => control.onProgress?.("learning", fraction),
  });
  const name = request.name ?? `${experience.header.instrument}-experience`;
  const onnx = exportPolicy(learnt.policy, { name, kind: "policy" });
  await requirePolicyParity(onnx, learnt.policy, observationFrame(experience));
  const seconds = (control.clock.now() - started) / 1000;
  const createdAt = new Date(started).toISOString();
  const manifest = await describe(request, { stored, learnt, name, onnx, createdAt, seconds });
  using registry = openRegistry({ folder: modelsFolder, clock: control.clock });
  const { onnxSha256, version } = await registry.register({
    ...{ manifest, onnx, codeSha256: code, parentRun: null },
  });
  return {
    experience: path,
    behaviourName: experience.header.behaviour,
    ...{ name, version, sha256: onnxSha256 },
    path: (await registry.load(`${name}@${version}`)).path,
    stance: learnt.stance,
    verdict: logVerdict(learnt.evaluation),
    evaluation: learnt.evaluation,
    members: manifest.members,
    notes: [...tornNote(isTorn), ...learnt.remarks],
    seconds: (control.clock.now() - started) / 1000,
  };
}

/** Without its features and account a policy could not be followed. */
function requireAccount({ account, featureSpec }: ExperienceHeader, path: string): void {
  if (account !== null && featureSpec !== null) return;
  throw new InputError("Cannot register a policy as the log does not name account and features", {
    where: `${path}, line 1`,
    remedy: "log with `rl --record`",
  });
}

/** What the manifest is made of. */
interface Made {
  readonly stored: StoredExperience;
  readonly learnt: PolicyFromExperience;
  readonly name: string;
  readonly onnx: Uint8Array;
  readonly createdAt: string;
  readonly seconds: number;
}

async function describe(
  request: LogLearningRequest,
  { createdAt, learnt, name, onnx, seconds, stored: { experience, sha256 } }: Made,
): Promise<PolicyManifest> {
  const { header, rows } = experience;
  return {
    format: 2,
    name,
    kind: "policy",
    createdAt,
    instrument: header.instrument,
    intervalMs: header.intervalMs,
    featureSpec: header.featureSpec,
    featureColumns: [...header.columns],
    window: 1,
    actions: [...header.actions],
    stance: learnt.stance,
    data: { source: request.path, sha256, request: null, rows, ...spanOf(experience) },
    ...evidenceFields(learnt),
    remarks: learnt.remarks,
    training: trainingFields(request, header),
    parameters: toJson({ algorithm: "iql", ...request.parameters }) as Record<string, JsonValue>,
    seed: request.seed,
    versions: versions(),
    hardware: hardware(),
    trainingSeconds: seconds,
    onnx: { sha256: await sha256Hex(onnx), bytes: onnx.length, opset: OPSET },
  };
}

/** The bars that the log reaches over; its runs may lie in any order. */
function spanOf(
  { header: { intervalMs }, time }: Experience,
): Pick<PolicyManifest["data"], "firstTime" | "lastTime" | "testFrom"> {
  const first = time.reduce((least, own) => Math.min(least, own), Infinity);
  const last = time.reduce((most, own) => Math.max(most, own), -Infinity);
  return {
    firstTime: new Date(first - intervalMs).toISOString(),
    lastTime: new Date(last - intervalMs).toISOString(),
    // The last decision is filled and marked at the opens of the two bars after it.
    testFrom: new Date(last + 2 * intervalMs).toISOString(),
  };
}

function trainingFields(
  { evidenceShare, horizon, parameters, validationShare }: LogLearningRequest,
  { account, lots, unitTicks }: ExperienceHeader,
): PolicyManifest["training"] {
  const { costs, equityUsd, flattenAtSessionEnd } = account!;
  return {
    parameters: toJson({ algorithm: "iql", ...parameters }),
    reward: toJson({ logged: true, horizon }),
    position: { lots, equityUsd },
    referenceTicks: unitTicks,
    costs: { ...costs },
    ...{ flattenAtSessionEnd, holdout: 0, validationShare, evidenceShare },
  };
}

/** Everything that the decisions kept back say. */
function evidenceFields(
  { behaviour, evaluation, kept, members }: PolicyFromExperience,
): Pick<PolicyManifest, "metrics" | "evidence" | "behaviour" | "rewardTerms" | "members"> {
  const [weighted] = consistentEstimates(evaluation.estimates);
  const { standardError, value } = weighted!;
  if (value === null || members.some(({ evidence }) => evidence === null)) {
    throw new RefusedError(
      `Cannot tell what the learnt policy is worth. ${
        weighted!.refusal ?? "One seed stands alone."
      }`,
    );
  }
  const { firstTime, lastTime } = spanOf(kept);
  const t = standardError! > 0 ? value / standardError! : null;
  return {
    metrics: {
      evidenceMean: value,
      evidenceStandardError: standardError,
      evidenceT: t,
      effectiveSampleSize: evaluation.effectiveSampleSize,
      turnover: behaviour.turnover,
      entropy: behaviour.entropy,
    },
    evidence: {
      ...{ firstTime, lastTime, rows: kept.rows, mean: value, standardError, t },
    },
    behaviour,
    rewardTerms: [{ term: "return", sum: value * kept.rows, share: 1 }],
    members: members.map(({ bestStep, evidence, points, seed, stop }) => ({
      ...{ seed, bestStep, stop, evidenceMean: evidence! },
      points: points.map(({ behaviour: { entropy, turnover }, step, validation, valueLoss }) => ({
        ...{ step, objective: -valueLoss, validation, turnover, entropy, shares: { return: 1 } },
      })),
    })),
  };
}

function toJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}
