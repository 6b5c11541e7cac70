import { throws as assertThrows } from "node:assert/strict";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import {
  decisiveness,
  ensembleAgreement,
  type PolicyEvidence,
  policyEvidence,
} from "./confidence.ts";
import { calibratedProbability, fitConfidence } from "./confidence_calibration.ts";
import { adaptMiscoverage, conformalLowerBound, conformalRank } from "./confidence_interval.ts";
import { fitLogisticWeights, fromLogit, logit } from "./logistic_weights.ts";

Deno.test("decisiveness() gives the value of docs/methods.md#confidence and its ends", () => {
  assertClose(decisiveness([0.6, 0.3, 0.1]), 0.1826546, 5e-8);
  assertClose(decisiveness([1 / 3, 1 / 3, 1 / 3]), 0, 1e-12);
  assertClose(decisiveness([0, 1, 0]), 1, 1e-12);
});

Deno.test("policyEvidence() sees agreement and disagreement of seeds", () => {
  const long = [0.1, 0.1, 0.8], short = [0.8, 0.1, 0.1];
  const agreed = policyEvidence([long, long, long], [-1, 0, 1], 0.01);
  assertClose(agreed.agreement, 1, 1e-12);
  assertClose(agreed.exposure, 0.7, 1e-12);
  assertClose(agreed.logitMargin, Math.log(8), 1e-9);
  const split = policyEvidence([long, short], [-1, 0, 1], 0.01);
  assertClose(split.agreement, 0, 1e-12);
  // Means 0.8 and 0.2: 0.5 to a standard deviation of 0.4243.
  assertClose(ensembleAgreement(Float64Array.of(0.8, 0.2)), 0.5 / (0.5 + Math.sqrt(0.18)), 1e-12);
  assertThrows(() => policyEvidence([long], [-1, 0, 1], 0.01), RangeError);
  assertThrows(() => policyEvidence([long, [0.5, 0.5]], [-1, 0, 1], 0.01), RangeError);
});

function evidenceWorld(rows: number, seed: number) {
  const random = createRandom(seed);
  const evidence: PolicyEvidence[] = [], truth = new Float64Array(rows);
  const won = Uint8Array.from({ length: rows }, (_, row) => {
    const agreement = random.uniform(), exposure = random.uniform();
    evidence.push({
      logitMargin: random.normal(),
      decisiveness: 0.5,
      agreement,
      exposure,
      volatility: 0.01,
    });
    truth[row] = fromLogit(2 * agreement - 1 + 0.5 * exposure);
    return random.uniform() < truth[row]! ? 1 : 0;
  });
  return { evidence, truth, won };
}

Deno.test("fitConfidence() gives calibrated probabilities on rows it has not seen", () => {
  const fitted = evidenceWorld(20_000, 1), unseen = evidenceWorld(20_000, 2);
  const calibration = fitConfidence(fitted.evidence, fitted.won)!;
  const given = unseen.evidence.map((row) => calibratedProbability(calibration, row));
  const { intercept, weights } = fitLogisticWeights(
    Float64Array.from(given, logit),
    1,
    unseen.won,
    { l2: 0 },
  );
  assertClose(weights[0]!, 1, 0.1);
  assertClose(intercept, 0, 0.05);
  given.forEach((probability, i) => assertClose(probability, unseen.truth[i]!, 0.06));
  const again = JSON.parse(JSON.stringify(calibration));
  assertEquals(
    calibratedProbability(again, unseen.evidence[0]!),
    calibratedProbability(calibration, unseen.evidence[0]!),
  );
});

Deno.test("fitConfidence() finds no confidence where outcomes are a coin", () => {
  const random = createRandom(3);
  const { evidence } = evidenceWorld(10_000, 4);
  const calibration = fitConfidence(evidence, Uint8Array.from(evidence, () => random.integer(2)))!;
  for (const row of evidence.slice(0, 200)) {
    assertClose(calibratedProbability(calibration, row), 0.5, 0.05);
  }
});

Deno.test("fitConfidence() does not judge on a handful of rows", () => {
  const { evidence, won } = evidenceWorld(49, 5);
  assertEquals(fitConfidence(evidence, won), null);
  assertThrows(() => fitConfidence(evidence, won.subarray(1)), RangeError);
});

Deno.test("conformalRank() gives the ranks of docs/methods.md#confidence", () => {
  assertEquals([conformalRank(100, 0.1), conformalRank(500, 0.05)], [91, 476]);
  assertEquals(conformalLowerBound(0.5, Float64Array.of(0.1, 0.2), 0.01), -Infinity);
  const errors = Float64Array.from({ length: 100 }, (_, i) => i / 100);
  assertClose(conformalLowerBound(1, errors, 0.1), 1 - 0.9, 1e-12);
});

Deno.test("adaptMiscoverage() keeps its long-run miss rate while the noise grows tenfold", () => {
  const random = createRandom(6), steps = 4_000;
  let state = { target: 0.1, rate: 0.02, current: 0.1 }, missed = 0;
  const past: number[] = [];
  for (let step = 0; step < steps; step++) {
    const realised = (step < steps / 2 ? 1 : 10) * random.normal();
    const overestimates = Float64Array.from(past.slice(-200), (value) => -value).sort();
    const miss = realised < conformalLowerBound(0, overestimates, state.current);
    missed += miss ? 1 : 0;
    state = adaptMiscoverage(state, miss);
    past.push(realised);
  }
  const bound = (Math.max(0.1, 0.9) + 0.02) / (0.02 * steps);
  assert(Math.abs(missed / steps - 0.1) <= bound);
});
