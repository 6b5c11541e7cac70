import { join } from "node:path";
import { InputError } from "../lib/core/errors.ts";
import { assert, assertClose, assertEquals } from "./assert.ts";
import type { OpenedData } from "../lib/data/open_data.ts";
import { developmentData } from "../lib/evaluation/tuning/data.ts";
import { examine } from "../lib/evaluation/tuning/examination.ts";
import { UNUSABLE_KEY } from "../lib/evaluation/tuning/objective.ts";
import { foldScore, tradeBlocks } from "../lib/evaluation/tuning/score.ts";
import { openTuneSession, search } from "../lib/evaluation/tuning/session.ts";
import { createTuning } from "../lib/evaluation/tuning/targets.ts";
import { withOtherFuture } from "./fixtures/market_fixture.ts";
import { assertRejects, inFolder } from "./fixtures/temporary_folder.ts";
import {
  runSearch,
  type SearchOutcome,
  SMALL_RECIPE,
  smallMarket,
  smallSearch,
} from "./fixtures/tune_fixture.ts";

const signal = new AbortController().signal;

/** All that a trial computed; the hash in the ledger covers every return. */
function computed({ trials, ledger }: SearchOutcome) {
  return JSON.stringify([
    trials.map(({ number, state, values, params, intermediateValues, userAttributes }) => [
      ...[number, state, values, params, [...intermediateValues], userAttributes],
    ]),
    ledger.map(({ sha256, value }) => [sha256, value]),
  ]);
}

/** The same bars with others from a row on. */
function changedFrom(opened: OpenedData, row: number): OpenedData {
  return { ...opened, bars: withOtherFuture(opened.bars, row, 9) };
}

Deno.test("a search gives the same bytes again", () =>
  inFolder(async (folder) => {
    const opened = await smallMarket();
    const once = await runSearch(opened, smallSearch(join(folder, "a.db")));
    const again = await runSearch(opened, smallSearch(join(folder, "b.db")));
    assertEquals(computed(again), computed(once));
    assertEquals(once.ledger.map(({ trial }) => trial), [0, 1, 2, 3]);
    assertEquals(once.trials[0]!.params, { l2: 1, edge: 1 });
    const other = await runSearch(opened, smallSearch(join(folder, "c.db"), { seed: 2 }));
    assert(computed(other) !== computed(once));
  }));

Deno.test("held-out bars change no trial, development bars do", () =>
  inFolder(async (folder) => {
    const opened = await smallMarket();
    const border = 1_000;
    const once = await runSearch(opened, smallSearch(join(folder, "a.db"), { trials: 2 }));
    const run = (row: number) => {
      const settings = smallSearch(join(folder, `${row}.db`), { trials: 2 });
      return runSearch(changedFrom(opened, row), settings);
    };
    assertEquals(computed(await run(border)), computed(once));
    assert(computed(await run(border - 1)) !== computed(once));
  }));

Deno.test("a block is traded by a model that has seen nothing of it and nothing later", async () => {
  const opened = await smallMarket();
  const { market } = smallSearch("");
  const settings = { holdout: 1 / 3, folds: 3 };
  const conditions = { market, seed: 1, workers: 1, signal };
  const tuning = await createTuning("logistic", SMALL_RECIPE);
  const choice = await tuning.signalOf(tuning.defaults);
  const trade = async (market: OpenedData) => {
    const data = await developmentData(market, settings);
    return await tradeBlocks(choice.prepare(data.opened), data, conditions);
  };
  const data = await developmentData(opened, settings);
  const results = await trade(opened);
  for (const [index, { to }] of data.blocks.entries()) {
    const changed = await trade(changedFrom(opened, to));
    assertEquals(changed[index], results[index]!, `block ${index}`);
  }
  for (const { returns, netUsd, periods } of results) {
    // The engine's account and the series tell the same story.
    const growth = returns.reduce((wealth, change) => wealth * (1 + change), 1);
    assertClose(growth - 1, netUsd / market.cashUsd, 1e-12);
    assertEquals(periods, periods.toSorted());
  }
  const { mean, standardError, value } = foldScore(results);
  assertClose(value, mean - standardError, 1e-12);
});

Deno.test("settings that stay out score 0 and say why they have no Sharpe ratio", async () => {
  const data = await developmentData(await smallMarket(), { holdout: 0, folds: 2 });
  const tuning = await createTuning("logistic", SMALL_RECIPE);
  const { market } = smallSearch("");
  const costly = { ...market, costs: { slippageTicks: 10_000 } };
  const candidate = (await tuning.signalOf(tuning.defaults)).prepare(data.opened);
  const results = await tradeBlocks(candidate, data, {
    market: costly,
    seed: 1,
    workers: 1,
    signal,
  });
  for (const { sharpe, trades } of results) {
    assertEquals([sharpe.value, trades], [null, 0]);
    assert(sharpe.reason !== undefined);
  }
  assertEquals(foldScore(results), { mean: 0, standardError: 0, value: 0 });
});

Deno.test("settings that the data cannot bear fail alone", () =>
  inFolder(async (folder) => {
    const tooLong = { labels: "fixed-horizon", horizonBars: 240, edge: 1 };
    const settings = smallSearch(join(folder, "a.db"), {
      target: "labels",
      recipe: { ...SMALL_RECIPE, recipe: { kind: "logistic", parameters: {} } },
      trials: 3,
    });
    const { trials, ledger } = await runSearch(await smallMarket(1_200), settings, [tooLong]);
    assertEquals(trials.map(({ state }) => state === "FAIL"), [false, true, false]);
    assert(String(trials[1]!.userAttributes[UNUSABLE_KEY]).includes("Cannot fit"));
    assertEquals(ledger.map(({ trial }) => trial), [0, 2]);
  }));

Deno.test("a waiting trial outside the search space fails alone", () =>
  inFolder(async (folder) => {
    const settings = smallSearch(join(folder, "a.db"), { trials: 3 });
    const { trials, ledger } = await runSearch(await smallMarket(), settings, [{ l2: 1e99 }]);
    assertEquals(trials.map(({ state }) => state === "FAIL"), [false, true, false]);
    assert(String(trials[1]!.systemAttributes.fail_reason).includes("Cannot use 1e+99"));
    assertEquals(ledger.map(({ trial }) => trial), [0, 2]);
  }));

Deno.test("a verdict says how many trials failed and why, where the defaults did too", () =>
  inFolder(async (folder) => {
    const opened = await smallMarket(1_200);
    const tooLong = { kind: "fixed-horizon", horizonBars: 240 };
    const settings = smallSearch(join(folder, "a.db"), {
      target: "labels",
      recipe: { ...SMALL_RECIPE, labels: tooLong, recipe: { kind: "logistic", parameters: {} } },
      trials: 2,
    });
    await using session = await openTuneSession(opened, settings, { now: () => 0 });
    const { context, study } = session;
    await study.enqueue({ labels: "fixed-horizon", horizonBars: 5, edge: 1 });
    await search(session, settings, signal, () => {});
    const { params, values } = (await study.bestTrial())!;
    const best = { trial: 1, params, value: values![0]! };
    const control = { clock: { now: () => 0 } };
    const { defaults, failures, holdout, words } = await examine(
      ...[context, opened, best, await study.trials(), control] as const,
    );
    assertEquals([defaults, failures.ended, failures.failed], [null, 2, 1]);
    const all = words.join("\n");
    assert(/1 of 2 trials failed: 1 × Cannot fit on \d+ labelled rows/.test(all), all);
    assert(all.includes("the defaults could not be fitted"), all);
    assert(best.value <= 0 || holdout !== null);
  }));

Deno.test("a pruned trial leaves the returns of its first folds in the ledger", () =>
  inFolder(async (folder) => {
    const settings = smallSearch(join(folder, "a.db"), { trials: 14, sampler: "random" });
    const { trials, ledger } = await runSearch(await smallMarket(), settings);
    const whole = ledger[0]!.returns.length;
    const pruned = ledger.filter(({ state }) => state === "PRUNED");
    assert(pruned.length > 0, "no trial was pruned");
    for (const { trial, returns, value } of pruned) {
      assert(returns.length < whole);
      const sharpe = trials[trial]!.userAttributes["tune:sharpe"] as (number | null)[];
      const mean = sharpe.reduce<number>((sum, each) => sum + (each ?? 0), 0) / sharpe.length;
      assert(sharpe.length >= 2, "judged after one fold");
      assert(Math.abs(trials[trial]!.values![0]! - mean) < 1e-9);
      assert(value! <= mean);
    }
    assertEquals(ledger.length, trials.length);
  }));

Deno.test("a sweep runs every point of its grid once, whoever asks again", () =>
  inFolder(async (folder) => {
    const grid = { l2: [1, 100], edge: [0.5, 1, 2] };
    const { trials: _, ...endless } = smallSearch(join(folder, "a.db"));
    const sweep = { ...endless, sampler: "grid", grid } as const;
    const opened = await smallMarket();
    const points = async () => {
      const { trials } = await runSearch(opened, sweep);
      return trials.map(({ params: { l2, edge } }) => `${l2} ${edge}`).sort();
    };
    assertEquals(await points(), ["1 0.5", "1 1", "1 2", "100 0.5", "100 1", "100 2"]);
    assertEquals((await points()).length, 6);
  }));

Deno.test("a study goes on only on the terms it was begun with", () =>
  inFolder(async (folder) => {
    const opened = await smallMarket();
    const path = join(folder, "a.db");
    await runSearch(opened, smallSearch(path, { trials: 1 }));
    const goOn = (changes: Parameters<typeof smallSearch>[1], market = opened) =>
      runSearch(market, smallSearch(path, { trials: 1, study: "MES-logistic", ...changes }));
    await assertRejects(goOn({ folds: 4 }), InputError, "other folds");
    await assertRejects(goOn({ seed: 7 }), InputError, "other seed");
    await assertRejects(goOn({ pruner: "wilcoxon" }), InputError, "reports to the pruner");
    await assertRejects(goOn({}, changedFrom(opened, 50)), InputError, "other bars");
    const wider = { ...SMALL_RECIPE, edgeThreshold: 2 };
    await assertRejects(goOn({ recipe: wider }), InputError, "settings to start from");
    await assertRejects(goOn({ target: "forest" }), InputError, "other target");
    assertEquals((await goOn({ sampler: "random", pruner: "hyperband" })).trials.length, 2);
  }));
