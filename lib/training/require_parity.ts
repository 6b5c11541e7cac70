import { modelWindow } from "../models/classifier.ts";
import type { FeatureFrame } from "../features/frame.ts";
import { createSession } from "../onnx/session.ts";
import { type Fitted, predict } from "../models/calibrated_fit.ts";

const PARITY_ROWS = 2_000;
/** Largest difference allowed between our probabilities and ONNX Runtime's. */
const TOLERANCE = { forest: 1e-6, logistic: 1e-6, network: 1e-5, hybrid: 1e-5 } as const;
/**
 * Share of a hybrid's rows that may differ by more: where a log probability lies within the last bits of a
 * threshold of the forest, two right computations can take different branches.
 */
const BRANCHING_SHARE = 0.01;

/**
 * Runs the exported graph on held-out rows: what decides must be what was validated.
 *
 * @throws {Error} when the graph and our own arithmetic differ
 */
export async function requireParity(
  onnx: Uint8Array,
  frame: FeatureFrame,
  fitted: Fitted,
): Promise<void> {
  const { kind } = fitted.model;
  const window = modelWindow(fitted.model), width = frame.columns.length;
  const first = fitted.calibrationRows[0]!;
  const length = Math.min(PARITY_ROWS, frame.rows - first);
  const rows = Int32Array.from({ length }, (_, index) => first + index);
  const expected = await predict(fitted, frame, rows);
  const session = await createSession(onnx, { engine: "wasm", window });
  try {
    const values = frame.values.subarray((first - window + 1) * width, (first + length) * width);
    const actual = await session.run(values, length);
    const differences = expected.map((p, i) => Math.abs(p - actual[i]!)).sort();
    const share = kind === "hybrid" ? BRANCHING_SHARE : 0;
    const worst = differences[Math.ceil(differences.length * (1 - share)) - 1]!;
    if (!(worst <= TOLERANCE[kind])) {
      throw new Error(
        `Cannot use the exported model as it differs from the trained one by ${worst}, ` +
          `more than ${TOLERANCE[kind]}`,
      );
    }
  } finally {
    await session.dispose();
  }
}
