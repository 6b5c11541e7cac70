/// <reference lib="deno.worker" />
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { tf } from "../lib/tensor/tfjs.ts";
import { type Case, CASES, type Step, stockStep, timeSteps } from "./training_steps.ts";

declare const self: DedicatedWorkerGlobalScope;

const library = new URL("./", import.meta.resolve("@tensorflow/tfjs-backend-wasm"));
setWasmPaths(decodeURIComponent(library.pathname));
await tf.setBackend("wasm");
const steps = Object.fromEntries(CASES.map((name) => [name, stockStep(name)])) as Record<
  Case,
  Step
>;

self.onmessage = async (
  { data }: MessageEvent<{ readonly name: Case; readonly count: number }>,
) => {
  self.postMessage(await timeSteps(steps[data.name], data.count));
};
self.postMessage("ready");
