/**
 * Policies learnt on real bars by the settings of `rl` without flags, tested on the newest third, net of
 * costs, beside flat, buy-and-hold, momentum and a logistic regression. Whatever comes out is reported.
 *
 * Run: `deno task bench rl-real-bars --folder=<bars> [--json] [--markets=spy-daily,es-daily] [--seeds=1]`.
 * A market whose file is absent is left out.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type AccountSettings, createRunConditions, modelPredictions } from "../lib/system/mod.ts";
import { type DataRequest, openData } from "../lib/data/open_data.ts";
import { policyVerdict } from "../lib/evaluation/policy_summary.ts";
import { hardware } from "../lib/core/hardware.ts";
import { versions } from "../lib/core/versions.ts";
import { comparePolicy, shownRuns } from "../lib/evaluation/rl/compare_policy.ts";
import { DEFAULT_POLICY_SETTINGS, learnPolicy } from "../lib/evaluation/rl/learn.ts";
import { compareInPairs } from "../lib/evaluation/rl/compare_in_pairs.ts";
import { countFlag, textFlag } from "./flags.ts";

const NEW_YORK = { timeFormat: "auto", stamp: "open", timeZone: "America/New_York" } as const;
const AS_IT_IS = { timeFormat: "auto", stamp: "open" } as const;
const MARKETS: Readonly<Record<string, Omit<DataRequest, "path"> & { readonly file: string }>> = {
  "6e-minute": {
    file: "6eh4_1min_utc.csv",
    symbol: "6E",
    load: { timeFormat: "auto", stamp: "close", timeZone: "UTC" },
  },
  "spy-hour": { file: "spy_hour_newyork.csv", symbol: "SPY", load: NEW_YORK },
  "spy-daily": { file: "spy_daily.csv", symbol: "SPY", load: AS_IT_IS },
  "es-daily": { file: "es_daily_adjusted.csv", symbol: "ES", load: AS_IT_IS },
};
const MARKET: AccountSettings = {
  costs: { slippageTicks: 1 },
  cashUsd: 100_000,
  flattenAtSessionEnd: false,
};
const MOMENTUM_BARS = 252;

const folder = textFlag("folder", ".");
const wanted = textFlag("markets", Object.keys(MARKETS).join(",")).split(",");
const seeds = countFlag("seeds", 1);

async function runMarket(name: string, seed: number) {
  const { file, ...request } = MARKETS[name]!;
  const opened = await openData({ ...request, path: join(folder, file) });
  const settings = { ...DEFAULT_POLICY_SETTINGS, seed };
  const control = { clock: { now: () => performance.timeOrigin + performance.now() } };
  const { manifest, onnx } = await learnPolicy(opened, settings, MARKET, control);
  const model = { name: "policy", version: seed, onnxSha256: manifest.onnx.sha256, manifest };
  const signals = await modelPredictions(onnx, manifest, opened);
  const rows = { from: manifest.data.rows, to: opened.bars.length };
  const { conditions, lots } = createRunConditions(opened, MARKET, rows);
  const comparison = await comparePolicy(
    { model, signals },
    { conditions, opened },
    {
      market: MARKET,
      momentumBars: MOMENTUM_BARS,
      holdout: settings.holdout,
      seed,
      workers: 2,
    },
    null,
    control,
  );
  // What it would have done is more telling than the nothing of one that stands aside.
  const { allTheSame, runs: [policy, ...rivals] } = comparison;
  return {
    market: name,
    seed,
    data: manifest.data,
    heldOut: {
      bars: rows.to - rows.from,
      days: policy!.evaluation.returns.length,
      lots,
    },
    stance: manifest.stance,
    proof: policyVerdict(manifest),
    evidence: manifest.evidence,
    behaviour: manifest.behaviour,
    members: manifest.members.map(({ bestStep, evidenceMean, points, stop }) => ({
      ...{ bestStep, stop, evidenceMean },
      validation: points.find(({ step }) => step === bestStep)?.validation ?? null,
    })),
    strategies: shownRuns(comparison).map(({ evaluation }) => ({
      name: evaluation.result.strategy,
      netUsd: evaluation.netUsd,
      costsUsd: evaluation.costsUsd,
      sharpe: evaluation.metrics["sharpe"]?.value ?? null,
      sharpeInterval: evaluation.sharpeInterval,
      maxDrawdown: evaluation.metrics["maxDrawdown"]?.value ?? null,
      roundTrips: evaluation.result.trades.length,
    })),
    paired: compareInPairs([allTheSame ?? policy!, ...rivals], seed),
    remarks: [...manifest.remarks, ...comparison.notes],
    learningSeconds: manifest.trainingSeconds,
  };
}

const results = [];
for (const name of wanted) {
  const { file } = MARKETS[name]!;
  if (!existsSync(join(folder, file))) {
    console.error(`${name}: left out, as there is no ${file} in ${folder}`);
    continue;
  }
  for (let seed = 1; seed <= seeds; seed++) {
    const result = await runMarket(name, seed);
    results.push(result);
    console.error(
      `${name}, seed ${seed}: ${result.stance}, ${result.learningSeconds.toFixed(0)} s`,
    );
  }
}
const settings = DEFAULT_POLICY_SETTINGS;
const document = {
  benchmark: "rl-real-bars",
  date: new Date().toISOString(),
  hardware: hardware(),
  versions: versions(),
  settings,
  market: MARKET,
  momentumBars: MOMENTUM_BARS,
  results: results.map(({ data: { request: _, source: __, ...data }, ...result }) => ({
    ...result,
    data: { file: MARKETS[result.market]!.file, ...data },
  })),
};
if (Deno.args.includes("--json")) console.log(JSON.stringify(document, null, 2));
else {
  for (const { market, proof, seed, strategies } of document.results) {
    console.log(`\n${market}, seed ${seed}. ${proof}`);
    console.table(
      strategies.map(({ costsUsd, name, netUsd, roundTrips, sharpe, sharpeInterval }) => ({
        strategy: name,
        net: Math.round(netUsd),
        Sharpe: sharpe?.toFixed(2) ?? "n/a",
        "95 %": sharpeInterval?.map((end) => end.toFixed(2)).join(" … ") ?? "n/a",
        "round trips": roundTrips,
        costs: Math.round(costsUsd),
      })),
    );
  }
}
