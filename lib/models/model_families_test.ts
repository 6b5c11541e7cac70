import { InputError } from "../core/errors.ts";
import { createRandom } from "../core/random.ts";
import type { FeatureFrame } from "../features/frame.ts";
import type { Labels } from "../labels/label_columns.ts";
import { createSession } from "../onnx/session.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { openFirstWasmSession } from "../../tests/fixtures/first_wasm_session.ts";
import { assertThrows } from "../../tests/fixtures/temporary_folder.ts";
import { modelWindow } from "./classifier.ts";
import { exportClassifier } from "./export_classifier.ts";
import { MODEL_FAMILIES } from "./model_families.ts";
import type { FitRequest } from "./model_family.ts";
import { parseRecipe } from "./model_recipe.ts";
import type { FlagRule, FlagValue } from "./parameter_flag.ts";

await openFirstWasmSession();

const NETWORK = { window: 4, units: [4], members: 1, maximumEpochs: 2, batchSize: 64 };

/** Parameters with which a fit ends within a second; of the defaults where a family has none here. */
const SMALL: Readonly<Record<string, object>> = {
  forest: { trees: 10 },
  lstm: NETWORK,
  hybrid: { network: NETWORK, forest: { trees: 10 }, stackingFolds: 2 },
};

const ROWS = 400;

/** Two columns, of which the first tells the class. */
function request(parameters: object): FitRequest {
  const random = createRandom(5);
  const rows = Int32Array.from({ length: ROWS }, (_, row) => row);
  const values = Float32Array.from({ length: 2 * ROWS }, () => random.normal());
  const frame: FeatureFrame = {
    ...{ columns: ["told", "noise"], rows: ROWS, values, firstValidRow: 0 },
  };
  const labels: Labels = {
    classes: Int8Array.from(
      rows,
      (row) => values[2 * row]! > 0.4 ? 2 : values[2 * row]! < -0.4 ? 0 : 1,
    ),
    start: rows,
    end: rows,
    outcome: Float64Array.from(rows, (row) => values[2 * row]!),
    cost: new Float64Array(ROWS),
    horizonBars: 1,
  };
  const weights = new Float64Array(ROWS).fill(1);
  return { parameters, frame, labels, weights, rows, embargoBars: 1, seed: 3, workers: 1 };
}

/** A value that a rule allows. */
function allowed(rule: FlagRule): FlagValue {
  switch (rule.type) {
    case "integer":
      return rule.low + 1;
    case "number":
      return rule.low + (rule.high - rule.low) / 4;
    case "integers":
      return [rule.low + 1];
    case "switch":
      return true;
  }
}

for (const family of MODEL_FAMILIES) {
  const { kind } = family;

  Deno.test(`family ${kind} reads its own parameters and refuses strangers`, () => {
    const { defaults } = family;
    assertEquals(family.parseParameters({}), defaults);
    const written = JSON.parse(JSON.stringify({ kind, parameters: defaults }));
    assertEquals(parseRecipe(written), { kind, parameters: defaults });
    assertThrows(() => family.parseParameters({ colour: 1 }), InputError, "colour");
  });

  Deno.test(`every flag of family ${kind} sets the parameter that it reads`, () => {
    for (const flag of family.flags) {
      const value = allowed(flag.rule);
      const parameters = flag.set(family.defaults, value);
      assertEquals(flag.read(parameters), value, flag.name);
      assertEquals(family.parseParameters(parameters), parameters, flag.name);
    }
  });

  Deno.test(`family ${kind} fits the same bytes again, and its graph says what it predicts`, async () => {
    const parameters = family.parseParameters(SMALL[kind] ?? {});
    const asked = request(parameters);
    const { model, scaler } = await family.fit(asked);
    const window = family.windowOf(parameters);
    assertEquals([model.kind, model.features, model.classes], [kind, 2, 3]);
    assertEquals(modelWindow(model), window);

    const parts = { model, scaler, calibration: { method: "none" }, metadata: {} } as const;
    const onnx = exportClassifier(parts);
    const again = await family.fit(asked);
    assertEquals(exportClassifier({ ...parts, ...again }), onnx);

    const rows = asked.rows.subarray(window - 1);
    const ours = await family.predict(model, scaler, asked.frame, rows);
    const session = await createSession(onnx, { engine: "wasm", window });
    const theirs = await session.run(asked.frame.values, rows.length);
    await session.dispose();
    const { exemptShare, tolerance } = family.parity;
    const apart = ours.filter((p, i) => !(Math.abs(p - theirs[i]!) <= tolerance)).length;
    assert(apart <= exemptShare * ours.length, `${apart} of ${ours.length} differ`);
    for (let row = 0; row < rows.length; row++) {
      const sum = ours[3 * row]! + ours[3 * row + 1]! + ours[3 * row + 2]!;
      assert(Math.abs(sum - 1) < 1e-5, `row ${row} sums to ${sum}`);
    }
  });

  Deno.test(`family ${kind} stops when it is told to`, async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    const asked = request(family.parseParameters(SMALL[kind] ?? {}));
    const outcome = await Promise.resolve().then(() => family.fit({ ...asked, signal }))
      .catch((error: Error) => error);
    assert(outcome instanceof Error && outcome.message === "enough", String(outcome));
  });
}
