import { findOnnxChecker } from "../../tests/fixtures/onnx_checker.ts";
import type { ReferenceParts } from "../../tests/fixtures/classifier_reference.ts";
import { normals, randomForest, randomScaler } from "../../tests/fixtures/random_models.ts";
import { SAMPLE_NETWORKS } from "../../tests/fixtures/sample_networks.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { exportClassifier } from "../models/export_classifier.ts";
import { GraphBuilder } from "./graph.ts";

const check = await findOnnxChecker();

const random = createRandom(41);
const CASES: readonly (readonly [string, ReferenceParts])[] = [
  ...SAMPLE_NETWORKS,
  ["forest with isotonic calibration", {
    model: randomForest(random, { features: 4, classes: 2, trees: 3, depth: 3 }),
    scaler: null,
    calibration: { method: "isotonic", x: [[0.2, 0.8], [0.5]], y: [[0, 1], [0.4]] },
  }],
  ["scaled logistic regression with Platt scaling", {
    model: {
      kind: "logistic",
      features: 4,
      classes: 2,
      weights: normals(random, 8),
      intercepts: normals(random, 2),
    },
    scaler: randomScaler(random, 4),
    calibration: { method: "platt", slope: [1, 2], intercept: [0, 0.5] },
  }],
];

for (const [name, parts] of CASES) {
  Deno.test({
    name: `onnx.checker accepts the file: ${name}`,
    ignore: check === null,
    fn: async () => {
      assertEquals(await check!(exportClassifier({ ...parts, metadata: { name } })), null);
    },
  });
}

Deno.test({
  name: "onnx.checker refuses a file whose shapes do not fit, so its word counts",
  ignore: check === null,
  fn: async () => {
    const graph = new GraphBuilder();
    const input = graph.input("features", "float32", ["rows", 3]);
    const other = graph.constant(new Float32Array(4), [1, 4]);
    const [sum] = graph.operation({
      operator: "Add",
      inputs: [input, other],
      outputs: [{ type: "float32", shape: ["rows", 3] }],
    });
    graph.output("probabilities", sum!);
    const fault = await check!(graph.toModel({}));
    assert(fault !== null && fault.includes("ShapeInferenceError"), `${fault}`);
  },
});
