import { type LedgerEntry, openTrialLedger } from "../lib/registry/mod.ts";
import { assert, assertEquals } from "./assert.ts";
import { createRandom } from "../lib/core/random.ts";
import { commonPeriods } from "../lib/statistics/common_periods.ts";
import { explainTrackRecord } from "../lib/statistics/explain_track_record.ts";
import { judgeTrackRecord } from "../lib/statistics/track_record.ts";

const DAYS = 252;

function entry(trial: number, state: LedgerEntry["state"]): LedgerEntry {
  // What repeats a trial does not count as another.
  const random = createRandom(trial % 30);
  const length = state === "PRUNED" ? DAYS / 4 : DAYS;
  return {
    study: "MES-forest",
    trial,
    kind: "search",
    state,
    target: "forest",
    symbol: "MES",
    dataSha256: "00",
    params: { leafShare: trial },
    value: 0,
    periodsPerYear: DAYS,
    periods: Int32Array.from({ length }, (_, day) => 19_000 + day),
    returns: Float64Array.from({ length }, () => 0.01 * random.normal()),
    recordedAt: "2024-06-01T00:00:00.000Z",
  };
}

Deno.test("the ledger's trials, pruned ones too, decide what a track record proves", async () => {
  await using ledger = await openTrialLedger(":memory:");
  for (let trial = 0; trial < 40; trial++) {
    await ledger.append(entry(trial, trial % 30 < 20 ? "COMPLETE" : "PRUNED"));
  }
  const entries = await ledger.entries({ dataSha256: "00", kind: "search" });
  const distinct = [...new Map(entries.map((found) => [found.returnsSha256, found])).values()];
  const { columns, periods } = commonPeriods(
    distinct.filter(({ state }) => state === "COMPLETE"),
  );
  assertEquals([distinct.length, columns.length, periods.length], [30, 20, DAYS]);
  const record = { returns: columns[0]!, periodsPerYear: DAYS, trials: columns };
  const options = { seed: 1, samples: 200, blocks: 8 };
  const judgement = judgeTrackRecord({ ...record, trialCount: distinct.length }, options);
  assertEquals(judgement.trialCount, 30);
  assert(judgement.luckySharpe.value! > judgeTrackRecord(record, options).luckySharpe.value!);
  assert(explainTrackRecord(judgement).some(({ text }) => text.includes("30 trials")));
});
