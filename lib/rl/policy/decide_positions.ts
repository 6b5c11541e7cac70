import type { FeatureFrame } from "../../features/mod.ts";
import type { InferenceSession } from "../../onnx/mod.ts";
import { decideActions, type DecisionRules } from "../../strategies/mod.ts";

/** Positions of a policy over a frame, with the probabilities behind them. */
export interface DecidedPositions {
  /** Position after each row, in full positions; 0 where the policy has nothing to say. */
  readonly positions: Float64Array;
  /**
   * Row-major `[rows, actions, actions]`: for each position held, the probabilities of the next;
   * NaN while features or the window warm up.
   */
  readonly probabilities: Float32Array;
}

/**
 * Follows an exported policy over a feature frame, row by row from a flat start: what a backtest
 * trades. Reads rows up to the decided one and no later.
 *
 * @param session the policy's ONNX file, opened with its window
 * @param actions positions to choose from, as in the file's metadata
 * @param frame unscaled features, one row per bar
 * @param rules one element per row of the frame, where positions are closed by force
 * @throws {RangeError} when session, actions and frame do not fit each other
 * @example
 * ```ts
 * import { decidePositions } from "./decide_positions.ts";
 * import { exportPolicy } from "./export_policy.ts";
 * import { availableEngine, createSession } from "../../onnx/session.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * // Goes long above 0, and once long stays so down to -1.
 * const onnx = exportPolicy({
 *   actions: [0, 1],
 *   features: 1,
 *   window: 1,
 *   scaler: { center: Float32Array.of(0), scale: Float32Array.of(1), clip: 5 },
 *   members: [[{
 *     kind: "dense",
 *     weights: Float32Array.of(0, 1, 0, 1),
 *     bias: Float32Array.of(0, 0, 0, 1),
 *     activation: "linear",
 *   }]],
 * }, {});
 * const session = await createSession(onnx, { engine: await availableEngine() });
 * const { positions } = await decidePositions(session, [0, 1], {
 *   columns: ["signal"],
 *   rows: 4,
 *   values: Float32Array.of(-0.5, 0.5, -0.5, -1.5),
 *   firstValidRow: 0,
 * });
 * assertEquals(positions, Float64Array.of(0, 1, 1, 0));
 * await session.dispose();
 * ```
 */
export async function decidePositions(
  session: InferenceSession,
  actions: readonly number[],
  frame: FeatureFrame,
  rules: DecisionRules = {},
): Promise<DecidedPositions> {
  const cells = actions.length ** 2;
  if (session.outputs !== cells || session.features !== frame.columns.length) {
    throw new RangeError(
      `Cannot follow a policy as ${actions.length} actions and ${frame.columns.length} features ` +
        `must fit it: current value is ${session.outputs} outputs, ${session.features} features`,
    );
  }
  const probabilities = new Float32Array(frame.rows * cells).fill(NaN);
  const first = frame.firstValidRow + session.window - 1;
  if (first < frame.rows) {
    const values = frame.values.subarray(frame.firstValidRow * frame.columns.length);
    probabilities.set(await session.run(values, frame.rows - first), first * cells);
  }
  const decided = decideActions(probabilities, actions, rules);
  return { positions: Float64Array.from(decided, (action) => actions[action]!), probabilities };
}
