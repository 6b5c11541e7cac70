/**
 * What the storages of studies promise, measured: a hundred workers of one study killed with
 * SIGKILL at random instants, on SQLite and on PostgreSQL; and the time of ask, five suggestions
 * and tell with 1,000 finished trials, beside Python's Optuna on the same files where
 * `OPTUNA_PYTHON` (or python3) has it. Prints one JSON document.
 *
 * Run: `deno run -P=test bench/tuning_storage.ts` (it starts workers and a PostgreSQL server)
 */
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { openStorage } from "../lib/tuning/storage/open_storage.ts";
import { float } from "../lib/core/distribution.ts";
import { createStudy, type Study } from "../lib/tuning/study.ts";
import { createRandom } from "../lib/core/random.ts";
import { killWorkers } from "../tests/fixtures/kill_workers.ts";
import { findPythonOptuna, optunaUrl } from "../tests/fixtures/optuna_python.ts";
import { startPostgres } from "../tests/fixtures/postgres_server.ts";

const KILLS = 100;
const TRIALS = 1_000;
const REPEATS = 30;
const PARAMETERS = ["x0", "x1", "x2", "x3", "x4"];
const PEER = fileURLToPath(new URL("tuning_storage.py", import.meta.url));

const clock = { now: () => Date.now() };
const RANGE = float(-5, 5);

async function fillStudy(url: string): Promise<void> {
  await using storage = await openStorage(url, clock);
  const study = await createStudy({ name: "speed", storage, clock });
  const random = createRandom(1);
  for (let trial = 0; trial < TRIALS; trial++) {
    const values = PARAMETERS.map((name) => [name, 10 * random.uniform() - 5] as const);
    await study.addTrial({
      state: "COMPLETE",
      params: Object.fromEntries(values),
      distributions: Object.fromEntries(PARAMETERS.map((name) => [name, RANGE])),
      values: [values.reduce((sum, [, value]) => sum + value ** 2, 0)],
    });
  }
}

async function step(study: Study): Promise<void> {
  const trial = await study.ask();
  let sum = 0;
  for (const name of PARAMETERS) {
    const x = await trial.suggestFloat(name, -5, 5);
    sum += x ** 2;
  }
  await study.tell(trial, sum);
}

/** Median milliseconds of a step. */
async function timeOurs(url: string): Promise<number> {
  await using storage = await openStorage(url, clock);
  const study = await createStudy({ name: "speed", storage, clock, resume: true });
  await step(study);
  const milliseconds: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    await step(study);
    milliseconds.push(performance.now() - start);
  }
  return median(milliseconds);
}

async function timeOptuna(url: string): Promise<number> {
  const { stdout } = await new Deno.Command(Deno.env.get("OPTUNA_PYTHON") ?? "python3", {
    args: [PEER, optunaUrl(url), String(TRIALS), String(REPEATS)],
  }).output();
  const { milliseconds } = JSON.parse(new TextDecoder().decode(stdout)) as {
    readonly milliseconds: readonly number[];
  };
  return median(milliseconds);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** The same rows in a file that each of the two made by itself would look like; three rounds. */
async function compareSpeed(makeUrl: () => Promise<string>, optuna: boolean): Promise<unknown> {
  const url = await makeUrl();
  await fillStudy(url);
  const ours: number[] = [], theirs: number[] = [];
  for (let round = 0; round < 3; round++) {
    ours.push(await timeOurs(url));
    if (optuna) theirs.push(await timeOptuna(url));
  }
  const oursMs = median(ours);
  const optunaMs = optuna ? median(theirs) : null;
  return { oursMs, optunaMs, ratio: optunaMs === null ? null : optunaMs / oursMs };
}

const python = await findPythonOptuna();
const folder = await Deno.makeTempDir({ prefix: "trading-ai-" });
await using server = await startPostgres();
let files = 0;
const storages = {
  sqlite: () => Promise.resolve(`${folder}/${files++}.db`),
  ...(server === null ? {} : { postgresql: () => server.createDatabase() }),
};
const results: Record<string, unknown> = {};
for (const [name, makeUrl] of Object.entries(storages)) {
  const speed = await compareSpeed(makeUrl, python !== null);
  results[name] = { speed, kills: await killWorkers(await makeUrl(), KILLS, 20_261_123) };
}
await Deno.remove(folder, { recursive: true });
console.log(JSON.stringify(
  {
    date: new Date().toISOString().slice(0, 10),
    versions: { deno: Deno.version.deno, optuna: python?.version ?? null },
    hardware: { cpu: cpus()[0]?.model ?? "unknown", cores: navigator.hardwareConcurrency },
    finishedTrials: TRIALS,
    parameters: PARAMETERS.length,
    results,
  },
  null,
  2,
));
