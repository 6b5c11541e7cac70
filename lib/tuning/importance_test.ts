import reference from "../../tests/fixtures/optuna_reference.json" with { type: "json" };
import { assertClose, assertEquals } from "../../tests/assert.ts";
import { categorical, type Category, float, int } from "../core/distribution.ts";
import { parameterImportances } from "./importance.ts";
import { MemoryStorage } from "./storage/memory_storage.ts";
import type { Trial, TrialTemplate } from "./trial.ts";

/** The search space of optuna_reference.py; "extra" exists for one of the kinds only. */
const SPACE = {
  x: float(-5, 5),
  rate: float(1e-5, 1e-1, { log: true }),
  step: float(0, 1, { step: 0.25 }),
  depth: int(1, 9, { step: 2 }),
  units: int(4, 1024, { log: true }),
  kind: categorical(["a", "b", "c"]),
  extra: float(0, 1),
};

function store(templates: readonly TrialTemplate[]): readonly Trial[] {
  const storage = new MemoryStorage({ now: () => 0 });
  const study = storage.createStudy("importances", ["minimize"])!;
  for (const template of templates) storage.createTrial(study, template);
  return storage.trials(study);
}

function completeTrial(params: Readonly<Record<string, Category>>, value: number): TrialTemplate {
  const names = Object.keys(params) as (keyof typeof SPACE)[];
  const distributions = Object.fromEntries(names.map((name) => [name, SPACE[name]]));
  return { state: "COMPLETE", values: [value], params, distributions };
}

Deno.test("parameterImportances() is PED-ANOVA as Optuna 5 computes it", () => {
  const { importances, trials } = reference.importances;
  const found = parameterImportances(
    store(trials.map(({ params, value }) => completeTrial(params, value))),
    ["minimize"],
  )!;
  assertEquals(Object.keys(found), Object.keys(importances));
  for (const [name, share] of Object.entries(importances)) assertClose(found[name]!, share, 1e-12);
});

Deno.test("parameterImportances() maximizes the negative as it minimizes", () => {
  const templates = reference.importances.trials.map(({ params, value }) =>
    completeTrial(params, -value)
  );
  const { importances } = reference.importances;
  const found = parameterImportances(store(templates), ["maximize"])!;
  for (const [name, share] of Object.entries(importances)) assertClose(found[name]!, share, 1e-12);
});

Deno.test("parameterImportances() leaves out what cannot be compared", () => {
  assertEquals(parameterImportances([], ["minimize"]), null);
  assertEquals(
    parameterImportances(store([completeTrial({ x: 1 }, 1), completeTrial({ x: 2 }, Infinity)]), [
      "minimize",
    ]),
    null,
  );
  // All trials are among the best: nothing tells them apart, and the shares are equal.
  const equal = [0, 1, 2, 3].map((x) => completeTrial({ x, depth: 1 + 2 * x }, 7));
  assertEquals(parameterImportances(store(equal), ["minimize"]), { x: 0.5, depth: 0.5 });
});
