import reference from "../../../tests/fixtures/optuna_reference.json" with { type: "json" };
import { assertThrows } from "../../../tests/fixtures/temporary_folder.ts";
import { InputError } from "../../core/errors.ts";
import { assert, assertClose, assertEquals } from "../../../tests/assert.ts";
import { TrialPruned } from "../active_trial.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import type { Direction } from "../storage/storage.ts";
import { createStudy } from "../study.ts";
import { hyperbandPruner } from "./hyperband_pruner.ts";
import { medianPruner, percentilePruner } from "./percentile_pruner.ts";
import { noPruner, type Pruner } from "./pruner.ts";
import { signedRankGreater } from "./signed_rank.ts";
import { successiveHalvingPruner } from "./successive_halving_pruner.ts";
import { wilcoxonPruner } from "./wilcoxon_pruner.ts";

const CLOCK = { now: () => 0 };
const TRIALS = 40, STEPS = 27;

/** Park and Miller's generator, as in optuna_reference.py. */
function uniforms(seed: number, count: number): number[] {
  let state = seed + 1;
  return Array.from({ length: count }, () => (state = (state * 48271) % 2147483647) / 2147483647);
}

/** The learning curves of optuna_reference.py. */
function curve(number: number): number[] {
  const u = uniforms(1234567 * number + 17, STEPS + 5).slice(3);
  return Array.from({ length: STEPS }, (_, step) => {
    const value = u[0]! + u[1]! / (step + 1) + 0.2 * u[step + 2]!;
    return number % 5 === 0 ? Math.round(10 * value) / 10 : value;
  });
}

async function reportsUntilPruned(pruner: Pruner, direction: Direction): Promise<number[]> {
  const study = await createStudy({
    name: "reference",
    storage: new MemoryStorage(CLOCK),
    clock: CLOCK,
    directions: [direction],
    pruner,
  });
  const reports: number[] = [];
  await study.optimize(async (trial) => {
    const values = curve(trial.number);
    for (const [step, value] of values.entries()) {
      await trial.report(value, step);
      if (!await trial.shouldPrune()) continue;
      reports.push(step + 1);
      throw new TrialPruned();
    }
    reports.push(STEPS);
    return values.reduce((a, b) => a + b) / STEPS;
  }, { trials: TRIALS });
  return reports;
}

/** The pruners of optuna_reference.py; made anew for each study, as some remember the first rung. */
const PRUNERS: Readonly<Record<keyof typeof reference.pruners, () => Pruner>> = {
  median: medianPruner,
  percentile: () =>
    percentilePruner(25, { startupTrials: 3, warmupSteps: 2, intervalSteps: 3, minTrials: 2 }),
  halving: () => successiveHalvingPruner({ minResource: 1, reductionFactor: 3 }),
  "halving auto": () => successiveHalvingPruner(),
  "halving bootstrap": () =>
    successiveHalvingPruner({
      minResource: 2,
      reductionFactor: 2,
      minEarlyStoppingRate: 1,
      bootstrapCount: 2,
    }),
  hyperband: () => hyperbandPruner({ minResource: 1, maxResource: 27, reductionFactor: 3 }),
  "hyperband auto": hyperbandPruner,
  wilcoxon: wilcoxonPruner,
  "wilcoxon strict": () => wilcoxonPruner({ pThreshold: 0.01, startupSteps: 5 }),
};

for (const [name, create] of Object.entries(PRUNERS)) {
  Deno.test(`pruner "${name}" ends each trial at the step at which Optuna's does`, async () => {
    for (const direction of ["minimize", "maximize"] as const) {
      const expected = reference.pruners[name as keyof typeof PRUNERS][direction];
      assert(new Set(expected).size > 1, "the reference prunes some trials");
      assertEquals(await reportsUntilPruned(create(), direction), expected);
    }
  });
}

Deno.test("noPruner() ends no trial", async () => {
  assert((await reportsUntilPruned(noPruner(), "minimize")).every((reports) => reports === STEPS));
});

Deno.test("medianPruner() ends a trial whose reports are all NaN, and none before the startup", async () => {
  const study = await createStudy({ name: "nan", storage: new MemoryStorage(CLOCK), clock: CLOCK });
  const prunes: boolean[] = [];
  await study.optimize(async (trial) => {
    await trial.report(NaN, 0);
    prunes.push(await trial.shouldPrune());
    return 1;
  }, { trials: 6 });
  assertEquals(prunes, [false, false, false, false, false, true]);
});

Deno.test("signedRankGreater() is SciPy's wilcoxon(zero_method='zsplit', alternative='greater')", () => {
  // scipy.stats.wilcoxon of SciPy 1.17.1; the second has zeros and ties, the third is asymptotic.
  const long = Array.from({ length: 60 }, (_, i) => ((i * 37) % 61) - 25.5);
  assertClose(signedRankGreater([1.5, -0.5, 2, 3, -1]), WILCOXON[0]!, 1e-12);
  assertClose(signedRankGreater([0, 1, 1, -1, 2, 0, 3]), WILCOXON[1]!, 1e-12);
  assertClose(signedRankGreater(long), WILCOXON[2]!, 1e-12);
  assertEquals(signedRankGreater([0, 0, 0]), 1);
});

/** p-values printed by SciPy. */
const WILCOXON = [0.15625, 0.125, 0.03099799637007955];

Deno.test("pruners refuse options that make no sense", () => {
  assertThrows(() => percentilePruner(101), InputError, "percentile 101");
  assertThrows(() => wilcoxonPruner({ pThreshold: 1 }), InputError, "p-value of 1");
  assertThrows(() => hyperbandPruner({ minResource: 9, maxResource: 3 }), InputError, "9");
});
