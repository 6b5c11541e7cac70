import {
  DEFAULT_POLICY,
  DEFAULT_REWARD,
  type PolicyParameters,
  type RewardWeights,
  type TrainedPolicy,
} from "../../rl/mod.ts";
import { DEFAULT_FEATURES, type FeatureSpec } from "../../features/mod.ts";
import { type AccountSettings, createRunConditions } from "../../system/mod.ts";
import type { OpenedData } from "../../data/mod.ts";
import type { TaskControl } from "../../core/mod.ts";
import { hardware, versions } from "../../core/program.ts";

/** How to learn a policy, apart from the data and the account. */
export interface PolicySettings {
  /** Registry name; `<symbol>-policy` when absent. */
  readonly name?: string;
  readonly features: FeatureSpec;
  readonly parameters: PolicyParameters;
  readonly reward: RewardWeights;
  /** Share of the newest bars that learning never touches. */
  readonly holdout: number;
  /** Share of the others that early stopping watches. */
  readonly validationShare: number;
  /** Share of the newest of them that decides whether the policy may trade. */
  readonly evidenceShare: number;
  readonly seed: number;
}

/** The settings of `rl` without flags; every one of them is recorded in the manifest. */
export const DEFAULT_POLICY_SETTINGS: PolicySettings = {
  features: DEFAULT_FEATURES,
  parameters: DEFAULT_POLICY,
  reward: DEFAULT_REWARD,
  holdout: 1 / 3,
  validationShare: 0.15,
  evidenceShare: 0.15,
  seed: 1,
};

/** Registry name of the policy that the settings describe. */
export function policyName({ bars }: OpenedData, { name }: PolicySettings): string {
  return name ?? `${bars.instrument.symbol}-policy`;
}

/** Learns a policy on data that is already open, without registering it. */
export async function learnPolicy(
  opened: OpenedData,
  settings: PolicySettings,
  market: AccountSettings,
  control: TaskControl,
): Promise<TrainedPolicy> {
  const { bars, calendar, source } = opened;
  const rows = Math.floor(bars.length * (1 - settings.holdout));
  // The account as it stands at the newest bars that learning may see.
  const { conditions, lots } = createRunConditions(opened, market, {
    from: Math.max(0, rows - 2),
    to: rows,
  });
  // TensorFlow.js is loaded by those alone who learn.
  const { trainPolicyModel } = await import("../../rl/training.ts");
  return await trainPolicyModel({
    name: policyName(opened, settings),
    ...{ bars, calendar, source },
    features: settings.features,
    parameters: settings.parameters,
    reward: settings.reward,
    costs: conditions.costs,
    position: { lots, equityUsd: market.cashUsd },
    flattenAtSessionEnd: market.flattenAtSessionEnd,
    holdout: settings.holdout,
    validationShare: settings.validationShare,
    evidenceShare: settings.evidenceShare,
    seed: settings.seed,
    createdAt: new Date(control.clock.now()).toISOString(),
    versions: versions(),
    hardware: hardware(),
  }, {
    now: control.clock.now,
    ...(control.checkpoints === undefined ? {} : { checkpoint: control.checkpoints("policy") }),
    ...(control.onProgress === undefined
      ? {}
      : { onProgress: (fraction) => control.onProgress?.("learning", fraction) }),
    ...(control.signal === undefined ? {} : { signal: control.signal }),
  });
}
