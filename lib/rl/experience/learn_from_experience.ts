import {
  applyScaler,
  type FitControl,
  fitScaler,
  type NetworkLayer,
  type Scaler,
} from "../../models/mod.ts";
import { InputError, mixSeed } from "../../core/mod.ts";
import { startTensorflow } from "../../models/networks.ts";
import { type Policy, policyProbabilities } from "../policy/policy.ts";
import { estimateWindows } from "./estimators.ts";
import { type Experience, experienceBetween, nextRow, observationFrame } from "./experience.ts";
import { type ExperienceParameters, parseExperienceParameters } from "./experience_parameters.ts";
import {
  type ImplicitMember,
  type ImplicitMemberTask,
  trainImplicitMember,
} from "./implicit_member.ts";
import { consistentEstimates, evaluateOffPolicy, type OffPolicyEvaluation } from "./off_policy.ts";
import { type TargetBehaviour, targetBehaviour, targetProbabilities } from "./target_policy.ts";
import { combineBlocks, sumWindows } from "./window_sums.ts";

/** What a policy is learnt from, and how. */
export interface ExperienceRequest {
  /** Logged decisions, oldest first. */
  readonly experience: Experience;
  /** How it learns. */
  readonly parameters: ExperienceParameters;
  /** Share of the decisions that early stopping watches. */
  readonly validationShare: number;
  /** Share of the newest decisions, neither learnt from nor watched, that prove the result. */
  readonly evidenceShare: number;
  /** Decisions for which the policy is followed where it is evaluated. */
  readonly horizon: number;
  /** Of every random choice. */
  readonly seed: number;
}

/** How it is watched and stopped. */
export type ExperienceControl = FitControl;

/** How one member learnt. */
export interface TrainedMember extends Omit<ImplicitMember, "layers"> {
  /** Its seed. */
  readonly seed: number;
  /** Its weighted estimate on the decisions kept back, alone; null where it has none. */
  readonly evidence: number | null;
}

/** A policy learnt from logged decisions, with what speaks for it and against it. */
export interface PolicyFromExperience {
  /** The ensemble with its scaler. */
  readonly policy: Policy;
  /** How each member learnt. */
  readonly members: readonly TrainedMember[];
  /** Number of decisions that were learnt from, watched, and kept back. */
  readonly decisions: Readonly<Record<"learning" | "validation" | "evidence", number>>;
  /** Those kept back. */
  readonly kept: Experience;
  /** What the decisions kept back tell of the policy. */
  readonly evaluation: OffPolicyEvaluation;
  /** How it would behave there. */
  readonly behaviour: TargetBehaviour;
  /**
   * `trade` when, on the decisions kept back, both consistent estimates lie above what was done and
   * above staying flat at one-sided 5 %; else `stand-aside`.
   */
  readonly stance: "trade" | "stand-aside";
  /** What a reader should know, in words. */
  readonly remarks: readonly string[];
}

/** A log in order of time, with gaps between, so that no result of one part reaches into the next. */
interface ExperienceSplit {
  readonly learning: Experience;
  readonly validation: Experience;
  readonly evidence: Experience;
}

/** Fewer decisions than this teach, watch or prove nothing. */
const FEWEST_ROWS = 200;
/** A decision's result reaches this many bars ahead. */
const REACH = 2;
/** Decisions followed where early stopping looks: few, for little noise. */
const WATCHED_HORIZON = 2;

/**
 * Learns a policy from logged decisions by implicit Q-learning: an ensemble of seeds on the older
 * decisions, each kept at its best on later ones, judged together on the newest by off-policy
 * evaluation. Only logged actions are asked about, so that nothing is invented of those that were
 * never tried. The same request gives the same bytes.
 *
 * @throws {InputError} when there are too few decisions, or learning fails from the start
 * @throws the reason of `control.signal` when it is aborted
 */
export async function learnFromExperience(
  request: ExperienceRequest,
  control: ExperienceControl = {},
): Promise<PolicyFromExperience> {
  const { experience, horizon, seed } = request;
  const parameters = parseExperienceParameters(request.parameters);
  const split = splitDecisions(request);
  control.signal?.throwIfAborted();
  await startTensorflow();
  const { learning, evidence: kept } = split;
  const frame = observationFrame(learning);
  const scaler = fitScaler(frame, allRows(learning), "standard");
  const policyOf = (members: readonly (readonly NetworkLayer[])[]): Policy => ({
    ...{ actions: experience.header.actions, features: frame.columns.length, window: 1 },
    ...{ scaler, members },
  });
  const learner = memberTask(split, parameters, policyOf, scaler);
  const layers: (readonly NetworkLayer[])[] = [];
  const members: TrainedMember[] = [];
  for (let index = 0; index < parameters.members; index++) {
    const own = mixSeed(seed, index);
    const onStep = (step: number): void => {
      control.signal?.throwIfAborted();
      control.onProgress?.((index + step / parameters.steps) / parameters.members);
    };
    const { layers: learnt, ...member } = await trainImplicitMember({
      ...learner,
      ...{ seed: own, onStep },
    });
    layers.push(learnt);
    const { target } = await follow(policyOf([learnt]), kept);
    members.push({ ...member, seed: own, evidence: quickEstimate(kept, target, horizon) });
  }
  const policy = policyOf(layers);
  const { behaviour, target } = await follow(policy, kept);
  const evaluation = evaluateOffPolicy(kept, target, { horizon, seed });
  return {
    ...{ policy, members, kept, evaluation, behaviour },
    decisions: {
      learning: learning.rows,
      validation: split.validation.rows,
      evidence: kept.rows,
    },
    stance: evaluation.isBetter && isAboveFlat(evaluation) ? "trade" : "stand-aside",
    remarks: remarksOn(members, evaluation),
  };
}

/** What all members learn from, and how they are looked at. */
function memberTask(
  { learning, validation }: ExperienceSplit,
  parameters: ExperienceParameters,
  policyOf: (members: readonly (readonly NetworkLayer[])[]) => Policy,
  scaler: Scaler,
): Omit<ImplicitMemberTask, "seed" | "onStep"> {
  const { columns, rows, values } = observationFrame(learning);
  return {
    experience: learning,
    parameters,
    input: { values: applyScaler(scaler, values, rows), columns: columns.length, window: 1 },
    rows: allRows(learning).filter((row) => learning.end[row] === 1 || nextRow(learning, row) >= 0),
    async judge(layers) {
      const { behaviour, target } = await follow(policyOf([layers]), validation);
      const estimate = quickEstimate(validation, target, WATCHED_HORIZON);
      // The lowest where the log holds nothing like it.
      return { validation: estimate ?? -Number.MAX_VALUE, behaviour };
    },
  };
}

/** Whether both consistent estimates have their lower bound above what staying flat earns. */
function isAboveFlat({ estimates }: OffPolicyEvaluation): boolean {
  return consistentEstimates(estimates)
    .every(({ lowerBound }) => lowerBound !== null && lowerBound > 0);
}

/**
 * Cuts the log by time into the decisions to learn from, to watch and to prove: runs over the same
 * bars must not lie on both sides.
 */
function splitDecisions(
  { evidenceShare, experience, validationShare }: ExperienceRequest,
): ExperienceSplit {
  const { header: { intervalMs }, rows } = experience;
  const times = experience.time.slice().sort();
  const timeAt = (share: number): number => times[Math.round(rows * share)] ?? Infinity;
  const proven = timeAt(1 - evidenceShare), watched = timeAt(1 - evidenceShare - validationShare);
  const gap = REACH * intervalMs;
  const split: ExperienceSplit = {
    learning: experienceBetween(experience, -Infinity, watched - gap),
    validation: experienceBetween(experience, watched, proven - gap),
    evidence: experienceBetween(experience, proven, Infinity),
  };
  for (const [name, part] of Object.entries(split)) {
    if (part.rows >= FEWEST_ROWS) continue;
    throw new InputError(
      `Cannot learn from ${rows} logged decisions as the ${name} part needs ${FEWEST_ROWS}: ` +
        `current value is ${part.rows}`,
      { remedy: "log more decisions" },
    );
  }
  return split;
}

async function follow(
  policy: Policy,
  experience: Experience,
): Promise<{ readonly target: Float64Array; readonly behaviour: TargetBehaviour }> {
  const frame = observationFrame(experience);
  const probabilities = await policyProbabilities(policy, frame, 0, frame.rows);
  const target = targetProbabilities(experience, probabilities);
  return { target, behaviour: targetBehaviour(experience, probabilities, target) };
}

/** Weighted importance sampling without its spread; null where no stretch is like it. */
function quickEstimate(
  experience: Experience,
  target: Float64Array,
  horizon: number,
): number | null {
  const sums = sumWindows(experience, target, { horizon, q: null });
  const total = combineBlocks(sums, new Int32Array(sums.blocks.length).fill(1));
  const value = estimateWindows(total, sums.layout, 1).target["weighted importance sampling"];
  return Number.isFinite(value) ? value : null;
}

function remarksOn(
  members: readonly TrainedMember[],
  { estimates }: OffPolicyEvaluation,
): string[] {
  const diverged = members.flatMap(({ bestStep, stop }, index) =>
    stop === "diverged"
      ? [
        `Member ${
          index + 1
        } stopped as its numbers were no longer finite; it kept the weights of ` +
        `batch ${bestStep}. A lower learning rate avoids it.`,
      ]
      : []
  );
  const refused = estimates.flatMap(({ method, refusal }) =>
    refusal === null ? [] : [`On the decisions kept back ${method} refuses. ${refusal}`]
  );
  return [...diverged, ...refused];
}

function allRows({ rows }: Experience): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row);
}
