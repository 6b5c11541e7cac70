import { parentPort } from "node:worker_threads";
import { CONTROL, instantiateKernels, JOBS, spinWhile, type ThreadStart } from "./kernel_thread.ts";

/** Does its part of each job for as long as the worker lives. */
parentPort!.on("message", ({ module, memory, control, part, parts }: ThreadStart) => {
  const kernels = instantiateKernels(module, memory);
  let done = Atomics.load(control, CONTROL.sequence);
  parentPort!.postMessage("ready");
  while (true) {
    if (!spinWhile(control, CONTROL.sequence, done)) {
      Atomics.wait(control, CONTROL.sequence, done);
    }
    const sequence = Atomics.load(control, CONTROL.sequence);
    if (sequence === done) continue;
    done = sequence;
    const count = control[CONTROL.count]!;
    const numbers = control.subarray(CONTROL.firstArgument, CONTROL.firstArgument + count);
    kernels[JOBS[control[CONTROL.job]!]!](...numbers, part, parts);
    if (Atomics.sub(control, CONTROL.pending, 1) === 1) Atomics.notify(control, CONTROL.pending);
  }
});
