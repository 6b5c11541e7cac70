import { applyScaler, fitScaler, type NetworkLayer, type Scaler } from "../../models/mod.ts";
import { startTensorflow } from "../../models/networks.ts";
import { mixSeed } from "../../core/mod.ts";
import { referenceDeviation } from "../environment/transition_table.ts";
import { type Policy, policyProbabilities } from "../policy/policy.ts";
import {
  initializePolicy,
  plantForecast,
  policyLayers,
  type PolicyShape,
  policyWeights,
} from "../policy/policy_network.ts";
import { checkRequest, shapeOf } from "./check_request.ts";
import { learnerOf } from "./learners.ts";
import { evaluatePolicy, type PolicyEvaluation, resultEvidence } from "./evaluate_policy.ts";
import type { LearningMarket } from "./learning_market.ts";
import { type LinearForecast, linearForecast } from "./linear_forecast.ts";
import { openMemberKeeper } from "./member_keeper.ts";
import { createPolicyMember, type PolicyMemberState } from "./member_state.ts";
import type { PolicyControl, PolicyModel, PolicyRequest, PolicySplit } from "./policy_request.ts";
import { splitRows } from "./split_rows.ts";
import { trainMember } from "./train_member.ts";

/**
 * Learns a policy offline: an ensemble of seeds on the older rows, each kept at its best on later
 * rows, judged together on the newest, which decide whether the policy may trade at all. The same
 * request gives the same bytes.
 *
 * @throws {InputError} when there are too few rows, the price never moves, or learning fails from
 * the start
 * @throws {RangeError} when the frame does not reach to the table's last decision
 * @throws the reason of `control.signal` when it is aborted; the state is saved before
 * @example
 * ```ts
 * import { trainPolicy } from "./train_policy.ts";
 * import { DEFAULT_POLICY } from "./parameters.ts";
 * import { transitionTableOf } from "../environment/transition_table.ts";
 * import { RISK_NEUTRAL_REWARD } from "../reward/additive_reward.ts";
 * import { createRandom } from "../../core/random.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * // The feature foretells half of what is earned next.
 * const random = createRandom(1);
 * const values = Float32Array.from({ length: 600 }, () => random.normal());
 * const returns = Float64Array.from(values, (value) => value / 2 + random.normal());
 * const { policy, stance } = await trainPolicy({
 *   frame: { columns: ["signal"], rows: 600, values, firstValidRow: 0 },
 *   table: transitionTableOf(returns, 0.05),
 *   reward: RISK_NEUTRAL_REWARD,
 *   parameters: { ...DEFAULT_POLICY, size: "small", members: 1, episodes: 4, steps: 40 },
 *   validationShare: 0.2,
 *   evidenceShare: 0.3,
 *   seed: 1,
 * });
 * assertEquals(stance, "trade");
 * assertEquals(policy.actions, [-1, 0, 1]);
 * ```
 */
export async function trainPolicy(
  request: PolicyRequest,
  control: PolicyControl = {},
): Promise<PolicyModel> {
  const { frame, parameters, reward, table } = request;
  checkRequest(request);
  const split = splitRows(request);
  const { from, to } = split.learning;
  const reference = referenceDeviation(table, from, to);
  const market: LearningMarket = { table, actions: parameters.actions, reference, reward };
  control.signal?.throwIfAborted();
  await startTensorflow();

  const scaler = fitScaler(frame, rowsBetween(table.from + from, table.from + to), "standard");
  const { members, remarks } = await trainMembers(request, control, market, split, scaler);
  const logits = parameters.actions.length ** 2;
  const policy: Policy = {
    actions: parameters.actions,
    features: frame.columns.length,
    window: parameters.window,
    scaler,
    members: members.map(({ best }) => headOf(policyLayers(shapeOf(request), best), logits)),
  };
  const { evaluation, means } = await judge(request, policy, market, split);
  const evidence = resultEvidence(evaluation.results);
  return {
    policy,
    reference,
    split,
    curves: members.map(({ bestStep, curve, stop }, index) => ({
      member: index + 1,
      seed: mixSeed(request.seed, index),
      points: curve,
      bestStep,
      stop: stop!,
      evidenceMean: means[index]!,
    })),
    evidence,
    evaluation,
    stance: evidence.isAboveFlat ? "trade" : "stand-aside",
    remarks: [...remarks, ...remarksOn(members, evaluation)],
  };
}

/** Trains one member after the other, each from where its state stands. */
async function trainMembers(
  request: PolicyRequest,
  control: PolicyControl,
  market: LearningMarket,
  split: PolicySplit,
  scaler: Scaler,
): Promise<{ members: readonly PolicyMemberState[]; remarks: readonly string[] }> {
  const { frame, parameters } = request;
  const shape = shapeOf(request);
  const learner = learnerOf(parameters.algorithm).create(parameters);
  const values = applyScaler(scaler, frame.values, frame.rows);
  const input = { values, columns: frame.columns.length, window: parameters.window };
  const forecast = linearForecast(market, input, split.learning);
  const { keep, members, remarks } = await openMemberKeeper(request, control);
  for (let index = 0; index < parameters.members; index++) {
    const seed = mixSeed(request.seed, index);
    const start = startWeights(shape, parameters.actions, forecast, seed);
    const state = members[index] ??= createPolicyMember(start.weights.slice());
    const onState = async (place: "step" | "look"): Promise<void> => {
      if (place === "look") control.onLook?.(index + 1, state.curve.at(-1)!);
      control.onProgress?.((index + state.step / parameters.steps) / parameters.members);
      await keep(place);
    };
    await trainMember(state, {
      ...{ parameters, learner, shape, market, input, seed, onState },
      learning: split.learning,
      validation: split.validation,
      rule: start.followsForecast ? start.weights : null,
    });
    control.onProgress?.((index + 1) / parameters.members);
  }
  return { members, remarks };
}

function startWeights(
  shape: PolicyShape,
  actions: readonly number[],
  forecast: LinearForecast | null,
  seed: number,
): { readonly weights: Float32Array; readonly followsForecast: boolean } {
  const weights = new Float32Array(policyWeights(shape));
  const layers = policyLayers(shape, weights);
  initializePolicy(layers, seed);
  const followsForecast = forecast !== null && plantForecast(layers, forecast, actions);
  return { weights, followsForecast };
}

/** The ensemble and each member alone on the evidence rows. */
async function judge(
  { frame, table }: PolicyRequest,
  policy: Policy,
  market: LearningMarket,
  { evidence: { from, to } }: PolicySplit,
): Promise<{ evaluation: PolicyEvaluation; means: readonly number[] }> {
  const evaluate = async (judged: Policy): Promise<PolicyEvaluation> => {
    const rows = [table.from + from, table.from + to] as const;
    return evaluatePolicy(market, await policyProbabilities(judged, frame, ...rows), from);
  };
  const means: number[] = [];
  for (const layers of policy.members) {
    means.push((await evaluate({ ...policy, members: [layers] })).mean);
  }
  return { evaluation: await evaluate(policy), means };
}

function remarksOn(
  members: readonly PolicyMemberState[],
  { behaviour, rewards }: PolicyEvaluation,
): string[] {
  const diverged = members.flatMap(({ bestStep, step, stop }, index) =>
    stop === "diverged"
      ? [
        `Member ${index + 1} stopped at batch ${step + 1} as its outputs were no longer finite; ` +
        `it kept the weights of batch ${bestStep}. A lower learning rate avoids it.`,
      ]
      : []
  );
  return [
    ...diverged,
    ...behaviour.warnings.map((warning) => `On the evidence rows ${warning}.`),
    ...rewards.alerts().map((alert) => `On the evidence rows ${alert}.`),
  ];
}

/** The layers with the first `logits` outputs of the head: values serve learning alone. */
function headOf(layers: readonly NetworkLayer[], logits: number): readonly NetworkLayer[] {
  const head = layers.at(-1)!;
  if (head.kind !== "dense" || head.bias.length === logits) return layers;
  const width = head.bias.length;
  const weights = head.weights.filter((_, i) => i % width < logits);
  return [...layers.slice(0, -1), { ...head, weights, bias: head.bias.slice(0, logits) }];
}

function rowsBetween(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, i) => from + i);
}
