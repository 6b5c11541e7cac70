/**
 * One training step of an LSTM and of a dense network: ours, as the trainer takes it, plain `tf.layers` on the stock WebAssembly backend, and
 * PyTorch on as many threads, taking turns. A peer that is not installed is reported as absent.
 *
 * Run: `deno task bench training [--json] [--rounds=8]`
 */
import { cpus } from "node:os";
import { TextLineStream } from "./text_lines.ts";
import { openTensorflow } from "../lib/tensor/tensorflow.ts";
import { type Case, CASES, DENSE, LSTM, ownStep, type Step, timeSteps } from "./training_steps.ts";
import { countFlag } from "./flags.ts";

const THREADS = 2;
/** Steps of each peer in one round. */
const STEPS: Readonly<Record<Peer, number>> = { ours: 30, stock: 4, torch: 30 };

type Peer = "ours" | "stock" | "torch";
type Measure = (name: Case, count: number) => Promise<number[]>;

interface Times {
  readonly minimumMs: number;
  readonly medianMs: number;
}

async function startOurs(): Promise<Measure> {
  await openTensorflow({ threads: THREADS });
  const steps = Object.fromEntries(CASES.map((name) => [name, ownStep(name)])) as Record<
    Case,
    Step
  >;
  return (name, count) => timeSteps(steps[name], count);
}

async function startStock(): Promise<Measure> {
  const worker = new Worker(import.meta.resolve("./training_stock_worker.ts"), { type: "module" });
  const answer = () =>
    new Promise<number[]>((resolve) => worker.onmessage = ({ data }) => resolve(data));
  await answer();
  closing.push(() => worker.terminate());
  return (name, count) => {
    const times = answer();
    worker.postMessage({ name, count });
    return times;
  };
}

/** Null where python3 has no PyTorch. */
async function startTorch(): Promise<{ measure: Measure; versions: unknown } | null> {
  const script = new URL("./training_torch.py", import.meta.url).pathname;
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command("python3", {
      args: [script, String(THREADS)],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
  } catch {
    return null;
  }
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
    .getReader();
  const { value } = await lines.read();
  if (value === undefined) {
    await child.status;
    return null;
  }
  const input = child.stdin.getWriter();
  closing.push(() => void input.close());
  return {
    versions: JSON.parse(value),
    measure: async (name, count) => {
      await input.write(new TextEncoder().encode(`${name} ${count}\n`));
      return JSON.parse((await lines.read()).value!) as number[];
    },
  };
}

/** PyTorch's threads go on spinning for a fifth of a second; nobody else's turn begins before they sleep. */
function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 400));
}

const closing: (() => void)[] = [];
const rounds = countFlag("rounds", 8);
const torch = await startTorch();
const peers: Partial<Record<Peer, Measure>> = {
  ours: await startOurs(),
  stock: await startStock(),
  ...(torch === null ? {} : { torch: torch.measure }),
};
const taken = Object.fromEntries(CASES.map((name) => [name, {} as Record<Peer, number[]>]));
for (let round = -1; round < rounds; round++) {
  for (const name of CASES) {
    for (const [peer, measure] of Object.entries(peers) as [Peer, Measure][]) {
      await rest();
      const times = await measure(name, STEPS[peer]);
      // The first round warms up.
      if (round >= 0) (taken[name]![peer] ??= []).push(...times);
    }
  }
}
closing.forEach((close) => close());

function summary(times: readonly number[]): Times {
  const sorted = times.toSorted((a, b) => a - b);
  return { minimumMs: sorted[0]!, medianMs: sorted[sorted.length >> 1]! };
}

const results = CASES.map((name) => {
  const times = Object.fromEntries(
    Object.entries(taken[name]!).map(([peer, list]) => [peer, summary(list)]),
  ) as Partial<Record<Peer, Times>> & { ours: Times };
  const ratio = (peer: Times | undefined, part: keyof Times) =>
    peer === undefined ? null : peer[part] / times.ours[part];
  return {
    case: name,
    shape: name === "lstm" ? LSTM : DENSE,
    times,
    timesStock: {
      minimum: ratio(times.stock, "minimumMs"),
      median: ratio(times.stock, "medianMs"),
    },
    timesTorch: {
      minimum: ratio(times.torch, "minimumMs"),
      median: ratio(times.torch, "medianMs"),
    },
  };
});
const document = {
  benchmark: "training",
  date: new Date().toISOString(),
  hardware: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
  deno: Deno.version.deno,
  threads: THREADS,
  rounds,
  torch: torch === null ? "absent" : torch.versions,
  results,
};
if (Deno.args.includes("--json")) console.log(JSON.stringify(document, null, 2));
else {
  console.log(`${THREADS} threads, ${rounds} rounds, PyTorch ${JSON.stringify(document.torch)}`);
  console.table(results.map(({ case: name, times, timesStock, timesTorch }) => ({
    case: name,
    "ours ms": times.ours.medianMs.toFixed(2),
    "stock ms": times.stock?.medianMs.toFixed(1) ?? "absent",
    "torch ms": times.torch?.medianMs.toFixed(2) ?? "absent",
    "× stock": timesStock.median?.toFixed(1) ?? "absent",
    "× torch": timesTorch.median?.toFixed(2) ?? "absent",
    "× torch (minima)": timesTorch.minimum?.toFixed(2) ?? "absent",
  })));
}
