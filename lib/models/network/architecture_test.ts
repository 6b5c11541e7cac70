import { assert, assertClose, assertEquals } from "../../../tests/assert.ts";
import { initializeWeights, layersOf, weightCount } from "./architecture.ts";

const ARCHITECTURE = { units: [5, 3], inputNormalization: true };
const SHAPE = { columns: 4, classCount: 3 };

Deno.test("layersOf() shares out the flat weights without rest or overlap", () => {
  const weights = Float32Array.from({ length: weightCount(ARCHITECTURE, SHAPE) }, (_, i) => i);
  const layers = layersOf(ARCHITECTURE, SHAPE, weights);
  assertEquals(layers.map(({ kind }) => kind), ["layer-normalization", "lstm", "lstm", "dense"]);
  const parts = layers.flatMap((layer) =>
    Object.values(layer).filter((part) => part instanceof Float32Array)
  );
  assertEquals(parts.flatMap((part) => [...part]), [...weights]);
  weights.fill(9);
  assert(parts.every((part) => part.every((value) => value === 9)));
});

Deno.test("initializeWeights() makes recurrent kernels orthogonal gate by gate and forgets nothing", () => {
  const weights = new Float32Array(weightCount(ARCHITECTURE, SHAPE));
  const layers = layersOf(ARCHITECTURE, SHAPE, weights);
  initializeWeights(layers, 3);
  for (const layer of layers) {
    if (layer.kind !== "lstm") continue;
    const { units, recurrentKernel, bias } = layer;
    for (let gate = 0; gate < 4; gate++) {
      const row = (r: number) =>
        recurrentKernel.subarray((4 * r + gate) * units, (4 * r + gate + 1) * units);
      for (let a = 0; a < units; a++) {
        for (let b = 0; b < units; b++) {
          const product = row(a).reduce((sum, value, i) => sum + value * row(b)[i]!, 0);
          assertClose(product, a === b ? 1 : 0, 1e-6);
        }
      }
    }
    const expected = Float32Array.from(
      { length: 4 * units },
      (_, i) => Math.floor(i / units) === 1 ? 1 : 0,
    );
    assertEquals(bias, expected);
  }
  const again = new Float32Array(weights.length);
  initializeWeights(layersOf(ARCHITECTURE, SHAPE, again), 3);
  assertEquals(again, weights);
});
