import { type FitTask, modelWindow } from "../models/mod.ts";
import type { FeatureFrame } from "../features/mod.ts";
import { createSession } from "../onnx/mod.ts";
import { familyOf, type Fitted, predict } from "../models/training.ts";

const PARITY_ROWS = 2_000;

/**
 * Runs the exported graph on held-out rows: what decides must be what was validated.
 *
 * @throws {Error} when the graph and our own arithmetic differ
 */
export async function requireParity(
  onnx: Uint8Array,
  frame: FeatureFrame,
  fitted: Fitted,
  families?: FitTask["families"],
): Promise<void> {
  const { exemptShare, tolerance } = familyOf(fitted.model.kind, families).parity;
  const window = modelWindow(fitted.model), width = frame.columns.length;
  const first = fitted.calibrationRows[0]!;
  const length = Math.min(PARITY_ROWS, frame.rows - first);
  const rows = Int32Array.from({ length }, (_, index) => first + index);
  const expected = await predict(fitted, frame, rows, families);
  const session = await createSession(onnx, { engine: "wasm", window });
  try {
    const values = frame.values.subarray((first - window + 1) * width, (first + length) * width);
    const actual = await session.run(values, length);
    const differences = expected.map((p, i) => Math.abs(p - actual[i]!)).sort();
    const worst = differences[Math.ceil(differences.length * (1 - exemptShare)) - 1]!;
    if (!(worst <= tolerance)) {
      throw new Error(
        `Cannot use the exported model as it differs from the trained one by ${worst}, ` +
          `more than ${tolerance}`,
      );
    }
  } finally {
    await session.dispose();
  }
}
