import fc from "fast-check";
import { assertRejects, assertThrows } from "../../../tests/fixtures/temporary_folder.ts";
import { InputError } from "../../core/errors.ts";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { createRandom } from "../../core/random.ts";
import type { ActiveTrial } from "../active_trial.ts";
import type { Objective } from "../optimize.ts";
import { hyperbandPruner } from "../pruners/hyperband_pruner.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import { createStudy, type NewStudy, type Study } from "../study.ts";
import { gridSampler } from "./grid_sampler.ts";
import { nsga2Sampler } from "./nsga2_sampler.ts";
import { dominates, dominationRanks, hypervolume, selectByHypervolume } from "./pareto.ts";
import { haltonPoint } from "./quasi_random_sampler.ts";
import { randomSampler } from "./random_sampler.ts";
import type { Sampler } from "./sampler.ts";
import { SAMPLERS } from "./samplers.ts";
import { tpeSampler } from "./tpe/tpe_sampler.ts";

const CLOCK = { now: () => 0 };

function newStudy(options: Partial<NewStudy>): Promise<Study> {
  return createStudy({
    name: "test",
    storage: new MemoryStorage(CLOCK),
    clock: CLOCK,
    seed: 5,
    ...options,
  });
}

/** Parameters of every type, some of which exist in some trials only. */
async function everything(trial: ActiveTrial): Promise<number> {
  const x = await trial.suggestFloat("x", -5, 5);
  const rate = await trial.suggestFloat("rate", 1e-5, 1e-1, { log: true });
  const step = await trial.suggestFloat("step", 0, 1, { step: 0.25 });
  const depth = await trial.suggestInt("depth", 1, 9, { step: 2 });
  const units = await trial.suggestInt("units", 4, 1024, { log: true });
  await trial.suggestFloat("fixed", 2, 2);
  const kind = await trial.suggestCategorical("kind", ["a", null, true]);
  const extra = kind === null ? await trial.suggestFloat("extra", 0, 1) : 0;
  return x * x + Math.abs(Math.log(rate) + 6) + step + depth / 9 - units / 1024 + 2 * extra +
    (kind === "a" ? 0 : 1);
}

for (
  const sampler of [
    ...SAMPLERS.filter(({ name }) => name !== "grid").map((kind) =>
      kind.create({ grid: {}, seed: 5 })
    ),
    tpeSampler({ multivariate: false }),
    tpeSampler({ constantLiar: false, startupTrials: 0 }),
    nsga2Sampler({ populationSize: 8 }),
  ]
) {
  Deno.test(`the ${sampler.name} sampler searches every type of parameter, with workers`, async () => {
    const study = await newStudy({ sampler });
    const waiting: Objective = async (trial) => {
      const value = await everything(trial);
      await new Promise((resolve) => setTimeout(resolve, 0));
      return value;
    };
    const summary = await study.optimize(waiting, { trials: 60, workers: 4 });
    assertEquals(summary.complete, 60);
    assert((await study.trials()).every(({ params }) => params.fixed === 2));
  });
}

Deno.test("tpeSampler() beats random search on a shifted sphere, paired over ten seeds", async () => {
  const best = async (seed: number, sampler: NewStudy["sampler"]): Promise<number> => {
    const study = await newStudy({ seed, sampler: sampler! });
    await study.optimize(async (trial) => {
      let sum = 0;
      for (let i = 0; i < 4; i++) sum += (await trial.suggestFloat(`x${i}`, -5, 5) - 1.7) ** 2;
      return sum;
    }, { trials: 50 });
    return (await study.bestTrial())!.values![0]!;
  };
  for (const multivariate of [true, false]) {
    let wins = 0;
    for (let seed = 0; seed < 10; seed++) {
      const ours = await best(seed, tpeSampler({ multivariate }));
      if (ours < await best(seed, randomSampler())) wins++;
    }
    assert(wins >= 9, `${wins} of 10`);
  }
});

Deno.test("tpeSampler() keeps away from where trials fail", async () => {
  const failures: number[] = [], best: number[] = [];
  for (let seed = 0; seed < 12; seed++) {
    const study = await newStudy({ seed });
    const summary = await study.optimize(async (trial) => {
      const x = await trial.suggestFloat("x", 0, 1);
      return x < 0.5 ? NaN : (x - 0.51) ** 2;
    }, { trials: 100 });
    failures.push(summary.failed);
    best.push((await study.bestTrial())!.values![0]!);
  }
  assert(Math.max(...failures) < 50, `${failures}`);
  assert(Math.max(...best) < 1e-4, `${best}`);
});

Deno.test("tpeSampler() goes on where nothing has a value yet, and forgets what was cut off", async () => {
  const study = await newStudy({});
  const summary = await study.optimize(async (trial) => {
    await trial.suggestFloat("x", 0, 1);
    return NaN;
  }, { trials: 30 });
  assertEquals(summary.failed, 30);
  const draw = async (reason: string) => {
    const study = await newStudy({});
    for (let i = 0; i < 12; i++) {
      const trial = await study.ask();
      const x = await trial.suggestFloat("x", 0, 1);
      await study.tell(trial, i % 2 === 0 ? x : { state: "FAIL", reason });
    }
    return await (await study.ask()).suggestFloat("x", 0, 1);
  };
  assert(await draw("interrupted") !== await draw("it crashed"));
});

Deno.test("tpeSampler() minimizes the negative just as it maximizes", async () => {
  const params = async (direction: "minimize" | "maximize", sign: number) => {
    const study = await newStudy({ directions: [direction] });
    await study.optimize(async (trial) => sign * await everything(trial), { trials: 30 });
    return (await study.trials()).map((trial) => trial.params);
  };
  assertEquals(await params("minimize", 1), await params("maximize", -1));
});

Deno.test("tpeSampler() proposes the same to one that has seen the study and one that has not", async () => {
  const study = await newStudy({});
  await study.optimize(everything, { trials: 30 });
  const trials = await study.trials();
  const propose = (sampler = tpeSampler()) =>
    sampler.propose({
      directions: ["minimize"],
      trial: { ...trials[0]!, number: 30, state: "RUNNING" },
      trials,
      random: createRandom(1),
    }).params;
  assertEquals(propose(study.sampler), propose());
  // A sampler may go from one study to another.
  const other = await newStudy({ seed: 99, sampler: study.sampler });
  await other.optimize(everything, { trials: 15 });
  assertEquals(propose(study.sampler), propose());
});

Deno.test("tpeSampler() prefers trials that hold the constraints", async () => {
  const study = await newStudy({});
  await study.optimize(async (trial) => {
    const x = await trial.suggestFloat("x", 0, 10);
    await trial.setConstraints([6 - x]);
    return x;
  }, { trials: 60 });
  const late = (await study.trials()).slice(30).map(({ params }) => params.x as number);
  // Chance puts 7.5 of 30 there.
  assert(late.filter((x) => x > 5 && x < 7.5).length > 14, `${late}`);
  const best = (await study.bestTrial())!.values![0]!;
  assert(best >= 6 && best < 6.1, `${best}`);
});

Deno.test("tpeSampler() and nsga2Sampler() come nearer to the front of two objectives than chance", async () => {
  const volume = async (sampler: Sampler): Promise<number> => {
    const study = await newStudy({ directions: ["minimize", "minimize"], sampler });
    await study.optimize(async (trial) => {
      const x = await trial.suggestFloat("x", -5, 5), y = await trial.suggestFloat("y", -5, 5);
      return [x * x + y * y, (x - 2) ** 2 + (y - 2) ** 2];
    }, { trials: 150 });
    return hypervolume((await study.bestTrials()).map(({ values }) => values!), [8, 8]);
  };
  const chance = await volume(randomSampler());
  for (const sampler of [tpeSampler(), nsga2Sampler({ populationSize: 20 })]) {
    const found = await volume(sampler);
    // The whole front dominates 160 / 3.
    assert(found > chance + 1 && found < 160 / 3, `${sampler.name}: ${found}, chance: ${chance}`);
  }
});

Deno.test("tpeSampler() sees only its bracket under Hyperband", async () => {
  const pruner = hyperbandPruner({ maxResource: 9 });
  const study = await newStudy({ pruner });
  const summary = await study.optimize(async (trial) => {
    const x = await trial.suggestFloat("x", -5, 5);
    for (let step = 0; step < 9; step++) {
      await trial.report(x * x + 1 / (step + 1), step);
      if (await trial.shouldPrune()) return x * x;
    }
    return x * x;
  }, { trials: 60 });
  assertEquals(summary.complete, 60);
  const trials = await study.trials();
  const sizes = [0, 1, 2].map((number) => pruner.peersOf!("test", number, trials).length);
  assert(sizes.every((size) => size < 60 && size > 5), `${sizes}`);
});

Deno.test("gridSampler() runs every point once, whoever fails and whatever is enqueued", async () => {
  const grid = { fast: [1, 2, 3], slow: [10, 20], kind: ["a", null] };
  const sampler = gridSampler(grid);
  const study = await newStudy({ sampler });
  await study.enqueue({ fast: 2 });
  const summary = await study.optimize(async (trial) => {
    const fast = await trial.suggestInt("fast", 1, 9);
    const slow = await trial.suggestInt("slow", 1, 99);
    await trial.suggestCategorical("kind", ["a", null]);
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (trial.number === 5) throw new Error("out of memory");
    return fast / slow;
  }, { workers: 5, onError: "continue", trials: 100 });
  assertEquals(summary.reason, "exhausted");
  const points = (await study.trials()).filter(({ systemAttributes }) =>
    "grid_id" in systemAttributes
  ).map(({ params }) => JSON.stringify(params));
  assertEquals([points.length, new Set(points).size], [12, 12]);
});

Deno.test("gridSampler() refuses values outside the space and parameters outside the grid", async () => {
  assertThrows(() => gridSampler({ x: [] }), InputError, "grid, parameter x");
  const study = await newStudy({ sampler: gridSampler({ x: [1, 20] }) });
  await assertRejects(
    study.optimize((trial) => trial.suggestInt("y", 1, 9), {}),
    InputError,
    "the grid has x",
  );
  await assertRejects(
    study.optimize((trial) => trial.suggestInt("x", 1, 9), {}),
    InputError,
    "Cannot use 20 as int from 1 to 9",
  );
});

Deno.test("haltonPoint() fills every interval of a power of its base evenly", () => {
  for (const [dimension, base] of [[0, 2], [1, 3], [4, 11]] as const) {
    const cells = base ** 2, counts = new Array(cells).fill(0);
    for (let index = 0; index < 4 * cells; index++) {
      counts[Math.floor(haltonPoint(index, dimension, 7) * cells)]++;
    }
    assertEquals(counts, new Array(cells).fill(4));
  }
});

const losses = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: 6 }),
    fc.integer({ min: 0, max: 6 }),
    fc.integer({ min: 0, max: 6 }),
  ),
  { minLength: 1, maxLength: 12 },
);

Deno.test("dominationRanks() puts each point right behind the worst front that dominates it", () => {
  fc.assert(fc.property(losses, (points) => {
    const ranks = dominationRanks(points);
    for (const [i, point] of points.entries()) {
      const above = points.flatMap((other, j) => dominates(other, point) ? [ranks[j]!] : []);
      assertEquals(ranks[i], Math.max(-1, ...above) + 1);
    }
  }));
});

Deno.test("hypervolume() counts the unit cubes below the reference that a point dominates", () => {
  fc.assert(fc.property(losses, (points) => {
    let cubes = 0;
    for (let cube = 0; cube < 512; cube++) {
      const corner = [cube % 8, (cube >> 3) % 8, cube >> 6];
      if (points.some((point) => point.every((loss, i) => loss <= corner[i]!))) cubes++;
    }
    assertEquals(hypervolume(points, [8, 8, 8]), cubes);
  }));
});

Deno.test("selectByHypervolume() begins with the point that dominates most", () => {
  assertEquals(selectByHypervolume([[3, 3], [1, 1], [0, 3.5]], 2, [4, 4]), [1, 2]);
});
