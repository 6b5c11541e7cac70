import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { METRIC_NAMES, type MetricName } from "./metric_definitions.ts";
import { performanceMetrics } from "./metrics.ts";

const RETURNS = Float64Array.of(
  0.01,
  -0.02,
  0.03,
  0,
  -0.01,
  0.02,
  -0.005,
  0.015,
  -0.03,
  0.01,
);

// docs/methods.md#metrics: computed with NumPy by the definitions of empyrical and QuantStats.
const GOLDEN: Partial<Record<MetricName, number>> = {
  meanReturn: 0.002,
  sharpe: 1.7079349521,
  downsideDeviation: 0.1894993404,
  sortino: 2.6596398648,
  adjustedSortino: 1.8806493839,
  totalReturn: 0.0185967158,
  maxDrawdown: -0.03,
  annualReturn: 0.5909526117,
  calmar: 19.698420392,
  volatility: 0.2950932056,
  omega: 1.3076923077,
  profitFactor: 1.3076923077,
  tailRatio: 1,
  valueAtRisk: -0.0255,
  conditionalValueAtRisk: -0.03,
  stability: 0.2166310188,
  ulcerIndex: 0.0142870960,
  autocorrelationPenalty: 1.8853090463,
  smartSharpe: 0.9059177621,
  skewness: -0.2641969514,
  kurtosis: 2.1322877141,
};

for (const [name, expected] of Object.entries(GOLDEN)) {
  Deno.test(`performanceMetrics() gives the golden ${name}`, () => {
    const metric = performanceMetrics(RETURNS, 252)[name as MetricName];
    assertClose(metric.value!, expected, name === "calmar" ? 6e-10 : 6e-11);
  });
}

Deno.test("performanceMetrics() has a golden value for every metric", () => {
  assertEquals(METRIC_NAMES.filter((name) => !(name in GOLDEN)), []);
});

Deno.test("performanceMetrics() explains every undefined metric and never gives NaN", () => {
  const cases = [[], [0.01], [0, 0, 0], [0.1, 0.1, 0.1], [0.01, 0.02], [-1, 0], [-1.5, 0.1], [
    -0.1,
  ]];
  for (const returns of cases) {
    for (
      const [name, metric] of Object.entries(performanceMetrics(Float64Array.from(returns), 252))
    ) {
      const explained = metric.value === null
        ? metric.reason !== undefined
        : Number.isFinite(metric.value);
      assert(explained, `${name} of [${returns}] is ${metric.value}`);
    }
  }
});

Deno.test("performanceMetrics() counts a loss in the first period as drawdown", () => {
  assertClose(performanceMetrics(Float64Array.of(-0.1, 0.2), 252).maxDrawdown.value!, -0.1, 1e-15);
});

/** Names of the metrics without a value, by their reason. */
function reasons(returns: readonly number[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (
    const [name, { reason, value }] of Object.entries(
      performanceMetrics(Float64Array.from(returns), 252),
    )
  ) {
    if (value === null) (found[reason!] ??= []).push(name);
  }
  return found;
}

Deno.test("performanceMetrics() gives every null its true reason", () => {
  assertEquals(Object.keys(reasons([])), ["there are no returns"]);
  assertEquals(reasons([0.1, NaN, 0.2])["a return is not a number"]!.length, METRIC_NAMES.length);
  assertEquals(reasons([0.1, Infinity])["a return is infinite"]!.length, METRIC_NAMES.length);
  const large = Array.from({ length: 40 }, (_, day) => day % 2 === 0 ? 1e200 : -0.5);
  assertEquals(reasons(large), {
    "the result is too large for a number": [
      ...["totalReturn", "annualReturn", "maxDrawdown", "calmar", "ulcerIndex", "volatility"],
      ...["sharpe", "skewness", "kurtosis", "autocorrelationPenalty", "smartSharpe"],
    ],
  });
  assertEquals(reasons([-0.5, -1.2, 0.3, 0.1]), { "everything was lost": ["stability"] });
  assertEquals(reasons([0, 0, 0.1]), {
    "there was no losing period": ["sortino", "adjustedSortino", "omega", "profitFactor"],
    "the 5th percentile is 0": ["tailRatio"],
    "there was no drawdown": ["calmar"],
    "all returns but the first or the last are the same": [
      "autocorrelationPenalty",
      "smartSharpe",
    ],
  });
  assertEquals(reasons([0, 0, 0])["equity never changes"], ["stability"]);
});

Deno.test("performanceMetrics() loses everything once, however often returns pass -100 %", () => {
  for (const returns of [[0.1, -1.5, -1.5, 0.2], [-1, 0.5, -1, 3], [-2, -2]]) {
    const metrics = performanceMetrics(Float64Array.from(returns), 252);
    for (const name of ["totalReturn", "annualReturn", "maxDrawdown", "calmar"] as const) {
      assertEquals(metrics[name].value, -1, `${name} of ${returns}`);
    }
  }
});

Deno.test("performanceMetrics() has no ratio for a constant return with the dust of rounding", () => {
  const dust = Float64Array.from({ length: 60 }, (_, day) => 0.001 + 2e-12 * (day % 2));
  const { sharpe, skewness, smartSharpe } = performanceMetrics(dust, 252);
  assertEquals([sharpe.value, skewness.value, smartSharpe.value], [null, null, null]);
  assertEquals(sharpe.reason, "needs at least two different returns");
});

Deno.test("performanceMetrics() marks figures a year that rest on less than a quarter of one", () => {
  const eight = performanceMetrics(RETURNS.subarray(0, 8), 252, "day");
  const noted = Object.entries(eight).filter(([, { note }]) => note !== undefined);
  assertEquals(noted.map(([name]) => name), [
    ...["annualReturn", "calmar", "volatility", "sharpe", "sortino", "adjustedSortino"],
    ...["downsideDeviation", "smartSharpe"],
  ]);
  assertEquals(eight.sharpe.note, "a year's figure from 8 days");
  const quarter = Float64Array.from({ length: 63 }, (_, day) => RETURNS[day % 10]!);
  assertEquals(performanceMetrics(quarter, 252).sharpe.note, undefined);
});
