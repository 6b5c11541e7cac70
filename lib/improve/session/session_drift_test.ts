import { assert, assertEquals } from "../../../tests/assert.ts";
import { createRandom, type Random } from "../../core/mod.ts";
import { detectSessionDrift } from "./session_drift.ts";
import type { EvidenceDay } from "./session_evidence.ts";
import { preferSession } from "./session_pairs.ts";

const QUIET = { account: "a", said: new Map(), faults: new Map() };

function fills(random: Random, count: number, middle: number): Float64Array {
  return Float64Array.from({ length: count }, () => Math.round(middle + 1.5 * random.normal()));
}

/** Days of a mean and deviation of 1 % of 100,000 dollars in full size. */
function daysOf(random: Random, count: number, mean: number, sizeFactor: number): EvidenceDay[] {
  return Array.from({ length: count }, (_, tradeDay) => ({
    ...{ tradeDay, sizeFactor, beforeMicros: 5e10 },
    profitMicros: 1e11 * sizeFactor * (mean + 0.01 * random.normal()),
  }));
}

Deno.test("dearer fills and poorer days than assumed are found, as often as the level says without", () => {
  const random = createRandom(4);
  const counts = { slippage: [0, 0], "profit band": [0, 0] };
  const approved = Float64Array.from({ length: 500 }, () => 0.001 + 0.01 * random.normal());
  for (let world = 0; world < 100; world++) {
    for (const isWorse of [0, 1]) {
      const evidence = {
        ...QUIET,
        paidTicks: fills(random, 60, 1 + isWorse),
        days: daysOf(random, 60, 0.001 - 0.007 * isWorse, 0.5),
      };
      const found = detectSessionDrift(evidence, {
        ...{ slippageTicks: 1, approved, cashUsd: 100_000, seed: world },
      });
      for (const { alarm, detector } of found) {
        counts[detector as keyof typeof counts][isWorse]! += alarm ? 1 : 0;
      }
    }
  }
  for (const [detector, [calm = 0, worse = 0]] of Object.entries(counts)) {
    // Binomial, 99.9 %: 6 of 100 at a rate of 1 %.
    assert(calm <= 6 && worse >= 90, `${detector}: ${calm} false, ${worse} found`);
  }
});

Deno.test("a session is judged where there is enough of it, and where all fills cost the same", () => {
  const assumed = { slippageTicks: 1, approved: new Float64Array(), cashUsd: null, seed: 1 };
  const of = (paid: number, count: number) =>
    detectSessionDrift(
      { ...QUIET, days: [], paidTicks: new Float64Array(count).fill(paid) },
      assumed,
    )
      .map(({ alarm }) => alarm);
  assertEquals([of(1, 19), of(1, 20), of(0, 20), of(2, 20)], [[], [false], [false], [true]]);
});

Deno.test("days of a session stand in the place of simulated ones, for both at once", () => {
  const simulated = { days: [1, 2, 3], challenger: [1, 2, 3], champion: [4, 5, 6] };
  const seen = { days: [0, 2], challenger: [9, 20], champion: [9, 50] };
  assertEquals(preferSession(simulated, null), simulated);
  assertEquals(preferSession(simulated, seen), {
    ...{ days: [1, 2, 3], challenger: [1, 20, 3], champion: [4, 50, 6] },
  });
});
