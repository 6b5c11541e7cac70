import { float } from "../lib/adaptive/tuning/distribution.ts";
import { tpeSampler } from "../lib/adaptive/tuning/samplers/tpe/tpe_sampler.ts";
import { MemoryStorage } from "../lib/adaptive/tuning/storage/memory_storage.ts";
import { createStudy } from "../lib/adaptive/tuning/study.ts";
import { variantOf } from "./tuning_problems.ts";
async function measure(dimensions: number, rules: "own"|"optuna", n=50) {
  const clock = { now: () => 0 };
  const study = await createStudy({ name: "speed", storage: new MemoryStorage(clock), clock, sampler: tpeSampler({rules}), seed: 1 });
  const names = Array.from({ length: dimensions }, (_, i) => `x${i}`);
  const distributions = Object.fromEntries(names.map((name) => [name, float(-5, 5)]));
  const uniforms = variantOf(7, 1000 * dimensions);
  const sphere = (x: readonly number[]): number => x.reduce((sum, v) => sum + v * v, 0);
  for (let i = 0; i < 1000; i++) {
    const x = names.map((_, j) => -5 + 10 * uniforms[i * dimensions + j]!);
    await study.addTrial({ state: "COMPLETE", params: Object.fromEntries(names.map((name, j) => [name, x[j]!])), distributions, values: [sphere(x)] });
  }
  const ms: number[] = [];
  for (let i = 0; i < n; i++) {
    const start = performance.now();
    const trial = await study.ask();
    const x: number[] = [];
    for (const name of names) x.push(await trial.suggestFloat(name, -5, 5));
    await study.tell(trial, sphere(x));
    ms.push(performance.now() - start);
  }
  ms.sort((a,b)=>a-b); return ms[n>>2]!;
}
const dims = Deno.args[0]?.split(",").map(Number) ?? [2,5,10];
for (const d of dims) for (const rules of ["own","optuna"] as const) {
  for (let i=0;i<4;i++) await measure(d, rules);
  const r=[]; for (let i=0;i<12;i++) r.push(await measure(d, rules));
  console.log(d, rules, r.sort((a,b)=>a-b)[3]!.toFixed(3), r[0]!.toFixed(3));
}
