import { openRegistry, type StoredModel } from "../../registry/mod.ts";
import {
  consistentEstimates,
  evaluateOffPolicy,
  type Experience,
  type ExperienceHeader,
  meanSlippageTicks,
  observationFrame,
  type OffPolicyEvaluation,
  readExperience,
  targetProbabilities,
} from "../../rl/mod.ts";
import { type Clock, InputError } from "../../core/mod.ts";
import { isPolicy, type PolicyManifest } from "../../records/mod.ts";
import { availableEngine, createSession } from "../../onnx/mod.ts";

/** What `rl --experience --evaluate --json` prints. */
export interface LogEvaluationDocument {
  /** File of the log. */
  readonly experience: string;
  /** Who decided in the log. */
  readonly behaviourName: string;
  /** `name@version` of the policy that is evaluated. */
  readonly model: string;
  /** What the log tells of it; rewards in its reference deviations. */
  readonly evaluation: OffPolicyEvaluation;
  /** Ticks a lot that the logged fills were worse than the open; null without fills. */
  readonly meanSlippageTicks: number | null;
  /** True when no consistent estimator has an answer; the command ends with 3. */
  readonly refused: boolean;
  readonly verdict: string;
  readonly notes: readonly string[];
}

/** Which policy to evaluate on which log. */
export interface LogEvaluationRequest {
  readonly path: string;
  readonly model: string;
  /** Decisions for which the policy is followed from each logged point. */
  readonly horizon: number;
  readonly seed: number;
}

/**
 * Tells from a log what a registered policy would have earned in place of the one that decided.
 *
 * @throws {InputError} when log or model cannot be used, or do not fit each other
 */
export async function evaluateLog(
  { horizon, model, path, seed }: LogEvaluationRequest,
  modelsFolder: string,
  clock: Clock,
): Promise<LogEvaluationDocument> {
  const { experience, isTorn } = await readExperience(path);
  using registry = openRegistry({ folder: modelsFolder, clock, readOnly: true });
  const stored = await registry.load(model);
  const { manifest, name, version } = stored;
  if (!isPolicy(manifest)) {
    throw new InputError(`Cannot evaluate a ${manifest.kind} on logged decisions`, {
      where: `${name}@${version}`,
      remedy: "name a policy, as `rl` registers it",
    });
  }
  requireFit(experience.header, manifest, `${name}@${version}`);
  const probabilities = await askModel(stored, experience);
  const target = targetProbabilities(experience, probabilities);
  const evaluation = evaluateOffPolicy(experience, target, { horizon, seed });
  const refused = consistentEstimates(evaluation.estimates).every(({ value }) => value === null);
  return {
    experience: path,
    behaviourName: experience.header.behaviour,
    model: `${name}@${version}`,
    evaluation,
    meanSlippageTicks: meanSlippageTicks(experience),
    refused,
    verdict: logVerdict(evaluation),
    notes: tornNote(isTorn),
  };
}

/** What to do, in one sentence. */
export function logVerdict({ estimates, isBetter }: OffPolicyEvaluation): string {
  const [weighted] = estimates;
  if (weighted!.refusal !== null) return `No answer. ${weighted!.refusal}`;
  return isBetter
    ? "Better than what was done: the lower bounds of both consistent estimates lie above it."
    : "Not shown to be better than what was done: do not put it in its place.";
}

/** What is to be said of a log whose last line is torn. */
export function tornNote(isTorn: boolean): readonly string[] {
  return isTorn ? ["The log ends in the middle of a line, which was left out."] : [];
}

async function askModel(
  { manifest: { window }, onnx }: StoredModel,
  experience: Experience,
): Promise<Float32Array> {
  const { rows, values } = observationFrame(experience);
  const session = await createSession(onnx, { engine: await availableEngine(), window });
  try {
    return await session.run(values, rows);
  } finally {
    await session.dispose();
  }
}

/** What the log observes must be what the policy reads, and its positions those of the policy. */
function requireFit(
  header: ExperienceHeader,
  manifest: PolicyManifest,
  model: string,
): void {
  const pairs: readonly (readonly [what: string, logged: unknown, read: unknown])[] = [
    ["instrument", header.instrument, manifest.instrument],
    ["bar length", header.intervalMs, manifest.intervalMs],
    ["features", header.columns.join(", "), manifest.featureColumns.join(", ")],
    ["positions", header.actions.join(", "), manifest.actions.join(", ")],
    ["rows it reads at once", 1, manifest.window],
  ];
  for (const [what, logged, read] of pairs) {
    if (logged === read) continue;
    throw new InputError(
      `Cannot evaluate a policy on a log of other ${what}: the log has ${logged}, the policy ${read}`,
      { where: model, remedy: "learn one with the features and positions of the log" },
    );
  }
}
