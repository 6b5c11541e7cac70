import type { StoredEntry } from "../../registry/trial_ledger.ts";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { createRandom } from "../../core/random.ts";
import { explainTrackRecord } from "../../statistics/explain_track_record.ts";
import type { StrategyRun } from "../comparison.ts";
import { judge } from "./evidence.ts";

const DAYS = 120;

function noise(seed: number, mean = 0): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: DAYS }, () => 0.01 * (random.normal() + mean));
}

function run(returns: Float64Array): StrategyRun {
  return { role: "model", evaluation: { returns } as StrategyRun["evaluation"] };
}

/** A trial in the ledger: of bars when it was made by a search, of days by a walk-forward test. */
function entry(id: number, returns: Float64Array, periodsPerYear: number): StoredEntry {
  return {
    ...{ study: "MES-tune", trial: id, kind: "search", state: "COMPLETE", target: "forest" },
    ...{ symbol: "MES", dataSha256: "00", params: {}, value: 0, periodsPerYear },
    periods: Int32Array.from(returns.keys()),
    ...{ returns, recordedAt: "2024-06-01T00:00:00.000Z", id, sha256: `${id}` },
    returnsSha256: `${returns.join()}`,
  };
}

Deno.test("judge() says of 500 searched trials no more than the returns of these days show", () => {
  const winner = noise(1, 0.3);
  const hourly = Array.from({ length: 499 }, (_, id) => entry(id, noise(id + 2), 252 * 23));
  const { evidence, judgement } = judge([run(winner)], [...hourly, entry(499, winner, 252)], 1);
  assertEquals([evidence.trialCount, evidence.knownTrials, evidence.comparedTrials], [500, 1, 1]);
  assertEquals([evidence.overfitting, evidence.superiority], [null, null]);
  assertEquals(
    evidence.reasons.overfitting,
    "needs the returns of two trials, and there are those of 1",
  );
  const words = explainTrackRecord(judgement).map(({ text }) => text);
  assertEquals(words.filter((text) => /best|chosen/.test(text)), []);
  assert(words.at(-1)!.includes("is unknown: the Sharpe ratio of 1 of 500 trials is known"));
});

Deno.test("judge() takes the spread of luck from all daily trials, and compares those of this run", () => {
  const tried = [noise(1, 0.3), noise(2), noise(2)];
  const older = Array.from({ length: 40 }, (_, id) => entry(id, noise(id + 10), 252));
  const own = tried.map((returns, id) => entry(100 + id, returns, 252));
  const { evidence } = judge(tried.map(run), [...older, ...own], 1);
  assertEquals([evidence.trialCount, evidence.knownTrials, evidence.comparedTrials], [42, 42, 2]);
  assertEquals(evidence.configurations, 3);
  assert(evidence.overfitting !== null && evidence.reasons.overfitting === undefined);
  assert(evidence.luckySharpe.value! > 0);
});
