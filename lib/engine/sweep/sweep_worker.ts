import { parentPort } from "node:worker_threads";
import type { SweepOrder } from "./sweep.ts";
import { sweepAccount } from "./sweep_account.ts";

parentPort!.once("message", ({ columns, next, task }: SweepOrder) => {
  const { market, rules, scores } = task;
  for (let set = Atomics.add(next, 0, 1); set < rules.length; set = Atomics.add(next, 0, 1)) {
    const rule = rules[set]!;
    sweepAccount(market, scores[rule.column]!, rule, columns, set);
  }
  parentPort!.postMessage("done");
});
