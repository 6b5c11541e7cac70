import type { BlendRule } from "../lib/blend/blender.ts";
import { fitLogOddsPool } from "../lib/blend/blenders/log_odds_pool.ts";
import { longProbability } from "../lib/blend/forecast.ts";
import { fitStacking } from "../lib/blend/blenders/stacking.ts";
import { anytimeHedgeRegretBound } from "../lib/blend/expert_weights.ts";
import { assert } from "./assert.ts";
import {
  type BlendWorld,
  COST,
  makeBlendWorld,
  MOVE,
  playBlend,
  type Skill,
} from "./fixtures/blend_world.ts";

const LENGTH = 12_000;
/** The rules are fitted on the bars before it and judged on those from it on. */
const HALF = LENGTH / 2;
const SEEDS = [1, 2, 3];

function rulesFor({ forecasts, returns }: BlendWorld): BlendRule[] {
  const probabilities = Float64Array.from(forecasts.slice(0, HALF).flat(), longProbability);
  const outcomes = Uint8Array.from(returns.subarray(0, HALF), (value) => value > 0 ? 1 : 0);
  // One or two switches are expected in so many bars.
  const learning = { returnBound: MOVE, rate: 0.05, share: 0.0001 };
  return [
    {
      kind: "log-odds-pool",
      pool: fitLogOddsPool(probabilities, 2, outcomes),
      minConfidence: 0.02,
    },
    { kind: "stacking", stack: fitStacking(probabilities, 2, outcomes), minConfidence: 0.02 },
    { kind: "confidence-weighted", minConfidence: 0.02, learning },
    { kind: "hedge", learning: { returnBound: MOVE, rate: null } },
    { kind: "fixed-share", learning },
    { kind: "exponentiated-gradient", rate: 5 },
  ];
}

interface Outcome {
  readonly kind: string;
  readonly blended: number;
  readonly parts: readonly number[];
}

function playAll(skill: Skill, kinds: readonly string[] | null, from = HALF): Outcome[] {
  return SEEDS.flatMap((seed) => {
    const world = makeBlendWorld(LENGTH, seed, skill);
    const rules = rulesFor(world).filter(({ kind }) => kinds === null || kinds.includes(kind));
    return rules.map((rule) => ({ kind: rule.kind, ...playBlend(world, rule, from) }));
  });
}

function assertGood({ blended, kind, parts }: Outcome): void {
  const average = (parts[0]! + parts[1]!) / 2, best = Math.max(...parts);
  const numbers = `${kind}: ${blended.toFixed(6)} of ${parts.map((part) => part.toFixed(6))}`;
  assert(blended > average, `${numbers} does not beat the average`);
  assert(blended >= 0.95 * best, `${numbers} is not within 5 % of the better part`);
}

Deno.test("every blender of a better and a worse part beats their average and keeps the better one", () => {
  playAll(() => [1, 0.6], null).forEach(assertGood);
});

Deno.test("every blender survives a confident part that is more often wrong than right", () => {
  playAll(() => [1, -0.5], null).forEach(assertGood);
});

Deno.test("every blender survives a confident part that knows nothing", () => {
  playAll(() => [0, 0.9], null).forEach(assertGood);
});

Deno.test("blenders that use confidence beat both of two equal parts", () => {
  const kinds = ["log-odds-pool", "stacking", "confidence-weighted"];
  for (const { blended, kind, parts } of playAll(() => [1, 1], kinds)) {
    assert(blended > 1.05 * Math.max(...parts), `${kind} does not gain from two parts`);
  }
});

Deno.test("fixed share follows a change of the good part; plain Hedge is slower", () => {
  const regimes: Skill = (bar) => bar < HALF ? [1, -0.5] : [-0.5, 1];
  const outcomes = playAll(regimes, ["hedge", "fixed-share"], 0);
  for (let i = 0; i < outcomes.length; i += 2) {
    const [hedge, shared] = [outcomes[i]!, outcomes[i + 1]!];
    assert(shared.blended > 2 * Math.max(...shared.parts), "fixed share does not follow");
    assert(shared.blended > hedge.blended, "fixed share is not quicker than Hedge");
  }
});

Deno.test("hedge keeps its regret bound against the best part and against flat, in every world", () => {
  // Losses are in [0, 1] for returns of a full position within the bound; costs go beyond it.
  const bound = anytimeHedgeRegretBound(3, LENGTH) * 2 * MOVE / LENGTH + COST;
  for (const skill of [[0, 0], [1, 1], [1, -0.5], [-0.5, -0.5]] as const) {
    for (const { blended, parts } of playAll(() => skill, ["hedge"], 0)) {
      assert(blended >= Math.max(0, ...parts) - bound, `hedge lost to the best of ${skill}`);
    }
  }
});

Deno.test("learning blenders go flat where both parts lose", () => {
  const kinds = ["hedge", "fixed-share", "exponentiated-gradient"];
  for (const { blended, kind, parts } of playAll(() => [-0.3, -0.3], kinds)) {
    assert(Math.max(...parts) < -0.0003, "the parts should lose");
    assert(Math.abs(blended) < 0.05 * Math.abs(Math.max(...parts)), `${kind} is not flat`);
  }
});
