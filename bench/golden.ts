/**
 * What the code says on real bars, by digest for each layer of each run: every kind of model, a policy,
 * backtests, blends, walk-forward, tuning, leak checks, rules and a sweep, with WebAssembly inference.
 *
 * Run: `deno task bench golden --folder=<bars> [--markets=spy-daily,6e-minute]` stores it in
 * `bench/results/<date>-golden.json`; with `--compare FILE` it stores nothing and says which layers of which
 * run differ from a stored one. A market whose file is absent is left out.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DEFAULT_FEATURES } from "../lib/features/features.ts";
import { DEMO_POLICY, DEMO_RECIPES } from "../tasks/demo.ts";
import type { DataRequest } from "../lib/data/open_data.ts";
import { hardware } from "../lib/core/hardware.ts";
import { versions } from "../lib/core/versions.ts";
import {
  differingLayers,
  type Digests,
  partDigests,
  processorClass,
  type RunDigests,
} from "../tests/fixtures/golden_digest.ts";
import { goldenRuns, type GoldenWork } from "../tests/fixtures/golden_runs.ts";
import { inFolder } from "../tests/fixtures/temporary_folder.ts";
import { textFlag } from "./flags.ts";

/** A stored document. */
interface GoldenResult {
  readonly processorClass: string;
  /** By `market: run`. */
  readonly digests: Digests;
}

const MARKETS: Readonly<Record<string, Omit<DataRequest, "path"> & { readonly file: string }>> = {
  "spy-daily": {
    ...{ file: "spy_daily.csv", symbol: "SPY" },
    load: { timeFormat: "auto", stamp: "open" },
  },
  "spy-hour": {
    ...{ file: "spy_hour_newyork.csv", symbol: "SPY" },
    load: { timeFormat: "auto", stamp: "open", timeZone: "America/New_York" },
  },
  "es-daily": {
    ...{ file: "es_daily_adjusted.csv", symbol: "ES" },
    load: { timeFormat: "auto", stamp: "open" },
  },
  "6e-minute": {
    ...{ file: "6eh4_1min_utc.csv", symbol: "6E" },
    load: { timeFormat: "auto", stamp: "close", timeZone: "UTC" },
  },
};

const WORK: Omit<GoldenWork, "data"> = {
  market: { costs: { slippageTicks: 1 }, cashUsd: 100_000, flattenAtSessionEnd: false },
  recipes: DEMO_RECIPES,
  policy: DEMO_POLICY,
  features: DEFAULT_FEATURES,
  allFeatures: DEFAULT_FEATURES,
  folds: 2,
  walkForwardWindows: 3,
  tuneTrials: 3,
  leakBars: 1_200,
};

/** Edges of a minute are below the usual costs: with those, nothing would be traded. */
const CHEAP = { feeUsd: 0.1, slippageTicks: 0 };

function refuse(reason: string): never {
  console.error(`error: ${reason}`);
  Deno.exit(2);
}

async function runMarket(name: string, folder: string): Promise<Digests> {
  const { file, ...request } = MARKETS[name]!;
  const data = { ...request, path: join(folder, file) };
  const costs = name.endsWith("minute") ? CHEAP : WORK.market.costs;
  const work = { ...WORK, market: { ...WORK.market, costs }, data };
  const digests: Record<string, RunDigests> = {};
  await inFolder(async (outputs) => {
    await goldenRuns(work, outputs, (run, found) => {
      digests[`${name}: ${run}`] = found;
      console.error(`${name}: ${run}`);
    });
  });
  return digests;
}

/** What differs, as far as it binds on this processor. */
function compare(stored: GoldenResult, found: GoldenResult, wanted: readonly string[]): string[] {
  const before = Object.fromEntries(
    Object.entries(stored.digests).filter(([run]) => wanted.some((name) => run.startsWith(name))),
  );
  if (stored.processorClass === found.processorClass) {
    return differingLayers(before, found.digests);
  }
  console.error(
    `the stored digests are of ${stored.processorClass}, this is ${found.processorClass}: only ` +
      "what is the same on every processor is compared",
  );
  return differingLayers(partDigests(before).exact, partDigests(found.digests).exact);
}

// Results of native inference are another matter: this process goes on without.
await Deno.permissions.revoke({ name: "ffi" });
const folder = textFlag("folder", "../shared/data");
const against = textFlag("compare", "");
if (against !== "" && !existsSync(against)) refuse(`Cannot compare: there is no ${against}`);
const stored: GoldenResult | null = against === ""
  ? null
  : JSON.parse(await Deno.readTextFile(against));
const wanted = textFlag("markets", Object.keys(MARKETS).join(",")).split(",")
  .filter((name) => {
    const file = MARKETS[name]?.file ??
      refuse(`Cannot run '${name}': --markets takes ${Object.keys(MARKETS).join(", ")}`);
    const isThere = existsSync(join(folder, file));
    if (!isThere) console.error(`${name}: left out, as there is no ${file} in ${folder}`);
    return isThere;
  });
if (wanted.length === 0) refuse(`Cannot run without bars: --folder takes where they are`);
const digests: Record<string, RunDigests> = {};
for (const name of wanted) Object.assign(digests, await runMarket(name, folder));
const result: GoldenResult = { processorClass: processorClass(), digests };

if (stored === null) {
  const date = new Date().toISOString();
  const path = fileURLToPath(new URL(`results/${date.slice(0, 10)}-golden.json`, import.meta.url));
  const document = {
    ...{ benchmark: "golden", date, hardware: hardware(), versions: versions() },
    ...result,
  };
  await Deno.writeTextFile(path, `${JSON.stringify(document, null, 2)}\n`);
  console.log(path);
  // The threads of the networks stay.
  Deno.exit();
}
const lines = compare(stored, result, wanted);
console.log(lines.length === 0 ? `no layer differs: ${wanted.join(", ")}` : lines.join("\n"));
Deno.exit(lines.length === 0 ? 0 : 1);
