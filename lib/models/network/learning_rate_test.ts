import { assert, assertClose, assertEquals } from "../../../tests/assert.ts";
import { learningRateAt } from "./learning_rate.ts";
import { SCHEDULES } from "./parameters.ts";

const BASE = { learningRate: 0.4, warmUpEpochs: 1, maximumEpochs: 5 };

Deno.test("learningRateAt() warms up along a straight line, whatever the schedule", () => {
  for (const schedule of SCHEDULES) {
    const rate = (epochs: number) => learningRateAt({ ...BASE, schedule }, { epochs, stalls: 0 });
    assertEquals([rate(0), rate(0.25), rate(1)], [0, 0.1, 0.4]);
    const cold = { ...BASE, warmUpEpochs: 0, schedule };
    assertEquals(learningRateAt(cold, { epochs: 0, stalls: 0 }), 0.4);
  }
});

Deno.test("learningRateAt() goes down to 0 along a cosine, halves at a stall, or stays", () => {
  const at = (schedule: typeof SCHEDULES[number], epochs: number, stalls: number) =>
    learningRateAt({ ...BASE, schedule }, { epochs, stalls });
  const cosine = [1, 2, 3, 4, 5, 6].map((epochs) => at("cosine", epochs, 2));
  assert(cosine.every((rate, i) => i === 0 || rate <= cosine[i - 1]!));
  assertClose(cosine[2]!, 0.2, 1e-12);
  assertClose(cosine[4]!, 0, 1e-12);
  assertClose(cosine[5]!, 0, 1e-12);
  assertEquals([0, 1, 3].map((stalls) => at("plateau", 3, stalls)), [0.4, 0.2, 0.05]);
  assertEquals(at("constant", 4.5, 3), 0.4);
});
