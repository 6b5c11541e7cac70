/**
 * Name of the model's input, float32 `[steps, features]`: consecutive rows, oldest first. A model
 * with a window of 1 takes rows in any order.
 */
export const INPUT_NAME = "features";

/**
 * Name of the model's output, float32 `[rows, classes]` where rows = steps - window + 1: row r is
 * what the model says of the input's rows r … r + window - 1.
 */
export const OUTPUT_NAME = "probabilities";
