import { join } from "node:path";
import { InputError } from "../lib/core/errors.ts";
import { openTensorflow } from "../lib/tensor/tensorflow.ts";
import { assert, assertEquals } from "./assert.ts";
import { openSimulated } from "../lib/evaluation/simulation.ts";
import type { OpenedData } from "../lib/data/open_data.ts";
import { developmentData } from "../lib/evaluation/tuning/data.ts";
import { foldScore, tradeBlocks } from "../lib/evaluation/tuning/score.ts";
import { createTuning } from "../lib/evaluation/tuning/targets.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";
import { withOtherFuture } from "./fixtures/market_fixture.ts";
import { assertThrows, inFolder } from "./fixtures/temporary_folder.ts";
import { runSearch, smallSearch } from "./fixtures/tune_fixture.ts";
import { findInstrument } from "../lib/market/instruments.ts";

await openTensorflow();
await openFirstWasmSession();

/** A policy that is learnt in a moment. */
const QUICK_POLICY = {
  features: { features: [{ feature: "return", periods: [1, 5, 20] }] },
  parameters: {
    ...{ size: "small", members: 1, horizon: 64, episodes: 8 },
    ...{ steps: 30, evaluateEvery: 10 },
  },
};

/** Hourly bars whose moves go on or turn as the last one did. */
function market(phi: number): Promise<OpenedData> {
  return openSimulated({
    world: { kind: "ar1", phi },
    instrument: findInstrument("MES"),
    bars: 2_400,
    intervalMs: 3_600_000,
    seed: 4,
    start: Date.UTC(2022, 0, 3),
    startPrice: 5_000,
    volatilityTicks: 40,
  });
}

const { market: account } = smallSearch("");
const conditions = {
  ...{ market: account, seed: 1, workers: 1 },
  signal: new AbortController().signal,
};

async function trade(opened: OpenedData) {
  const tuning = await createTuning("rl", QUICK_POLICY);
  const data = await developmentData(opened, { holdout: 1 / 3, folds: 2 });
  const candidate = (await tuning.signalOf(tuning.defaults)).prepare(data.opened);
  return { blocks: data.blocks, results: await tradeBlocks(candidate, data, conditions) };
}

Deno.test("a policy trades a block having learnt from what lies before it and nothing later", async () => {
  const opened = await market(0.6);
  const { blocks, results } = await trade(opened);
  for (const { trades, sharpe } of results) assert(trades > 20 && sharpe.value! > 0);
  const [first] = blocks;
  const changed = await trade({ ...opened, bars: withOtherFuture(opened.bars, first!.to, 9) });
  assertEquals(changed.results[0], results[0]!);
  assert(changed.results[1]!.netUsd !== results[1]!.netUsd);
});

Deno.test("a policy is followed whatever its proof says, so that settings can be compared", async () => {
  const { results } = await trade(await market(0.001));
  assert(results.some(({ trades }) => trades > 0));
  assert(foldScore(results).value < 0);
});

Deno.test("a search of policies begins with the defaults and gives the same bytes again", () =>
  inFolder(async (folder) => {
    const opened = await market(0.6);
    const run = async (name: string) => {
      const settings = smallSearch(join(folder, name), {
        ...{ target: "rl", recipe: QUICK_POLICY, folds: 2, trials: 2 },
      });
      const { ledger, trials } = await runSearch(opened, settings);
      return { hashes: ledger.map(({ sha256 }) => sha256), trials };
    };
    const { hashes, trials } = await run("a.db");
    const { defaults } = await createTuning("rl", QUICK_POLICY);
    assertEquals(trials[0]!.params, defaults);
    assert(trials.every(({ state }) => state === "COMPLETE" || state === "PRUNED"));
    assertEquals((await run("b.db")).hashes, hashes);
  }));

Deno.test("target rl refuses a recipe of train", () => {
  const recipe = { recipe: { kind: "forest" } };
  assertThrows(() => createTuning("rl", recipe), InputError, "recipe");
});
