import { InputError } from "../../core/mod.ts";
import { type PolicyShape, policyWeights } from "../policy/policy_network.ts";
import { learnerOf } from "./learners.ts";
import { parsePolicyParameters } from "./parameters.ts";
import type { PolicyRequest } from "./policy_request.ts";

/** Widths of the network that a request asks for. */
export function shapeOf(
  { frame, parameters }: Pick<PolicyRequest, "frame" | "parameters">,
): PolicyShape {
  const { actions, size, window } = parameters;
  const extra = learnerOf(parameters.algorithm).create(parameters).extraOutputs(actions.length);
  return {
    size,
    columns: frame.columns.length * (size === "recurrent" ? 1 : window),
    outputs: actions.length ** 2 + extra,
  };
}

/**
 * Checks what the type system cannot.
 *
 * @throws {RangeError} when the frame does not reach to the table's last decision
 * @throws {InputError} when a parameter is out of range, a feature is not finite, or the network
 * is too large for the rows
 */
export function checkRequest({ frame, parameters, table }: PolicyRequest): void {
  parsePolicyParameters(parameters);
  if (table.from + table.rows > frame.rows) {
    throw new RangeError(
      `Cannot learn a policy as the features must reach row ${table.from + table.rows - 1}: ` +
        `current value is ${frame.rows} rows`,
    );
  }
  const width = frame.columns.length;
  const wrong = frame.values.findIndex((value, i) =>
    i >= frame.firstValidRow * width && !Number.isFinite(value)
  );
  if (wrong >= 0) {
    throw new InputError(
      `Cannot learn a policy as features must be finite: current value is ${frame.values[wrong]}`,
      { where: `row ${Math.floor(wrong / width)}, feature ${frame.columns[wrong % width]}` },
    );
  }
  const weights = policyWeights(shapeOf({ frame, parameters }));
  if (parameters.weightDecay === 0 && weights > table.rows / 2) {
    throw new InputError(
      `Cannot learn ${weights} weights from ${table.rows} decisions without weight decay`,
      { remedy: "choose a smaller policy, or a weight decay above 0" },
    );
  }
}
