import { throws as assertThrows } from "node:assert/strict";
import type { Forest } from "../models/forest/forest_model.ts";
import { CorruptArtifactError } from "../core/errors.ts";
import { assertEquals } from "../../tests/assert.ts";
import { exportClassifier } from "../models/export_classifier.ts";
import { joinModels } from "./join_models.ts";
import { createJointSession } from "./joint_session.ts";
import { availableEngine, createSession } from "./session.ts";

/** One split on the first column. */
const FOREST: Forest = {
  kind: "forest",
  features: 2,
  classes: 3,
  roots: Int32Array.of(0),
  feature: Int32Array.of(0, -1, -1),
  threshold: Float32Array.of(0.5, 0, 0),
  left: Int32Array.of(1, -1, -1),
  right: Int32Array.of(2, -1, -1),
  probability: Float32Array.of(0, 0, 0, 0.7, 0.2, 0.1, 0.1, 0.3, 0.6),
  impurityImportance: Float64Array.of(1, 0),
};

const forest = exportClassifier({
  model: FOREST,
  scaler: null,
  calibration: { method: "none" },
  metadata: {},
});
const logistic = exportClassifier({
  model: {
    kind: "logistic",
    features: 3,
    classes: 3,
    weights: Float32Array.of(1, 0, -1, 0.5, 0.2, -0.5, 0, 1, 0),
    intercepts: Float32Array.of(0.1, 0, -0.1),
  },
  scaler: {
    center: Float32Array.of(1, 2, 3),
    scale: Float32Array.of(1, 2, 1),
    clip: 5,
  },
  calibration: { method: "none" },
  metadata: {},
});

Deno.test("createJointSession() gives, in one call, the bits of each model alone", async () => {
  const engine = await availableEngine();
  const inputs = [Float32Array.of(0.7, 1), Float32Array.of(1.5, -2, 4), Float32Array.of(0.1, 9)];
  const models = [forest, logistic, forest];
  const joint = await createJointSession(models.map((onnx) => ({ onnx, window: 1 })), { engine });
  const together = await joint.run(inputs);
  await joint.dispose();
  for (const [index, onnx] of models.entries()) {
    const session = await createSession(onnx, { engine });
    assertEquals([...together[index]!], [...await session.run(inputs[index]!, 1)]);
    await session.dispose();
  }
});

Deno.test("joinModels() refuses what is no model", () => {
  const cut = forest.subarray(0, forest.length - 3);
  for (const bytes of [cut, Uint8Array.of(0x0f), Uint8Array.of(8, 8), Uint8Array.of(0x80)]) {
    const models = [{ onnx: forest, window: 1 }, { onnx: bytes, window: 1 }];
    assertThrows(() => joinModels(models), CorruptArtifactError);
  }
});
