import fc from "fast-check";
import { assertRejects } from "../../tests/fixtures/temporary_folder.ts";
import { InputError } from "../core/errors.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { TrialPruned } from "./active_trial.ts";
import { categorical, float, int } from "../core/distribution.ts";
import type { Objective } from "./optimize.ts";
import { parameterImportances } from "./importance.ts";
import { randomSampler } from "./samplers/random_sampler.ts";
import { tpeSampler } from "./samplers/tpe/tpe_sampler.ts";
import { MemoryStorage } from "./storage/memory_storage.ts";
import { createStudy, loadStudy, type NewStudy, type Study } from "./study.ts";
import type { Trial } from "./trial.ts";

const CLOCK = { now: () => 0 };

function newStudy(options: Partial<NewStudy> = {}): Promise<Study> {
  return createStudy({
    name: "test",
    storage: new MemoryStorage(CLOCK),
    clock: CLOCK,
    sampler: randomSampler(),
    ...options,
  });
}

const SPACE = {
  x: float(-5, 5),
  rate: float(1e-5, 1e-1, { log: true }),
  depth: int(1, 9, { step: 2 }),
  kind: categorical(["a", null, true]),
};

const objective: Objective = async (trial) => {
  const { x, rate, depth, kind } = await trial.suggest(SPACE);
  return x * x + rate + depth + (kind === null ? 1 : 0);
};

Deno.test("Study.optimize() stores what it suggested and what came of it", async () => {
  const study = await newStudy();
  const summary = await study.optimize(objective, { trials: 20 });
  assertEquals(summary, { complete: 20, pruned: 0, failed: 0, lost: 0, reason: "trials" });
  const trials = await study.trials();
  assertEquals(trials.map(({ number }) => number), [...new Array(20).keys()]);
  for (const { params, values, distributions } of trials) {
    assertEquals(distributions, SPACE);
    const { x, rate, depth, kind } = params as Record<string, number | null>;
    assertEquals(values, [x! * x! + rate! + depth! + (kind === null ? 1 : 0)]);
  }
  const best = await study.bestTrial();
  assertEquals(best!.values![0], Math.min(...trials.map(({ values }) => values![0]!)));
});

Deno.test("Study.optimize() gives the same trials for the same seed, whoever runs which", async () => {
  const run = async (seed: number, workers: number): Promise<readonly Trial["params"][]> => {
    const study = await newStudy({ seed });
    await study.optimize(objective, { trials: 12, workers });
    return (await study.trials()).map(({ params }) => params);
  };
  assertEquals(await run(3, 1), await run(3, 1));
  assertEquals(await run(3, 1), await run(3, 4));
  assert(JSON.stringify(await run(3, 1)) !== JSON.stringify(await run(4, 1)));
});

Deno.test("Study.ask() and tell() let the caller run the trials", async () => {
  const study = await newStudy({ directions: ["maximize"] });
  const [first, second] = [await study.ask(), await study.ask()];
  const x = await first.suggestFloat("x", 0, 1);
  assertEquals(await first.suggestFloat("x", 0, 1), x);
  assert(await study.tell(second, { state: "FAIL", reason: "no data" }));
  assert(await study.tell(first, 3));
  assert(!await study.tell(first, 4), "a finished trial stays as it is");
  const [one, two] = await study.trials();
  assertEquals([one!.values, one!.state], [[3], "COMPLETE"]);
  assertEquals([two!.values, two!.systemAttributes.fail_reason], [null, "no data"]);
});

Deno.test("Study.optimize() fails trials whose objective gives no number and goes on", async () => {
  const study = await newStudy();
  const values = [NaN, 1, undefined as unknown as number];
  const summary = await study.optimize(({ number }) => values[number]!, { trials: 3 });
  assertEquals([summary.failed, summary.complete], [2, 1]);
  assertEquals((await study.trials())[0]!.systemAttributes.fail_reason, "the objective gave NaN");
});

Deno.test("Study.optimize() stops at an objective that throws, or goes on if asked to", async () => {
  const study = await newStudy();
  const throwing: Objective = ({ number }) => {
    if (number % 2 === 0) throw new RangeError("matrix is singular");
    return 1;
  };
  await assertRejects(study.optimize(throwing, { trials: 4 }), RangeError, "singular");
  assertEquals((await study.trials()).map(({ state }) => state), ["FAIL"]);
  const summary = await study.optimize(throwing, { trials: 4, onError: "continue" });
  assertEquals([summary.complete, summary.failed], [2, 2]);
  assertEquals(
    (await study.trials())[2]!.systemAttributes.fail_reason,
    "RangeError: matrix is singular",
  );
});

Deno.test("Study.optimize() fails a trial with a wrong number of values and says so", async () => {
  const study = await newStudy({ directions: ["minimize", "maximize"] });
  await assertRejects(
    study.optimize(() => 1, { trials: 1 }),
    InputError,
    "1 values for 2 objectives",
  );
  assertEquals((await study.trials())[0]!.state, "FAIL");
});

Deno.test("Study.optimize() fails a trial of several objectives of which one is NaN", async () => {
  const study = await newStudy({ directions: ["minimize", "maximize"] });
  const outcomes = [[1, NaN], NaN, [1, 2]];
  const summary = await study.optimize(({ number }) => outcomes[number]!, { trials: 3 });
  assertEquals([summary.failed, summary.complete], [2, 1]);
  assertEquals((await study.bestTrials()).map(({ number }) => number), [2]);
  await assertRejects(study.bestTrial(), RangeError, "use bestTrials()");
});

Deno.test("a range that cannot be searched fails its trial and stops the study in words", async () => {
  const cases: readonly (readonly [Objective, string])[] = [
    [(trial) => trial.suggestFloat("x", 2, 1), "low 2 above high 1"],
    [(trial) => trial.suggestFloat("x", 0, 1, { log: true }), "log from 0"],
  ];
  for (const [objective, message] of cases) {
    const study = await newStudy();
    await assertRejects(study.optimize(objective, { trials: 5 }), InputError, message);
    const [trial, ...others] = await study.trials();
    assertEquals([trial!.state, trial!.params, others.length], ["FAIL", {}, 0]);
  }
});

Deno.test("a pruned trial has its last report as its value", async () => {
  const study = await newStudy();
  await study.optimize(async (trial) => {
    await trial.report(3, 0);
    await trial.report(2, 1);
    await trial.report(9, 1);
    throw new TrialPruned();
  }, { trials: 1 });
  await study.optimize(async (trial) => {
    await trial.report(NaN, 0);
    throw new TrialPruned();
  }, { trials: 1 });
  const [first, second] = await study.trials();
  assertEquals([first!.state, first!.values], ["PRUNED", [2]]);
  assertEquals([...first!.intermediateValues], [[0, 3], [1, 2]]);
  assertEquals([second!.state, second!.values], ["PRUNED", null]);
});

Deno.test("Study.enqueue() has its parameters run next, once, the others drawn", async () => {
  const study = await newStudy();
  await study.enqueue({ x: 2.5, kind: null }, { why: "a guess" });
  await study.optimize(objective, { trials: 2 });
  const [first, second] = await study.trials();
  assertEquals([first!.params.x, first!.params.kind], [2.5, null]);
  assertEquals(first!.userAttributes, { why: "a guess" });
  assertEquals([second!.number, second!.state], [1, "COMPLETE"]);
});

Deno.test("a waiting trial with a value that does not fit fails alone, and says why", async () => {
  const study = await newStudy();
  const bad = [{ x: 11 }, { x: "2" }, { kind: "b" }, { depth: 1e99 }, { x: null }];
  for (const params of bad) await study.enqueue(params);
  const summary = await study.optimize(objective, { trials: bad.length + 2 });
  assertEquals([summary.failed, summary.complete], [bad.length, 2]);
  assertEquals(
    (await study.trials())[0]!.systemAttributes.fail_reason,
    "trial 0, parameter x: Cannot use 11 as float from -5 to 5 (enqueue a value inside the search space)",
  );
});

Deno.test("parameters may have the names of what every object inherits", async () => {
  const space = {
    constructor: float(0, 1),
    toString: int(1, 3),
    valueOf: categorical(["a", "b"]),
    ["__proto__"]: float(2, 3),
  };
  const names = Object.keys(space);
  for (const sampler of [randomSampler(), tpeSampler({ startupTrials: 2 })]) {
    const study = await newStudy({ sampler });
    await study.enqueue({ constructor: 0.25 });
    await study.optimize(async (trial) => {
      const values = await trial.suggest(space);
      assertEquals(Object.keys(values), names);
      assertEquals(await trial.suggestInt("toString", 1, 3), values.toString);
      return values.constructor;
    }, { trials: 8 });
    const trials = await study.trials();
    assertEquals(Object.entries(trials[0]!.params)[0], ["constructor", 0.25]);
    for (const { distributions, params, state } of trials) {
      assertEquals([state, Object.keys(params)], ["COMPLETE", names]);
      assertEquals(Object.keys(distributions), names);
    }
    const shares = parameterImportances(trials, ["minimize"])!;
    assertEquals(Object.keys(shares).sort(), names.toSorted());
  }
});

Deno.test("a search space that changed is refused in words; bounds may change", async () => {
  const study = await newStudy();
  await study.optimize((trial) => trial.suggestInt("depth", 1, 9), { trials: 2 });
  await study.optimize((trial) => trial.suggestInt("depth", 20, 30), { trials: 2 });
  const later = await loadStudy("test", { storage: study.storage, clock: CLOCK });
  await assertRejects(
    later.optimize((trial) => trial.suggestFloat("depth", 1, 9), { trials: 1 }),
    InputError,
    "parameter depth: Cannot search as float from 1 to 9: this study has searched it as int from 20 to 30",
  );
});

Deno.test("createStudy() and loadStudy() refuse bad names and directions in words", async () => {
  const study = await newStudy();
  const { storage } = study;
  await assertRejects(newStudy({ storage }), InputError, "one of that name exists");
  await assertRejects(newStudy({ name: "" }), InputError, "1 to 512 characters");
  await assertRejects(newStudy({ directions: [] }), InputError, "without an objective");
  await assertRejects(
    newStudy({ storage, resume: true, directions: ["maximize"] }),
    InputError,
    "is to minimize as maximize",
  );
  await assertRejects(loadStudy("tset", { storage, clock: CLOCK }), InputError, "there are: test");
  assertEquals((await newStudy({ storage, resume: true })).id, study.id);
  await assertRejects(study.optimize(() => 1, {}), InputError, "without an end");
  await assertRejects(study.optimize(() => 1, { trials: 0 }), InputError, "Cannot run 0 trials");
  await assertRejects(study.optimize(() => 1, { timeoutSeconds: -1 }), InputError, "-1 seconds");
});

Deno.test("Study.optimize() ends by time, by signal, by callback and by total", async () => {
  let now = 0;
  const clock = { now: () => now };
  const study = await newStudy({ clock, storage: new MemoryStorage(clock) });
  const second: Objective = () => (now += 1000);
  assertEquals((await study.optimize(second, { timeoutSeconds: 3 })).reason, "timeout");
  assertEquals((await study.trials()).length, 3);
  assertEquals((await study.optimize(second, { totalTrials: 5 })).complete, 2);
  const stopped = await study.optimize(second, {
    trials: 9,
    onTrial: ({ number }) => number === 6 ? "stop" : undefined,
  });
  assertEquals([stopped.complete, stopped.reason], [2, "callback"]);
  const controller = new AbortController();
  const aborted = await study.optimize(({ signal }) => {
    controller.abort();
    signal.throwIfAborted();
    return 1;
  }, { signal: controller.signal });
  assertEquals([aborted.failed, aborted.reason], [1, "aborted"]);
  assertEquals((await study.trials()).at(-1)!.systemAttributes.fail_reason, "interrupted");
});

Deno.test("timers and signals reach a study whose objective never waits", async () => {
  const study = await newStudy();
  const signal = AbortSignal.timeout(20);
  assertEquals((await study.optimize(() => 1, { signal })).reason, "aborted");
});

Deno.test("the best trial breaks no constraint", async () => {
  const study = await newStudy();
  await study.optimize(async (trial) => {
    await trial.setConstraints([3 - trial.number, -1]);
    return trial.number;
  }, { trials: 6 });
  assertEquals((await study.bestTrial())!.number, 3);
});

Deno.test("Study.bestTrials() is the front: nobody dominates its members, and they all others", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })), {
        minLength: 1,
        maxLength: 20,
      }),
      async (points) => {
        const study = await newStudy({ directions: ["minimize", "maximize"] });
        await study.optimize(({ number }) => points[number]!, { trials: points.length });
        const front = new Set((await study.bestTrials()).map(({ number }) => number));
        for (const [i, [a, b]] of points.entries()) {
          const isDominated = points.some(([c, d]) => c <= a && d >= b && (c < a || d > b));
          assertEquals(front.has(i), !isDominated);
        }
      },
    ),
    { numRuns: 30 },
  ));

Deno.test("a dead worker's trial is failed once and tried again as often as allowed", async () => {
  let now = 0;
  const clock = { now: () => now };
  const storage = new MemoryStorage(clock);
  const study = await newStudy({ clock, storage });
  const heartbeat = { intervalSeconds: 60, retries: 1 };
  const die = async (): Promise<number> => {
    const trial = await study.ask();
    await storage.recordHeartbeat(trial.id);
    const x = await trial.suggestFloat("x", 0, 1);
    now += 1_000_000;
    return x;
  };
  const x = await die();
  await study.optimize((trial) => trial.suggestFloat("x", 0, 1), { trials: 1, heartbeat });
  const [dead, again] = await study.trials();
  assertEquals([dead!.state, again!.state, again!.params.x], ["FAIL", "COMPLETE", x]);
  assertEquals(again!.systemAttributes.retry_history, [0]);
  await study.enqueue({ x: 0.5 });
  await die();
  await study.optimize((trial) => trial.suggestFloat("x", 0, 1), { trials: 1, heartbeat });
  assertEquals((await study.trials()).map(({ state }) => state), [
    "FAIL",
    "COMPLETE",
    "FAIL",
    "COMPLETE",
  ]);
});

Deno.test("a trial that another worker has failed is lost, and the study goes on", async () => {
  const study = await newStudy();
  const summary = await study.optimize(async (trial) => {
    if (trial.number === 0) await study.storage.finishTrial(trial.id, "FAIL", null);
    return await trial.suggestFloat("x", 0, 1);
  }, { trials: 2 });
  assertEquals([summary.lost, summary.complete], [1, 1]);
});
