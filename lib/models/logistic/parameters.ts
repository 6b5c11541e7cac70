import { z } from "zod";
import { InputError } from "../../core/mod.ts";

/** How a logistic regression is fitted. */
export interface LogisticParameters {
  /** Strength of the squared penalty on the weights, at least 0; scikit-learn's 1 / C. */
  readonly l2: number;
  /** Most steps of the minimiser, at least 1. */
  readonly maxIterations: number;
  /** The fit ends when no element of the mean gradient over the rows is larger. */
  readonly tolerance: number;
}

/** A mild penalty for scaled columns. */
export const DEFAULT_LOGISTIC: LogisticParameters = {
  l2: 1,
  maxIterations: 100,
  tolerance: 1e-5,
};

const logisticParametersSchema: z.ZodType<LogisticParameters> = z.strictObject({
  l2: z.number().min(0),
  maxIterations: z.int().min(1),
  tolerance: z.number().positive(),
});

/**
 * Checks logistic parameters of unknown origin; what is absent is taken from `DEFAULT_LOGISTIC`.
 *
 * @throws {InputError} when a parameter is unknown or out of range
 * @example
 * ```ts
 * import { parseLogisticParameters } from "./parameters.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(parseLogisticParameters({ l2: 10 }).maxIterations, 100);
 * ```
 */
export function parseLogisticParameters(json: unknown): LogisticParameters {
  const result = logisticParametersSchema.safeParse({ ...DEFAULT_LOGISTIC, ...Object(json) });
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const path = issue.path.join(".");
  throw new InputError(`Cannot read the logistic parameters: ${issue.message}`, {
    ...(path === "" ? {} : { where: path }),
    remedy: `the parameters are ${Object.keys(DEFAULT_LOGISTIC).join(", ")}`,
  });
}
