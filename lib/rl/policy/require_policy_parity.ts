import type { FeatureFrame } from "../../features/mod.ts";
import { createSession } from "../../onnx/mod.ts";
import { type Policy, policyProbabilities } from "./policy.ts";

/** Newest rows that are compared. */
const PARITY_ROWS = 2_000;
/** Largest difference allowed between our probabilities and ONNX Runtime's. */
const TOLERANCE = 1e-5;

/**
 * Runs an exported policy on the newest rows: what decides must be what was judged.
 *
 * @throws {Error} when the graph and our own arithmetic differ
 */
export async function requirePolicyParity(
  onnx: Uint8Array,
  policy: Policy,
  frame: FeatureFrame,
): Promise<void> {
  const { window } = policy;
  const from = Math.max(frame.firstValidRow + window - 1, frame.rows - PARITY_ROWS);
  const expected = await policyProbabilities(policy, frame, from, frame.rows);
  const session = await createSession(onnx, { engine: "wasm", window });
  try {
    const values = frame.values.subarray((from - window + 1) * frame.columns.length);
    const actual = await session.run(values, frame.rows - from);
    const worst = expected.reduce((most, p, i) => Math.max(most, Math.abs(p - actual[i]!)), 0);
    if (worst <= TOLERANCE) return;
    throw new Error(
      `Cannot use the exported policy as it differs from the learnt one by ${worst}, more than ` +
        `${TOLERANCE}`,
    );
  } finally {
    await session.dispose();
  }
}
