import { parentPort } from "node:worker_threads";
import {
  CONTROL,
  instantiateKernels,
  sleepWhile,
  type ThreadStart,
  workOnJob,
} from "./kernel_thread.ts";

/** Takes parts of each job for as long as the worker lives. */
parentPort!.on("message", ({ module, memory, control, parts }: ThreadStart) => {
  const kernels = instantiateKernels(module, memory);
  parentPort!.postMessage("ready");
  while (true) sleepWhile(control, CONTROL.ticket, workOnJob(kernels, control, parts));
});
