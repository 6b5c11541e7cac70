import { throws as assertThrows } from "node:assert/strict";
import fc from "fast-check";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { plainNoise } from "../../tests/fixtures/plain_noise.ts";
import reference from "../../tests/fixtures/drift_reference.json" with { type: "json" };
import { createRandom } from "../core/random.ts";
import { attemptLevel } from "./alpha_spending.ts";
import { evidenceOfBets, harmEvidence, predictableBets, sumSteps } from "./harm_evidence.ts";

Deno.test("harmEvidence() is NumPy's to 1e-9", () => {
  for (
    const { clipped, count, evidence, harm, largest, reached, scale, seed } of reference.evidence
  ) {
    const champion = plainNoise(seed, count), noise = plainNoise(seed + 1, count);
    const challenger = champion.map((value, step) => value - harm + noise[step]!);
    const found = harmEvidence(challenger, champion, { scale });
    evidence.forEach((value, i) => assertClose(found.evidence[25 * i]! / value, 1, 1e-9));
    assertClose(found.largest / largest, 1, 1e-9);
    assertClose(found.clipped, clipped, 1e-12);
    const alarm = found.evidence.findIndex((value) => value >= 20);
    assertEquals(alarm < 0 ? null : alarm, reached);
  }
});

Deno.test("harmEvidence() stops one harmless challenger in twenty at most, looked at after every step", () => {
  // Fat tails and volatility that clusters, as differences of returns have.
  const random = createRandom(3);
  let stopped = 0, caught = 0;
  const worlds = 1_000, steps = 250;
  for (let world = 0; world < worlds; world++) {
    let variance = 1;
    const even = Float64Array.from({ length: steps }, () => {
      const tail = random.uniform() < 0.03 ? 4 : 1;
      const value = Math.sqrt(variance) * tail * random.normal();
      variance = 0.1 + 0.85 * variance + 0.05 * Math.min(9, value ** 2);
      return value;
    });
    const zero = new Float64Array(steps);
    if (harmEvidence(even, zero, { scale: 4 }).largest >= 20) stopped++;
    const harmful = even.map((value) => value - 0.3);
    if (harmEvidence(harmful, zero, { scale: 4 }).largest >= 20) caught++;
  }
  // Ville's bound is 50 of 1,000; binomial at that rate, 99.9 %: 73.
  assert(stopped <= 73, `${stopped} stopped`);
  assert(caught >= 900, `${caught} caught`);
});

Deno.test("labels that overlap break the bound: what steps are for", () => {
  // Sums over ten periods, looked at after each period and after each step.
  const random = createRandom(6), length = 10, zero = new Float64Array(500);
  let overlapping = 0, apart = 0;
  for (let world = 0; world < 300; world++) {
    const daily = Float64Array.from({ length: 500 }, () => random.normal());
    const sums = daily.map((_, i) =>
      daily.subarray(Math.max(0, i - length + 1), i + 1).reduce((a, b) => a + b) / Math.sqrt(length)
    );
    if (harmEvidence(sums, zero, { scale: 4 }).largest >= 20) overlapping++;
    const steps = sumSteps(daily, length).map((value) => value / Math.sqrt(length));
    if (harmEvidence(steps, zero.subarray(0, steps.length), { scale: 4 }).largest >= 20) apart++;
  }
  assert(overlapping > 75, `${overlapping} of 300 with overlap`);
  assert(apart <= 28, `${apart} of 300 without`);
});

Deno.test("predictableBets() know nothing of what they bet on", () => {
  const values = fc.float64Array({ min: -1, max: 1, noNaN: true, minLength: 1, maxLength: 60 });
  fc.assert(fc.property(values, fc.nat(59), (differences, at) => {
    const changed = differences.map((value, i) => i >= at ? -value : value);
    const bets = predictableBets(differences);
    assertEquals(
      [...bets.subarray(0, at + 1)],
      [...predictableBets(changed).subarray(0, at + 1)],
    );
    assert(bets[0] === 0 && bets.every((bet) => bet >= 0 && bet <= 0.5));
    assert(evidenceOfBets(differences, bets).every((evidence) => evidence > 0));
  }));
});

Deno.test("sumSteps() waits for a whole step", () => {
  assertEquals([...sumSteps(Float64Array.of(1, 2, 3, 4, 5), 2)], [3, 7]);
  assertEquals(sumSteps(Float64Array.of(1), 2).length, 0);
  assertThrows(() => sumSteps(Float64Array.of(1), 0), RangeError);
});

Deno.test("harm is weighed only where it can be", () => {
  const one = Float64Array.of(1);
  assertEquals(harmEvidence(new Float64Array(0), new Float64Array(0), { scale: 1 }).largest, 1);
  assertThrows(() => harmEvidence(one, one, { scale: 0 }), RangeError);
  assertThrows(() => harmEvidence(one, Float64Array.of(NaN), { scale: 1 }), RangeError);
  assertThrows(() => evidenceOfBets(Float64Array.of(2), one), RangeError);
  assertThrows(() => evidenceOfBets(one, one), RangeError);
});

Deno.test("attemptLevel() spends alpha and no more over any number of attempts", () => {
  let spent = 0;
  for (let attempt = 1; attempt <= 100_000; attempt++) spent += attemptLevel(attempt, 0.05);
  assert(spent < 0.05 && spent > 0.0499);
  for (const attempt of [0, 1.5, NaN]) assertThrows(() => attemptLevel(attempt), RangeError);
  assertThrows(() => attemptLevel(1, 5), RangeError);
});
