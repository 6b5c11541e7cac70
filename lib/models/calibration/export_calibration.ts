import type { Calibration } from "../classifier.ts";
import type { GraphBuilder, Value } from "../../onnx/mod.ts";

/** Platt scaling works on log odds; probabilities are kept this far from 0 and 1. */
export const PLATT_MARGIN = 1e-6;

/**
 * Adds a calibration: one curve per class, then every row is divided by its sum. A row whose
 * curves are all 0 becomes uniform.
 *
 * @param probabilities float32 `[rows, classes]`
 * @returns float32 `[rows, classes]`
 */
export function addCalibration(
  graph: GraphBuilder,
  probabilities: Value,
  calibration: Calibration,
): Value {
  if (calibration.method === "none") return probabilities;
  const exact = graph.cast(probabilities, "float64");
  const calibrated = calibration.method === "platt"
    ? addPlatt(graph, exact, calibration)
    : addIsotonic(graph, exact, calibration);
  return graph.cast(addNormalisation(graph, calibrated), "float32");
}

/** sigmoid(slope · logit(p) + intercept). */
function addPlatt(
  graph: GraphBuilder,
  probabilities: Value,
  { slope, intercept }: Extract<Calibration, { method: "platt" }>,
): Value {
  const row = (values: readonly number[]): Value =>
    graph.constant(Float64Array.from(values), [1, values.length]);
  const p = graph.clip(probabilities, PLATT_MARGIN, 1 - PLATT_MARGIN);
  const odds = graph.binary("Div", p, graph.binary("Sub", row([1]), p));
  const scaled = graph.binary("Mul", graph.unary("Log", odds), row(slope));
  return graph.unary("Sigmoid", graph.binary("Add", scaled, row(intercept)));
}

/**
 * Piecewise linear curve as a sum over its segments of the rise that p has already climbed:
 * y₀ + Σⱼ slopeⱼ · (clamp(p, lowⱼ, highⱼ) - lowⱼ).
 */
function addIsotonic(
  graph: GraphBuilder,
  probabilities: Value,
  { x, y }: Extract<Calibration, { method: "isotonic" }>,
): Value {
  const segments = Math.max(1, ...x.map((knots) => knots.length - 1));
  const table = (value: (k: number, j: number) => number): Value => {
    const cells = x.flatMap((knots, k) =>
      // Classes with fewer segments are filled up with flat ones.
      Array.from({ length: segments }, (_, j) => j + 1 < knots.length ? value(k, j) : 0)
    );
    return graph.constant(Float64Array.from(cells), [1, x.length, segments]);
  };
  const low = table((k, j) => x[k]![j]!);
  const high = table((k, j) => x[k]![j + 1]!);
  const slope = table((k, j) => (y[k]![j + 1]! - y[k]![j]!) / (x[k]![j + 1]! - x[k]![j]!));
  const start = graph.constant(Float64Array.from(y, (heights) => heights[0]!), [1, y.length]);

  const reached = graph.binary(
    "Max",
    graph.unsqueeze(probabilities, probabilities.shape.length),
    low,
  );
  const climbed = graph.binary("Sub", graph.binary("Min", reached, high), low);
  const rise = graph.sum(graph.binary("Mul", climbed, slope), { keepAxis: false });
  return graph.binary("Add", rise, start);
}

/** Nothing beside any probability, but as much for each class where there is nothing else. */
const LEAST = 1e-300;

function addNormalisation(graph: GraphBuilder, values: Value): Value {
  const filled = graph.binary("Max", values, graph.constant(Float64Array.of(LEAST), [1]));
  return graph.binary("Div", filled, graph.sum(filled, { keepAxis: true }));
}
