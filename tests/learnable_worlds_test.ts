import { BASELINE_RECIPES } from "../lib/models/model_recipe.ts";
import type { ModelRecipe } from "../lib/models/model_family.ts";
import { DEFAULT_NETWORK } from "../lib/models/network/parameters.ts";
import type { World } from "../lib/simulator/simulator.ts";
import { assert } from "./assert.ts";
import { learnWorld, type WorldResult } from "./fixtures/known_world.ts";

/*
 * Small versions of `deno task bench worlds`, whose stored output shows every model with its usual
 * settings on more bars.
 */
const WINDOW = 24;
const network = {
  ...DEFAULT_NETWORK,
  window: WINDOW,
  units: [8],
  learningRate: 1e-2,
  batchSize: 256,
  maximumEpochs: 6,
  members: 1,
};
const LSTM: ModelRecipe = { kind: "lstm", parameters: network };

function learn(world: World, recipe: ModelRecipe): Promise<WorldResult> {
  const sizes = { trainBars: 16_000, testBars: 30_000, window: WINDOW, seed: 3 };
  return learnWorld({ world, ...sizes }, recipe);
}

Deno.test("an LSTM earns at least 80 % of what the Bayes filter earns in a world of two regimes", async () => {
  const world = { kind: "regime", drift: 0.3, stay: 0.95 } as const;
  const lstm = await learn(world, LSTM);
  const forest = await learn(world, BASELINE_RECIPES.forest);
  const shares = `LSTM ${lstm.shareOfOptimum} of the optimum, forest on the same windows ` +
    `${forest.shareOfOptimum}`;
  assert(lstm.shareOfOptimum! >= 0.8 && forest.shareOfOptimum! >= 0.8, shares);
});

Deno.test("an LSTM learns autoregressive returns and the phase of a sinusoid", async () => {
  for (const world of [{ kind: "ar1", phi: 0.2 }, { kind: "sinusoid" }] as const) {
    const { shareOfOptimum } = await learn(world, LSTM);
    assert(shareOfOptimum! >= 0.8, `${world.kind} ${shareOfOptimum}`);
  }
});

Deno.test("an LSTM earns nothing on a random walk", async () => {
  const { zScore } = await learn({ kind: "gbm", drift: 0 }, LSTM);
  assert(Math.abs(zScore) < 3, `${zScore} standard errors from nothing`);
});
