/** Returns of one trial and the periods that they are of, as the trial ledger keeps them. */
export interface DatedReturns {
  /** Which period each return is of, ascending. */
  readonly periods: Int32Array;
  /** Return of each period, fractions; as long as `periods`. */
  readonly returns: Float64Array;
}

/** Several series over the same periods. */
export interface CommonPeriods {
  /** Periods that every series has, ascending. */
  readonly periods: Int32Array;
  /** Returns in those periods, one column per series. */
  readonly columns: readonly Float64Array[];
}

/**
 * Keeps the periods that all series have, as comparing trials needs them.
 *
 * @throws RangeError when a series has not one return for each period or its periods do not ascend.
 * @example
 * ```ts
 * import { commonPeriods } from "./common_periods.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const { periods, columns } = commonPeriods([
 *   { periods: Int32Array.of(1, 2, 3), returns: Float64Array.of(0.1, 0.2, 0.3) },
 *   { periods: Int32Array.of(2, 3, 5), returns: Float64Array.of(0, 0.1, 0.2) },
 * ]);
 * assertEquals(periods, Int32Array.of(2, 3));
 * assertEquals(columns, [Float64Array.of(0.2, 0.3), Float64Array.of(0, 0.1)]);
 * ```
 */
export function commonPeriods(series: readonly DatedReturns[]): CommonPeriods {
  series.forEach(requireAscending);
  const seen = new Map<number, number>();
  for (const { periods } of series) {
    for (const period of periods) seen.set(period, (seen.get(period) ?? 0) + 1);
  }
  const isCommon = (period: number): boolean => seen.get(period) === series.length;
  return {
    periods: (series[0]?.periods ?? new Int32Array()).filter(isCommon),
    columns: series.map(({ periods, returns }) =>
      returns.filter((_, row) => isCommon(periods[row]!))
    ),
  };
}

/**
 * Returns whose periods were counted in parts, as one end to end: a day that the border of two folds
 * cuts has a part in each.
 *
 * @param series periods that never fall
 * @example
 * ```ts
 * import { joinPeriods } from "./common_periods.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const parts = { periods: Int32Array.of(1, 2, 2), returns: Float64Array.of(0.1, 0.5, 0.5) };
 * assertEquals(joinPeriods(parts), {
 *   periods: Int32Array.of(1, 2),
 *   returns: Float64Array.of(0.1, 1.25),
 * });
 * ```
 */
export function joinPeriods({ periods, returns }: DatedReturns): DatedReturns {
  const days: number[] = [], joined: number[] = [];
  periods.forEach((period, row) => {
    if (period !== days.at(-1)) {
      days.push(period);
      joined.push(returns[row]!);
    } else {
      joined.push((1 + joined.pop()!) * (1 + returns[row]!) - 1);
    }
  });
  return { periods: Int32Array.from(days), returns: Float64Array.from(joined) };
}

function requireAscending({ periods, returns }: DatedReturns, index: number): void {
  if (periods.length !== returns.length) {
    throw new RangeError(
      `Cannot compare as each return has a period: current value is ${periods.length} periods for ${returns.length} returns in series ${index}`,
    );
  }
  for (let row = 1; row < periods.length; row++) {
    if (periods[row]! > periods[row - 1]!) continue;
    throw new RangeError(
      `Cannot compare as periods ascend: current value is ${periods[row]} after ${
        periods[row - 1]
      } in series ${index}`,
    );
  }
}
