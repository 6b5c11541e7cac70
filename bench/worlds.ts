import { BASELINE_RECIPES } from "../lib/models/model_recipe.ts";
import type { ModelRecipe } from "../lib/models/model_family.ts";
import { DEFAULT_HYBRID } from "../lib/models/hybrid/parameters.ts";
import { DEFAULT_NETWORK } from "../lib/models/network/parameters.ts";
import { type KnownWorld, learnWorld } from "../tests/fixtures/known_world.ts";
import { hardware } from "../lib/core/hardware.ts";
import { versions } from "../lib/core/versions.ts";

/**
 * What each kind of model learns in worlds whose best policy is known
 * (docs/methods.md#worlds-with-a-known-optimum): profit without costs on unseen bars as a share of
 * the best policy's, beside models that see the same window of returns.
 */
const WINDOW = 32;
const WORLDS: readonly KnownWorld["world"][] = [
  { kind: "regime", drift: 0.3, stay: 0.95 },
  { kind: "ar1", phi: 0.2 },
  { kind: "sinusoid", amplitude: 0.05, period: 50, noise: 0.005 },
  { kind: "gbm", drift: 0 },
];
const network = { ...DEFAULT_NETWORK, window: WINDOW, members: 1 };
const RECIPES: Readonly<Record<string, ModelRecipe>> = {
  lstm: { kind: "lstm", parameters: network },
  hybrid: {
    kind: "hybrid",
    parameters: { ...DEFAULT_HYBRID, network: { ...DEFAULT_HYBRID.network, window: WINDOW } },
  },
  ...BASELINE_RECIPES,
};

const results = [];
for (const world of WORLDS) {
  for (const [name, recipe] of Object.entries(RECIPES)) {
    const started = performance.now();
    const result = await learnWorld({
      world,
      trainBars: 30_000,
      testBars: 60_000,
      window: WINDOW,
      seed: 1,
    }, recipe);
    const seconds = (performance.now() - started) / 1000;
    results.push({ world, name, ...result, seconds });
    console.error(
      `${world.kind.padEnd(9)} ${name.padEnd(9)} ${result.shareOfOptimum?.toFixed(3) ?? "n/a"} ` +
        `of the optimum, z ${result.zScore.toFixed(1)}, ${seconds.toFixed(1)} s`,
    );
  }
}
console.log(JSON.stringify({
  benchmark: "worlds",
  date: new Date().toISOString(),
  versions: versions(),
  hardware: hardware(),
  results,
}));
