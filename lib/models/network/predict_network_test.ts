import { rejects as assertRejects } from "node:assert/strict";
import { openTensorflow } from "../../tensor/tensorflow.ts";
import { assertClose, assertEquals } from "../../../tests/assert.ts";
import { createRandom } from "../../core/random.ts";
import { referenceNetwork } from "../../../tests/fixtures/network_reference.ts";
import { SAMPLE_NETWORKS } from "../../../tests/fixtures/sample_networks.ts";
import { predictNetwork } from "./predict_network.ts";

await openTensorflow();

Deno.test("predictNetwork() agrees with float64 arithmetic for every architecture that can be exported", async () => {
  const random = createRandom(4);
  for (const [name, { model }] of SAMPLE_NETWORKS) {
    if (model.kind !== "lstm") continue;
    const { features, window } = model;
    const values = Float32Array.from({ length: 30 * features }, () => random.normal());
    const rows = Int32Array.of(29, window - 1, 12);
    const actual = await predictNetwork(model, values, rows);
    const expected = Array.from(rows).flatMap((row) =>
      referenceNetwork(
        model,
        Array.from({ length: window }, (_, step) => {
          const begin = (row - window + 1 + step) * features;
          return [...values.subarray(begin, begin + features)];
        }),
      )
    );
    actual.forEach((value, i) => assertClose(value, expected[i]!, 1e-5));
    assertEquals(actual.length, expected.length, name);
  }
});

Deno.test("predictNetwork() gives a row the same numbers alone and among many", async () => {
  const [, { model }] = SAMPLE_NETWORKS.find(([name]) => name === "normalised LSTM")!;
  if (model.kind !== "lstm") throw new TypeError("Expected a network");
  const random = createRandom(4);
  const values = Float32Array.from({ length: 700 * model.features }, () => random.normal());
  const rows = Int32Array.from({ length: 600 }, (_, i) => i + 50);
  const all = await predictNetwork(model, values, rows);
  for (const at of [0, 511, 512, 599]) {
    const alone = await predictNetwork(model, values, rows.subarray(at, at + 1));
    alone.forEach((value, k) => assertClose(value, all[at * model.classes + k]!, 1e-6));
  }
  assertEquals((await predictNetwork(model, values, new Int32Array())).length, 0);
  await assertRejects(predictNetwork(model, values, Int32Array.of(700)), {
    name: "RangeError",
    message: "Cannot predict as rows lie between 7 and 699: current value is 700",
  });
});
