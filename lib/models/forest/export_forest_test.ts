import type { Forest } from "./forest_model.ts";
import { assertClose } from "../../../tests/assert.ts";
import { exportClassifier } from "../export_classifier.ts";
import { createSession } from "../../onnx/session.ts";

// scikit-learn 1.9.1, RandomForestClassifier(3, max_depth=3, random_state=0): its tree_ arrays
// one tree after the other, and predict_proba of six other rows.
const FOREST: Forest = {
  kind: "forest",
  features: 3,
  classes: 3,
  roots: Int32Array.of(0, 9, 20),
  // deno-fmt-ignore
  feature: Int32Array.of(
    2, 0, -1, 0, -1, -1, 1, -1, -1,
    0, 2, -1, 1, -1, -1, 1, 2, -1, -1, -1,
    0, 2, 1, -1, -1, -1, 1, 1, -1, -1, -1,
  ),
  // deno-fmt-ignore
  threshold: Float32Array.of(
    0.81, -0.075, 0, 0.34, 0, 0, -0.395, 0, 0,
    -0.2, -1.21, 0, -0.235, 0, 0, 2.3, 0.945, 0, 0, 0,
    -0.1, 0.76, 1.11, 0, 0, 0, 0.485, -0.435, 0, 0, 0,
  ),
  // deno-fmt-ignore
  left: Int32Array.of(
    1, 2, -1, 4, -1, -1, 7, -1, -1,
    10, 11, -1, 13, -1, -1, 16, 17, -1, -1, -1,
    21, 22, 23, -1, -1, -1, 27, 28, -1, -1, -1,
  ),
  // deno-fmt-ignore
  right: Int32Array.of(
    6, 3, -1, 5, -1, -1, 8, -1, -1,
    15, 12, -1, 14, -1, -1, 19, 18, -1, -1, -1,
    26, 25, 24, -1, -1, -1, 30, 29, -1, -1, -1,
  ),
  // deno-fmt-ignore
  probability: Float32Array.of(
    0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0.444444444, 0.555555556, 0, 0.035714286, 0.964285714, 0,
    0, 0, 0, 0, 0, 1, 0, 1, 0,
    0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0.818181818, 0.181818182, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
    0.107142857, 0.892857143, 0, 0, 0.166666667, 0.833333333, 0, 0, 1,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0.545454545,
    0.454545455, 0.714285714, 0.285714286, 0, 0, 1, 0,
  ),
  impurityImportance: new Float64Array(3),
};
// deno-fmt-ignore
const ROWS = Float32Array.of(
  -0.08, -0.57, 1.74, 0.21, -1.01, -0.79, -0.06, 2.3, -0.18,
  0.13, 0.51, -0.04, 2.28, -0.53, 0.74, 0.16, 0.62, -1.18,
);
// deno-fmt-ignore
const PROBABILITIES = [
  0, 0.23737373737373735, 0.7626262626262627,
  0.18386243386243384, 0.6646224146224147, 0.15151515151515152,
  0.18386243386243384, 0.8161375661375662, 0,
  0.18386243386243384, 0.8161375661375662, 0,
  0.047619047619047616, 0.8008658008658008, 0.15151515151515152,
  0.18386243386243384, 0.8161375661375662, 0,
];

const ONNX = exportClassifier({
  model: FOREST,
  scaler: null,
  calibration: { method: "none" },
  metadata: {},
});

// Loading the WebAssembly build leaves one message port open; here no test is charged with it.
await (await createSession(ONNX, { engine: "wasm" })).dispose();

Deno.test("addForest() gives scikit-learn's predict_proba", async () => {
  const session = await createSession(ONNX, { engine: "wasm" });
  const actual = await session.run(ROWS, 6);
  PROBABILITIES.forEach((expected, i) => assertClose(actual[i]!, expected, 1e-7));
  await session.dispose();
});
