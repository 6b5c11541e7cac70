import { assertClose, assertEquals } from "../../tests/assert.ts";
import {
  annualizationFactor,
  deflatedSharpe,
  estimateSharpe,
  expectedMaximumSharpe,
  minimumBacktestYears,
  minimumTrackRecord,
  probabilisticSharpe,
  revisedMinimumTrackRecord,
  revisedProbabilisticSharpe,
  sharpeConfidenceInterval,
  type SharpeEstimate,
  sharpeStandardError,
} from "./sharpe_statistics.ts";

function estimate(
  sharpe: number,
  periods: number,
  skewness = 0,
  kurtosis = 3,
  autocorrelation = 0,
): SharpeEstimate {
  return { sharpe, periods, skewness, kurtosis, autocorrelation };
}

// Published examples and values recomputed with SciPy: docs/methods.md#metrics,
// #probabilistic-sharpe-ratio, #deflated-sharpe-ratio.

Deno.test("probabilisticSharpe() gives the published examples", () => {
  assertClose(probabilisticSharpe(estimate(0.458, 24), 0), 0.98167, 5e-6);
  assertClose(probabilisticSharpe(estimate(0.458, 24, -2.448, 10.164), 0), 0.91336, 5e-6);
});

Deno.test("probabilisticSharpe() gives the golden value of the ten returns", () => {
  const returns = [0.01, -0.02, 0.03, 0, -0.01, 0.02, -0.005, 0.015, -0.03, 0.01];
  const golden = probabilisticSharpe(estimateSharpe(Float64Array.from(returns))!, 0);
  assertClose(golden, 0.6246709513, 6e-11);
});

Deno.test("minimumTrackRecord() gives the published years for Sharpe 2 against 1", () => {
  const cases = [
    { periodsPerYear: 252, skewness: 0, kurtosis: 3, years: 2.73098 },
    { periodsPerYear: 52, skewness: 0, kurtosis: 3, years: 2.82883 },
    { periodsPerYear: 12, skewness: 0, kurtosis: 3, years: 3.23980 },
    { periodsPerYear: 12, skewness: -0.72, kurtosis: 5.78, years: 4.99126 },
  ];
  for (const { periodsPerYear, skewness, kurtosis, years } of cases) {
    const root = Math.sqrt(periodsPerYear);
    const record = minimumTrackRecord(estimate(2 / root, 24, skewness, kurtosis), 1 / root, 0.95);
    assertClose(record.value! / periodsPerYear, years, 5.1e-6);
  }
});

Deno.test("minimumTrackRecord() is undefined below the benchmark", () => {
  assertEquals(minimumTrackRecord(estimate(0.1, 24), 0.1, 0.95).value, null);
});

Deno.test("the revised form gives the values of its authors' code", () => {
  const at = (rho: number) => estimate(0.036 / 0.079, 24, -2.448, 10.164, rho);
  assertClose(sharpeStandardError(at(0), at(0).sharpe), 0.329, 5e-4);
  assertClose(revisedProbabilisticSharpe(at(0), 0), 0.987, 5e-4);
  assertClose(revisedProbabilisticSharpe(at(0), 0.1), 0.939, 5e-4);
  assertClose(revisedMinimumTrackRecord(at(0), 0, 0.95).value!, 13.029, 5e-4);
  assertClose(sharpeStandardError(at(0.2), at(0.2).sharpe), 0.379, 5e-4);
  assertClose(revisedProbabilisticSharpe(at(0.2), 0), 0.966, 5e-4);
  assertClose(revisedProbabilisticSharpe(at(0.2), 0.1), 0.900, 5e-4);
  assertClose(revisedMinimumTrackRecord(at(0.2), 0, 0.95).value!, 19.543, 5e-4);
  assertClose(revisedMinimumTrackRecord(at(0.2), 0.1, 0.95).value!, 39.369, 5e-4);
});

Deno.test("expectedMaximumSharpe() gives the golden factors", () => {
  const cases = [
    [10, 1.574598],
    [45, 2.235640],
    [50, 2.276303],
    [100, 2.530603],
    [1000, 3.255122],
  ] as const;
  for (const [trials, factor] of cases) {
    assertClose(expectedMaximumSharpe(trials, 1), factor, 5.1e-7);
  }
  assertClose(expectedMaximumSharpe(18_250, 1), 4.0053, 5e-5);
  assertEquals(expectedMaximumSharpe(1, 1), 0);
});

Deno.test("deflatedSharpe() gives the published example", () => {
  const daily = estimate(2.5 / Math.sqrt(250), 1250, -3, 10);
  const variance = 0.5 / 250;
  assertClose(expectedMaximumSharpe(100, variance), 0.113172, 5.1e-7);
  assertClose(deflatedSharpe(daily, 100, variance), 0.9004, 5e-5);
  assertClose(deflatedSharpe(daily, 46, variance), 0.9505, 5e-5);
  assertClose(deflatedSharpe({ ...daily, skewness: 0, kurtosis: 3 }, 88, variance), 0.9505, 5e-5);
});

Deno.test("minimumBacktestYears() gives five years for 45 trials and a target of 1", () => {
  assertClose(minimumBacktestYears(45, 1), 4.998, 5e-4);
});

Deno.test("annualizationFactor() gives Lo's factors for first-order autoregressions", () => {
  for (const [rho, factor] of [[0.1, 14.3648], [0.2, 12.9722], [-0.1, 17.5429], [0, 15.8745]]) {
    const lags = Float64Array.from({ length: 251 }, (_, lag) => rho! ** (lag + 1));
    assertClose(annualizationFactor(lags, 252), factor!, 5e-5);
  }
});

Deno.test("sharpeConfidenceInterval() is about two over the root of years wide", () => {
  const [low, high] = sharpeConfidenceInterval(estimate(0, 252 * 4), 0.95);
  assertClose((high - low) * Math.sqrt(252), 2 * 1.96 / 2, 1e-4);
});

Deno.test("estimateSharpe() is undefined for returns that do not vary", () => {
  assertEquals(estimateSharpe(Float64Array.of(0.1, 0.1, 0.1, 0.1)), null);
});
