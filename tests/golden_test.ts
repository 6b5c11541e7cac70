import { startBackend } from "../lib/models/network/start_tensorflow.ts";
import { assert, assertEquals } from "./assert.ts";
import { openFirstWasmSession } from "./fixtures/first_wasm_session.ts";
import {
  differingLayers,
  digest,
  type Digests,
  LAYERS,
  partDigests,
  processorClass,
  splitDocument,
} from "./fixtures/golden_digest.ts";
import { readGolden, simulatedGoldenRuns } from "./fixtures/golden_work.ts";

// Once for the whole process and so outside of any test: neither is ever closed.
await openFirstWasmSession();
await startBackend({ backend: "wasm", threads: 1 });

Deno.test({
  name: "golden runs say what they said, layer by layer",
  // WebAssembly rounds alike wherever it runs; native inference does not.
  permissions: {
    read: "inherit",
    write: "inherit",
    env: "inherit",
    sys: "inherit",
    ffi: false,
    net: false,
    run: false,
  },
  async fn(t) {
    const found = await simulatedGoldenRuns();
    assertTraded(found);
    const stored = await readGolden();
    const { exact, own } = partDigests(found);
    const name = processorClass();
    const known = stored.classes[name];
    await t.step("what is the same on every processor", () => {
      assertEquals(differingLayers(stored.exact, exact), [], "these layers are not what they were");
    });
    await t.step({
      name: known === undefined ? `nothing is stored for ${name}` : `all else, on ${name}`,
      ignore: known === undefined,
      fn() {
        assertEquals(differingLayers(known!, own), [], "these layers are not what they were");
      },
    });
  },
});

/** A run that holds nothing shows nothing: every model and blend has positions of its own. */
function assertTraded(found: Digests): void {
  const decisions = Object.values(found).flatMap((layers) => layers.decisions ?? []);
  assertEquals(new Set(decisions).size, decisions.length, "two runs decided the same");
  const layers = new Set(Object.values(found).flatMap((run) => Object.keys(run)));
  assertEquals(LAYERS.filter((layer) => !layers.has(layer)), []);
}

Deno.test("digest() knows values, not the order of keys", () => {
  assertEquals(digest({ a: 1, b: [2, { c: 3, d: 4 }] }), digest({ b: [2, { d: 4, c: 3 }], a: 1 }));
  const pairs: [unknown, unknown][] = [
    [[1, 2], [2, 1]],
    [0, -0],
    [NaN, null],
    [Float32Array.of(1), Float64Array.of(1)],
    [Float64Array.of(0.1 + 0.2), Float64Array.of(0.3)],
    [{ a: null }, {}],
  ];
  for (const [one, other] of pairs) assert(digest(one) !== digest(other));
  const shared = Float64Array.of(1, 2, 3);
  assertEquals(digest(shared.subarray(1)), digest(Float64Array.of(2, 3)));
});

Deno.test("splitDocument() parts sentences from figures and drops where and when", () => {
  const document = { verdict: "it lost money", seconds: 2, runId: "ab", sharpe: 1, name: "flat" };
  assertEquals(splitDocument(document), {
    metrics: { verdict: "", sharpe: 1, name: "flat" },
    sentences: ["it lost money"],
  });
});

Deno.test("differingLayers() names run and layer", () => {
  const stored = { backtest: { fills: "1", metrics: "2" }, gone: { bars: "3" } };
  assertEquals(differingLayers(stored, { backtest: { fills: "1", metrics: "4" } }), [
    "backtest: metrics differ (stored 2, now 4)",
    "gone: bars differ (stored 3, now none)",
  ]);
});
