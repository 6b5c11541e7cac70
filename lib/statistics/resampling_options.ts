/** What every resampling is asked for. */
export interface ResamplingRequest {
  /** Resampled series. */
  readonly samples?: number | undefined;
  /** Mean block length, periods. */
  readonly blockLength?: number | undefined;
  /** Coverage of an interval. */
  readonly level?: number | undefined;
}

/**
 * Refuses a resampling that cannot be made.
 *
 * @throws RangeError when samples are none, a block is shorter than a period or the level is no
 * share.
 */
export function requireResampling({ samples, blockLength, level }: ResamplingRequest): void {
  if (samples !== undefined && !(Number.isInteger(samples) && samples >= 1)) {
    throw new RangeError(
      `Cannot resample as the samples are a whole number from 1: current value is ${samples}`,
    );
  }
  if (blockLength !== undefined && !(blockLength >= 1 && blockLength < Infinity)) {
    throw new RangeError(
      `Cannot resample as a block has at least one period: current value is ${blockLength}`,
    );
  }
  if (level !== undefined) requireShare("level", level);
}

/**
 * Refuses a probability that decides nothing.
 *
 * @throws RangeError when it is not above 0 and below 1.
 */
export function requireShare(name: string, value: number): void {
  if (value > 0 && value < 1) return;
  const remedy = value >= 1 && value <= 100 ? `; ${value} % is ${value / 100}` : "";
  throw new RangeError(
    `Cannot judge as the ${name} lies between 0 and 1: current value is ${value}${remedy}`,
  );
}
