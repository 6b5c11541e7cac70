import { throws as assertThrows } from "node:assert/strict";
import { standardDeviation } from "./moments.ts";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { commonPeriods } from "./common_periods.ts";
import { effectiveTrials, meanCorrelation } from "./effective_trials.ts";
import { explainTrackRecord } from "./explain_track_record.ts";
import { deflatedSharpe, estimateSharpe } from "./sharpe_statistics.ts";
import { judgeTrackRecord } from "./track_record.ts";

const OPTIONS = { seed: 1, samples: 300, blocks: 8 };

function noise(seed: number, trials: number, periods: number): Float64Array[] {
  const random = createRandom(seed);
  return Array.from(
    { length: trials },
    () => Float64Array.from({ length: periods }, () => 0.01 * random.normal()),
  );
}

function best(trials: readonly Float64Array[]): Float64Array {
  return trials.toSorted((a, b) => estimateSharpe(b)!.sharpe - estimateSharpe(a)!.sharpe)[0]!;
}

Deno.test("judgeTrackRecord() is not impressed by the best of 100 worthless trials", () => {
  const trials = noise(1, 100, 504);
  const record = { returns: best(trials), periodsPerYear: 252, trials, trialCount: 250 };
  const judgement = judgeTrackRecord(record, OPTIONS);
  assert(judgement.sharpe.value! > 1);
  assert(judgement.probabilisticSharpe.value! > 0.95);
  assert(judgement.deflatedSharpe.value! < 0.6);
  assert(judgement.overfitting!.probability.value! > 0.2);
  assert(judgement.superiority!.consistent > 0.05);
  assert(judgement.minimumBacktestYears.value! > judgement.years);
  const ratios = Float64Array.from(trials, (series) => estimateSharpe(series)!.sharpe);
  const spread = standardDeviation(ratios) ** 2;
  const expected = deflatedSharpe(estimateSharpe(record.returns)!, 250, spread);
  assertClose(judgement.deflatedSharpe.value!, expected, 1e-12);
  const severities = explainTrackRecord(judgement).map(({ severity }) => severity);
  assertEquals(severities, ["good", "warn", "warn", "bad", "warn"]);
});

Deno.test("judgeTrackRecord() lets a real edge through, and says the same for the same seed", () => {
  const trials = noise(2, 20, 1_260);
  trials[4] = trials[4]!.map((value) => value + 0.002);
  const record = { returns: trials[4]!, periodsPerYear: 252, trials };
  const judgement = judgeTrackRecord(record, OPTIONS);
  const conclusions = explainTrackRecord(judgement);
  assertEquals(conclusions.map(({ severity }) => severity), ["good", "good", "good", "good"]);
  assert(conclusions.every(({ text }) => !/NaN|undefined|null/.test(text)));
  assertEquals(judgeTrackRecord(record, OPTIONS), judgement);
});

Deno.test("judgeTrackRecord() says what it cannot know", () => {
  const alone = judgeTrackRecord(
    { returns: noise(3, 1, 100)[0]!, periodsPerYear: 252, trials: [] },
    OPTIONS,
  );
  assertEquals([alone.overfitting, alone.superiority], [null, null]);
  assertEquals(alone.deflatedSharpe.value, null);
  assertEquals(explainTrackRecord(alone).at(-1)!.severity, "note");
  const out = judgeTrackRecord(
    { returns: new Float64Array(50), periodsPerYear: 252, trials: [] },
    OPTIONS,
  );
  assertEquals(explainTrackRecord(out).length, 1);
  const once = new Float64Array(100);
  once[40] = 0.01;
  const traded = judgeTrackRecord({ returns: once, periodsPerYear: 252, trials: [] }, OPTIONS);
  assert(explainTrackRecord(traded)[0]!.severity === "bad");
  const short = judgeTrackRecord(
    { returns: Float64Array.of(0.1, 0.2, -0.1), periodsPerYear: 252, trials: noise(1, 3, 5) },
    OPTIONS,
  );
  assertEquals([short.overfitting, short.superiority], [null, null]);
});

Deno.test("judgeTrackRecord() refuses NaN in any trial and trials that are more than all", () => {
  const trials = noise(5, 10, 100);
  const record = { returns: trials[0]!, periodsPerYear: 252, trials };
  const broken = trials.map((series) => series.slice());
  broken[4]![50] = NaN;
  assertThrows(() => judgeTrackRecord({ ...record, trials: broken }, OPTIONS), {
    name: "RangeError",
    message: /current value is NaN in period 50 of series 4/,
  });
  assertThrows(
    () => judgeTrackRecord({ ...record, returns: broken[4]!, trials: [] }, OPTIONS),
    RangeError,
  );
  assertThrows(() => judgeTrackRecord({ ...record, trialCount: 9 }, OPTIONS), RangeError);
});

Deno.test("explainTrackRecord() speaks of no more trials than have returns", () => {
  const [winner, second] = noise(6, 2, 252).map((series) => series.map((value) => value + 0.002));
  const record = { returns: winner!, periodsPerYear: 252, trialCount: 500 };
  const alone = judgeTrackRecord({ ...record, trials: [winner!] }, OPTIONS);
  assertEquals([alone.knownTrials, alone.comparedTrials], [1, 1]);
  assertEquals([alone.overfitting, alone.superiority], [null, null]);
  assertEquals(
    alone.reasons.superiority,
    "needs the returns of two trials, and there are those of 1",
  );
  const words = explainTrackRecord(alone).map(({ text }) => text);
  assertEquals(words.filter((text) => /best|chosen|luck among all/.test(text)), []);
  assertEquals(
    words.at(-1),
    "What luck among 500 trials would show is unknown: the Sharpe ratio of 1 of 500 trials is known.",
  );
  const pair = explainTrackRecord(
    judgeTrackRecord({ ...record, trials: [winner!, second!] }, OPTIONS),
  );
  const about = (part: string) => pair.find(({ text }) => text.includes(part))!.text;
  assert(about("Hansen").includes("of the 2 trials with returns in these periods"));
  assert(about("Hansen").includes("Of the 498 others it knows nothing"));
  assert(about("halve").includes("the best of the 2 trials with returns in these periods"));
  assert(about("by luck alone").includes("of which the Sharpe ratio is known of 2; if all differ"));
});

Deno.test("judgeTrackRecord() has one interval, which few losing days leave undecided", () => {
  const days = Float64Array.from({ length: 40 }, (_, day) => day === 20 ? -0.038 : 0.002);
  const judgement = judgeTrackRecord(
    { returns: days, periodsPerYear: 252, period: "day", trials: [] },
    OPTIONS,
  );
  assert(judgement.interval![0] < 0 && judgement.sharpe.note === "a year's figure from 40 days");
  assertEquals(judgement.probabilisticSharpe.value, null);
  const [first] = explainTrackRecord(judgement);
  assertEquals(first!.severity, "bad");
  assert(first!.text.includes("only 1 of 40 days lost money"), first!.text);
});

Deno.test("meanCorrelation() is the mean over all pairs, and trials alike count as one", () => {
  const [a, b, c] = noise(4, 3, 400) as [Float64Array, Float64Array, Float64Array];
  const mixed = a.map((value, i) => value + b[i]!);
  // numpy.corrcoef of two independent series and their sum: 0, sqrt(1/2), sqrt(1/2).
  assertClose(meanCorrelation([a, b, mixed]), Math.SQRT2 / 3, 0.05);
  assertClose(meanCorrelation([a, b, c]), 0, 0.05);
  assertClose(meanCorrelation([a, a, a.map((value) => 3 * value)]), 1, 1e-12);
  assertEquals(meanCorrelation([a, new Float64Array(400)]), 0);
  assertClose(effectiveTrials(50, meanCorrelation([a, a])), 1, 1e-9);
});

Deno.test("commonPeriods() keeps nothing when one series has nothing in common", () => {
  const series = (first: number) => ({
    periods: Int32Array.from({ length: 3 }, (_, i) => first + i),
    returns: new Float64Array(3),
  });
  assertEquals(commonPeriods([series(0), series(5)]).periods.length, 0);
  assertEquals(commonPeriods([]).columns, []);
});
