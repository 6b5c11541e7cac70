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

// learning-spec §2.4: computed with NumPy by the definitions of empyrical and QuantStats.
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
