import { mean } from "./moments.ts";

/** Kernels that weigh autocovariances. */
export const KERNELS = ["parzen", "quadratic-spectral"] as const;

/** Name of a kernel. */
export type Kernel = typeof KERNELS[number];

/**
 * Variance of √n · mean of a dependent series: autocovariances under a kernel (Andrews 1991). Never
 * negative.
 *
 * @param bandwidth in lags; `andrewsBandwidth` chooses one
 * @example
 * ```ts
 * import { longRunVariance } from "./long_run_variance.ts";
 * import { assertClose } from "../../tests/assert.ts";
 *
 * // A bandwidth below one lag leaves the plain variance.
 * assertClose(longRunVariance(Float64Array.of(1, 2, 3, 4), "parzen", 0.5), 1.25, 1e-12);
 * ```
 */
export function longRunVariance(series: Float64Array, kernel: Kernel, bandwidth: number): number {
  const middle = mean(series);
  const deviations = series.map((value) => value - middle);
  const covariance = (lag: number): number => {
    let sum = 0;
    for (let i = lag; i < deviations.length; i++) sum += deviations[i]! * deviations[i - lag]!;
    return sum / deviations.length;
  };
  // The Parzen kernel ends at the bandwidth, the quadratic spectral one never does.
  const lags = kernel === "parzen"
    ? Math.min(series.length - 1, Math.ceil(bandwidth))
    : series.length - 1;
  let variance = covariance(0);
  for (let lag = 1; lag <= lags; lag++) {
    variance += 2 * kernelWeight(kernel, lag / bandwidth) * covariance(lag);
  }
  return Math.max(0, variance);
}

/** Weight of an autocovariance `x` bandwidths away, `x` above 0. */
export function kernelWeight(kernel: Kernel, x: number): number {
  if (kernel === "quadratic-spectral") {
    const angle = 6 * Math.PI * x / 5;
    return 3 / angle ** 2 * (Math.sin(angle) / angle - Math.cos(angle));
  }
  if (x >= 1) return 0;
  return x <= 0.5 ? 1 - 6 * x ** 2 + 6 * x ** 3 : 2 * (1 - x) ** 3;
}

/** Bandwidth constants of Andrews 1991, equation 6.2. */
const BANDWIDTH_FACTOR: Readonly<Record<Kernel, number>> = {
  "parzen": 2.6614,
  "quadratic-spectral": 1.3221,
};

/**
 * Bandwidth that suits several series together, each taken as a first-order autoregression
 * (Andrews 1991, equations 6.2 and 6.4) and weighed by its inverse variance, so that the unit of a
 * series does not matter.
 */
export function andrewsBandwidth(series: readonly Float64Array[], kernel: Kernel): number {
  let numerator = 0, denominator = 0;
  for (const values of series) {
    const { coefficient, innovation } = autoregression(values);
    numerator += 4 * coefficient ** 2 * innovation ** 2 / (1 - coefficient) ** 8;
    denominator += innovation ** 2 / (1 - coefficient) ** 4;
  }
  const dependence = denominator > 0 ? numerator / denominator : 0;
  return BANDWIDTH_FACTOR[kernel] * (dependence * (series[0]?.length ?? 0)) ** 0.2;
}

/** Nearer to a unit root than this the bandwidth would explode. */
const NEAREST_TO_UNIT_ROOT = 0.97;

/**
 * Least squares of each deviation from the mean on the one before; `innovation` is what that leaves
 * of the variance, as a share.
 */
function autoregression(values: Float64Array): { coefficient: number; innovation: number } {
  const middle = mean(values);
  let products = 0, squares = 0;
  for (let i = 1; i < values.length; i++) {
    products += (values[i]! - middle) * (values[i - 1]! - middle);
    squares += (values[i - 1]! - middle) ** 2;
  }
  if (squares === 0) return { coefficient: 0, innovation: 0 };
  const raw = products / squares;
  const coefficient = Math.max(-NEAREST_TO_UNIT_ROOT, Math.min(NEAREST_TO_UNIT_ROOT, raw));
  let residuals = 0;
  for (let i = 1; i < values.length; i++) {
    residuals += (values[i]! - middle - coefficient * (values[i - 1]! - middle)) ** 2;
  }
  return { coefficient, innovation: residuals / squares };
}
