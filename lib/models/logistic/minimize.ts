/** A differentiable function: returns its value at `point` and writes the gradient. */
export type SmoothFunction = (point: Float64Array, gradient: Float64Array) => number;

/** When to end, and what to do on the way. */
export interface MinimizeOptions {
  readonly maxIterations: number;
  /** Ends when no element of the gradient is larger. */
  readonly tolerance: number;
  /** Called before each iteration; may throw to end. */
  readonly onIteration?: (iteration: number) => void;
}

/** Steps that L-BFGS remembers. */
const MEMORY = 10;
/** Share of the decrease promised by the slope that a step must bring (Armijo). */
const SUFFICIENT_DECREASE = 1e-4;
const MAX_HALVINGS = 40;

interface Step {
  readonly move: Float64Array;
  readonly change: Float64Array;
  /** 1 / (move · change). */
  readonly rho: number;
}

/**
 * Minimises a smooth convex function by L-BFGS with a halving line search
 * (Nocedal & Wright 2006, algorithm 7.5), starting from 0.
 *
 * @param size length of a point
 * @returns the point where the fit ended
 * @example
 * ```ts
 * import { minimize } from "./minimize.ts";
 * import { assertClose } from "../../../tests/assert.ts";
 *
 * const [x] = minimize((point, gradient) => {
 *   gradient[0] = 2 * (point[0]! - 3);
 *   return (point[0]! - 3) ** 2;
 * }, 1, { maxIterations: 50, tolerance: 1e-9 });
 * assertClose(x!, 3, 1e-9);
 * ```
 */
export function minimize(
  objective: SmoothFunction,
  size: number,
  options: MinimizeOptions,
): Float64Array {
  let point = new Float64Array(size), gradient = new Float64Array(size);
  let nextPoint = new Float64Array(size), nextGradient = new Float64Array(size);
  let value = objective(point, gradient);
  const steps: Step[] = [];
  for (let iteration = 0; iteration < options.maxIterations; iteration++) {
    options.onIteration?.(iteration);
    if (gradient.every((slope) => Math.abs(slope) <= options.tolerance)) break;
    const direction = descentDirection(gradient, steps);
    const slope = dot(direction, gradient);

    let length = 1, nextValue = Infinity, halvings = 0;
    for (; halvings < MAX_HALVINGS; halvings++, length /= 2) {
      for (let i = 0; i < size; i++) nextPoint[i] = point[i]! + length * direction[i]!;
      nextValue = objective(nextPoint, nextGradient);
      if (nextValue <= value + SUFFICIENT_DECREASE * length * slope) break;
    }
    // No shorter step is lower: rounding hides whatever is left to gain.
    if (halvings === MAX_HALVINGS) break;

    remember(steps, subtract(nextPoint, point), subtract(nextGradient, gradient));
    [point, nextPoint] = [nextPoint, point];
    [gradient, nextGradient] = [nextGradient, gradient];
    value = nextValue;
  }
  return point;
}

/** Minus the inverse Hessian, as far as the steps know it, times the gradient. */
function descentDirection(gradient: Float64Array, steps: readonly Step[]): Float64Array {
  const direction = gradient.map((slope) => -slope);
  const last = steps.at(-1);
  if (last === undefined) {
    // A first step of length 1 at most.
    const norm = Math.sqrt(dot(gradient, gradient));
    return direction.map((slope) => slope / Math.max(1, norm));
  }
  const shares = new Float64Array(steps.length);
  for (let i = steps.length - 1; i >= 0; i--) {
    const { move, change, rho } = steps[i]!;
    shares[i] = rho * dot(move, direction);
    addScaled(direction, -shares[i]!, change);
  }
  const curvature = 1 / (last.rho * dot(last.change, last.change));
  for (let i = 0; i < direction.length; i++) direction[i]! *= curvature;
  steps.forEach(({ move, change, rho }, i) => {
    addScaled(direction, shares[i]! - rho * dot(change, direction), move);
  });
  return direction;
}

/** Keeps a step whose curvature is positive, so that every direction leads down. */
function remember(steps: Step[], move: Float64Array, change: Float64Array): void {
  const curvature = dot(move, change);
  if (!(curvature > Number.EPSILON * dot(change, change))) return;
  steps.push({ move, change, rho: 1 / curvature });
  if (steps.length > MEMORY) steps.shift();
}

function subtract(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - b[i]!);
}

function addScaled(into: Float64Array, factor: number, values: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i]! += factor * values[i]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
