import { T_LIMIT } from "../rl/mod.ts";
import {
  type ActionMap,
  isPolicy,
  type PolicyManifest,
  type PolicySummary,
} from "../records/mod.ts";
import type { StrategyRun } from "./comparison.ts";
import type { RunConditions } from "../engine/mod.ts";
import type { ModelPredictions } from "../system/mod.ts";

/** Groups of equally many rows along a feature. */
const GROUPS = 24;
/** Features whose action maps are shown. */
const SHOWN_FEATURES = 2;
/** Actions for which an action map has a line. */
const SHOWN_ACTIONS = 5;

/**
 * What a report shows of a learnt policy; null for anything else.
 *
 * @param optimumTicks what the best policy earns per bar and lot in the long run; null for unknown
 */
export function policySummary(
  { model, signals }: StrategyRun,
  conditions: RunConditions,
  optimumTicks: number | null,
): PolicySummary | null {
  if (model === undefined || !isPolicy(model.manifest) || signals === undefined) return null;
  const { manifest } = model;
  return {
    name: `${model.name} v${model.version}`,
    verdict: policyVerdict(manifest),
    isFollowed: manifest.stance === "trade",
    members: manifest.members.map(({ points, stop, ...member }) => ({
      ...member,
      stopped: stop,
      looks: points.map(({ entropy, step, turnover, validation }) => ({
        ...{ step, validation, turnover, entropy },
      })),
    })),
    optimum: optimumTicks === null ? null : optimumTicks / manifest.training.referenceTicks,
    rewardTerms: manifest.rewardTerms,
    actions: manifest.actions,
    histogram: manifest.behaviour.histogram,
    actionMaps: actionMaps(manifest, signals, conditions),
  };
}

/** What the rows kept back say of a policy, in words, with the bound that decides. */
export function policyVerdict({ evidence, stance }: PolicyManifest): string {
  const { firstTime, lastTime, mean, rows, standardError, t } = evidence;
  const span = `${rows.toLocaleString("en")} bars from ${firstTime.slice(0, 10)} to ` +
    `${lastTime.slice(0, 10)}, which it neither learnt from nor was chosen by`;
  if (standardError === null || t === null) {
    return `On ${span}, it never did anything that could earn or lose: it stands aside.`;
  }
  const least = mean - T_LIMIT * standardError;
  const earned = `On ${span}, it made ${mean.toFixed(4)} standard deviations a bar after costs, ` +
    `with 95 % confidence at least ${least.toFixed(4)} (t = ${t.toFixed(2)})`;
  return stance === "trade"
    ? `${earned}: more than staying flat, so it is followed.`
    : `${earned}: that can be staying flat, so it stands aside and is not followed.`;
}

/** The features along which the position taken next varies most. */
function actionMaps(
  { actions }: PolicyManifest,
  { frame, firstRow, probabilities }: ModelPredictions,
  { from, to }: RunConditions,
): ActionMap[] {
  const first = Math.max(from, firstRow), width = frame.columns.length;
  const rows = Array.from({ length: Math.max(0, to - first) }, (_, index) => first + index);
  if (rows.length < GROUPS) return [];
  const count = actions.length;
  const shown = shownActions(actions);
  const next = shown.map((held) =>
    Float64Array.from(rows, (row) =>
      actions.reduce(
        (sum, action, index) => sum + action * probabilities[(row * count + held) * count + index]!,
        0,
      ))
  );
  const maps = frame.columns.map((feature, column): ActionMap => {
    const values = Float64Array.from(rows, (row) => frame.values[row * width + column]!);
    const order = rows.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
    const group = (source: Float64Array): number[] => groupMeans(source, order);
    return {
      feature,
      lines: shown.map((held, index) => ({
        held: actions[held]!,
        value: group(values),
        next: group(next[index]!),
      })),
    };
  });
  return maps.toSorted((a, b) => reach(b) - reach(a)).slice(0, SHOWN_FEATURES);
}

/** Indexes of a few actions, both ends and flat among them. */
function shownActions(actions: readonly number[]): number[] {
  if (actions.length <= SHOWN_ACTIONS) return actions.map((_, index) => index);
  return [0, actions.indexOf(0), actions.length - 1]
    .filter((index, at, all) => all.indexOf(index) === at);
}

/** How far the lines of a map go from their lowest to their highest point, summed. */
function reach({ lines }: ActionMap): number {
  return lines.reduce((sum, { next }) => sum + Math.max(...next) - Math.min(...next), 0);
}

function groupMeans(source: Float64Array, order: readonly number[]): number[] {
  return Array.from({ length: GROUPS }, (_, group) => {
    const begin = Math.floor(group * order.length / GROUPS);
    const end = Math.floor((group + 1) * order.length / GROUPS);
    let sum = 0;
    for (let i = begin; i < end; i++) sum += source[order[i]!]!;
    return sum / (end - begin);
  });
}
