import { rejects as assertRejects } from "node:assert/strict";
import type { Network } from "./network_model.ts";
import { InputError } from "../../core/errors.ts";
import { openTensorflow, tf } from "../../tensor/tensorflow.ts";
import { assert, assertClose, assertEquals } from "../../../tests/assert.ts";
import { createRandom } from "../../core/random.ts";
import { fitNetwork } from "./fit_network.ts";
import {
  accuracyOf,
  TINY_NETWORK,
  toyInput,
  xorOverTime,
} from "../../../tests/fixtures/network_fixture.ts";
import { predictNetwork } from "./predict_network.ts";

await openTensorflow();

/** Every number of a network, in order. */
function numbersOf(model: Network): number[] {
  return model.members.flatMap((layers) =>
    layers.flatMap((layer) =>
      Object.values(layer).flatMap((part) => part instanceof Float32Array ? [...part] : [])
    )
  );
}

const LAST = (rows: number, count: number) =>
  Int32Array.from({ length: count }, (_, i) => rows - count + i);

Deno.test("fitNetwork() learns an exclusive or over time, which no single row tells", async () => {
  const parameters = { ...TINY_NETWORK, maximumEpochs: 20, patience: 20 };
  const { model, curves, stopped } = await fitNetwork(xorOverTime(1_200), parameters, { seed: 1 });
  const unseen = xorOverTime(500, 2);
  const rows = LAST(500, 490);
  const probabilities = await predictNetwork(model, unseen.values, rows);
  const accuracy = accuracyOf(probabilities, rows.map((row) => unseen.labels.classes[row]!));
  assert(accuracy > 0.9, `${accuracy}`);
  assertEquals([curves[0]!.training.length, curves[0]!.validation.length], [20, 20]);
  assert(curves[0]!.training[0]! > curves[0]!.training.at(-1)!);
  assert(/^Member 1 learnt for all 20 epochs; kept epoch \d+ with/.test(stopped[0]!), stopped[0]);
});

Deno.test("fitNetwork() learns where a noisy sinusoid goes next, with two stacked layers", async () => {
  const input = toyInput(1_200, 2, (_, row) => Math.cos(row / 8) > 0 ? 1 : 0);
  for (const row of input.rows) {
    input.values[2 * row] = Math.sin(row / 8) + 0.2 * input.values[2 * row]!;
  }
  const parameters = {
    ...TINY_NETWORK,
    ...{ window: 10, units: [8, 6], dropout: 0.1, maximumEpochs: 12 },
    schedule: "plateau" as const,
  };
  const rows = input.rows.subarray(20, 900);
  const { model } = await fitNetwork({ ...input, rows }, parameters, { seed: 1 });
  const later = LAST(1_200, 290);
  const probabilities = await predictNetwork(model, input.values, later);
  const accuracy = accuracyOf(probabilities, later.map((row) => input.labels.classes[row]!));
  assert(accuracy > 0.9, `${accuracy}`);
});

Deno.test("fitNetwork() says nothing better than chance of shuffled labels", async () => {
  const random = createRandom(5);
  const input = toyInput(1_400, 2, () => random.integer(2));
  const { model } = await fitNetwork({ ...input, rows: input.rows.slice(0, 600) }, TINY_NETWORK, {
    seed: 1,
  });
  const rows = LAST(1_400, 780);
  const probabilities = await predictNetwork(model, input.values, rows);
  const accuracy = accuracyOf(probabilities, rows.map((row) => input.labels.classes[row]!));
  // Three standard errors of a fair coin.
  assertClose(accuracy, 0.5, 1.5 / Math.sqrt(780));
});

Deno.test("fitNetwork() gives the same numbers for the same seed and others for another", async () => {
  const parameters = { ...TINY_NETWORK, dropout: 0.3, maximumEpochs: 2 };
  const fit = async (seed: number) =>
    numbersOf((await fitNetwork(xorOverTime(200), parameters, { seed })).model);
  const expected = await fit(1);
  assertEquals(await fit(1), expected);
  assert((await fit(2)).some((value, i) => value !== expected[i]));
});

Deno.test("fitNetwork() averages members, of which each is what its seed alone gives", async () => {
  const input = xorOverTime(200);
  const parameters = { ...TINY_NETWORK, members: 3, maximumEpochs: 2 };
  const { model, curves } = await fitNetwork(input, parameters, { seed: 7 });
  assertEquals(curves.map(({ member }) => member), [1, 2, 3]);
  const rows = LAST(200, 20);
  const alone = await Promise.all(
    model.members.map((layers) =>
      predictNetwork({ ...model, members: [layers] }, input.values, rows)
    ),
  );
  const together = await predictNetwork(model, input.values, rows);
  together.forEach((probability, i) =>
    assertClose(probability, alone.reduce((sum, each) => sum + each[i]!, 0) / 3, 1e-6)
  );
  const single = await fitNetwork(input, { ...parameters, members: 1 }, { seed: 7 });
  assertEquals(single.model.members[0], model.members[0]);
  assert(alone[0]![0] !== alone[1]![0]);
});

Deno.test("fitNetwork() stops when the validation loss no longer falls and keeps the best epoch", async () => {
  const random = createRandom(3);
  const input = toyInput(150, 1, () => random.integer(2));
  const parameters = { ...TINY_NETWORK, maximumEpochs: 60, patience: 3, learningRate: 0.05 };
  const long = await fitNetwork(input, parameters, { seed: 1 });
  const { validation } = long.curves[0]!;
  const best = validation.indexOf(Math.min(...validation)) + 1;
  assertEquals(validation.length, best + 3);
  assert(long.stopped[0]!.includes(`stopped after ${best + 3} epochs`), long.stopped[0]);
  assert(long.stopped[0]!.includes(`kept epoch ${best} `), long.stopped[0]);
  const constant = { ...parameters, schedule: "constant" as const };
  const stopped = await fitNetwork(input, constant, { seed: 1 });
  const losses = stopped.curves[0]!.validation;
  const bestEpoch = losses.indexOf(Math.min(...losses)) + 1;
  const short = await fitNetwork(input, { ...constant, maximumEpochs: bestEpoch }, { seed: 1 });
  assertEquals(short.model, stopped.model);
});

Deno.test("fitNetwork() leaves out rows whose window begins before the first valid row", async () => {
  const input = xorOverTime(150);
  const late = { ...input, values: input.values.slice().fill(NaN, 0, 50), firstValidRow: 50 };
  const short = { ...input, rows: input.rows.filter((row) => row >= 53) };
  const parameters = { ...TINY_NETWORK, maximumEpochs: 1 };
  const [one, other] = [
    await fitNetwork(late, parameters, { seed: 1 }),
    await fitNetwork(short, parameters, { seed: 1 }),
  ];
  assertEquals(one.model, other.model);
});

Deno.test("fitNetwork() learns nothing from rows of weight 0", async () => {
  const input = xorOverTime(600);
  const weights = Float64Array.from(input.rows, (row) => row % 3 === 0 ? 0 : 1);
  const wrong = input.labels.classes.map((k, row) => row % 3 === 0 ? 1 - k : k);
  const parameters = { ...TINY_NETWORK, maximumEpochs: 1, classWeights: false };
  const fit = (labels: Int8Array) =>
    fitNetwork({ ...input, weights, labels: { ...input.labels, classes: labels } }, parameters, {
      seed: 1,
    });
  assertEquals((await fit(wrong)).model, (await fit(input.labels.classes)).model);
});

Deno.test("fitNetwork() weighs a rare class like the others when asked to", async () => {
  const random = createRandom(8);
  const input = toyInput(600, 1, () => random.uniform() < 0.1 ? 1 : 0);
  const meanOf = async (classWeights: boolean) => {
    const parameters = { ...TINY_NETWORK, classWeights };
    const { model } = await fitNetwork(input, parameters, { seed: 1 });
    const p = await predictNetwork(model, input.values, LAST(600, 500));
    return p.filter((_, i) => i % 2 === 1).reduce((a, b) => a + b) / 500;
  };
  assertClose(await meanOf(false), 0.1, 0.05);
  assertClose(await meanOf(true), 0.5, 0.12);
});

Deno.test("fitNetwork() ends with the last good weights when the loss is no longer finite", async () => {
  const input = xorOverTime(200);
  // Once the growing rate times the decay is above 2, each step makes the weights larger.
  const parameters = {
    ...TINY_NETWORK,
    ...{ learningRate: 1, weightDecay: 10, warmUpEpochs: 30, maximumEpochs: 30, patience: 30 },
  };
  const { model, curves, stopped, hasDiverged } = await fitNetwork(input, parameters, { seed: 1 });
  assert(hasDiverged);
  assert(/^Member 1 stopped in epoch \d+ as its loss or its weights/.test(stopped[0]!), stopped[0]);
  assert(numbersOf(model).every(Number.isFinite));
  assert(curves[0]!.validation.every(Number.isFinite));

  const hopeless = { ...parameters, warmUpEpochs: 0, batchSize: 2 };
  await assertRejects(fitNetwork(input, hopeless, { seed: 1 }), {
    name: "InputError",
    message: /not finite in the first epoch: batch \d+ .*lower the learning rate from 1\)$/,
  });
});

Deno.test("fitNetwork() refuses what it cannot learn from", async () => {
  const input = xorOverTime(100);
  const refuse = (wrong: Partial<typeof input>, message: RegExp) =>
    assertRejects(fitNetwork({ ...input, ...wrong }, TINY_NETWORK, { seed: 1 }), {
      name: "RangeError",
      message,
    });
  await refuse(
    { values: input.values.with(40, NaN) },
    /finite: current value is NaN in row 40, column 0$/,
  );
  await refuse({ values: input.values.with(40, Infinity) }, /Infinity in row 40/);
  await refuse(
    { values: new Float32Array(99) },
    /each of 99 rows has a label: current value is 100/,
  );
  await refuse(
    { labels: { ...input.labels, classes: input.labels.classes.with(9, 2) } },
    /2 in row 9/,
  );
  await refuse({ weights: new Float64Array(100).fill(-1) }, /-1 in row 3/);
  await refuse({ weights: new Float64Array(3) }, /3 weights/);
  await refuse({ rows: Int32Array.of(9, 8) }, /ascend: current value is 8 after 9/);
  await assertRejects(
    fitNetwork(input, { ...TINY_NETWORK, dropout: 1 }, { seed: 1 }),
    { name: "RangeError", message: /^Cannot fit a network as dropout: / },
  );
  await assertRejects(
    fitNetwork({ ...input, rows: Int32Array.of(4) }, TINY_NETWORK, { seed: 1 }),
    InputError,
  );
  await assertRejects(
    fitNetwork({ ...input, weights: new Float64Array(100) }, TINY_NETWORK, { seed: 1 }),
    /all \d+ rows have the weight 0/,
  );
});

Deno.test("fitNetwork() reports progress, stops when aborted and leaves no tensor behind", async () => {
  const before = tf.memory().numTensors;
  const input = xorOverTime(300);
  const fractions: number[] = [];
  const { model } = await fitNetwork(input, { ...TINY_NETWORK, members: 2 }, {
    seed: 1,
    onProgress: (fraction) => fractions.push(fraction),
  });
  assertEquals(fractions.at(-1), 1);
  assert(fractions.every((fraction, i) => fraction >= (fractions[i - 1] ?? 0)));
  await predictNetwork(model, input.values, LAST(300, 50));

  const controller = new AbortController();
  const onProgress = () => controller.abort(new Error("enough"));
  const { signal } = controller;
  await assertRejects(fitNetwork(input, TINY_NETWORK, { seed: 1, signal, onProgress }), /enough/);
  await assertRejects(fitNetwork(input, TINY_NETWORK, { seed: 1, signal }), /enough/);
  await assertRejects(predictNetwork(model, input.values, Int32Array.of(2)), RangeError);
  assertEquals(tf.memory().numTensors, before);
});
