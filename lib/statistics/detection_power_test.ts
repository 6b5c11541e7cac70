import { throws as assertThrows } from "node:assert/strict";
import { assertClose } from "../../tests/assert.ts";
import { normalCdf } from "./normal_distribution.ts";
import {
  criticalMaximum,
  falseDiscoveryRate,
  maximumExceeds,
  yearsToDetect,
} from "./detection_power.ts";
import { expectedMaximumSharpe } from "./sharpe_statistics.ts";

Deno.test("yearsToDetect() gives the years of docs/methods.md#walk-forward and #comparing-two-sharpe-ratios", () => {
  for (const [sharpe, years] of [[0.5, 24.7], [1, 6.2], [1.5, 2.75], [2, 1.55], [3, 0.69]]) {
    assertClose(yearsToDetect(sharpe!), years!, years! < 3 ? 0.005 : 0.05);
  }
  for (const [correlation, years] of [[0, 49.5], [0.5, 24.7], [0.8, 9.9], [0.95, 2.5]]) {
    assertClose(yearsToDetect(0.5, { correlation: correlation! }), years!, 0.05);
  }
});

Deno.test("the deflated Sharpe ratio fires as seldom as docs/methods.md#how-strict-it-is says, the naive one often", () => {
  const cases = [
    { trials: 10, deflated: 0.0064, naive: 0.40, threshold: 2.568 },
    { trials: 50, deflated: 0.0022, naive: 0.92, threshold: 3.083 },
    { trials: 200, deflated: 0.0010, naive: 1.00, threshold: 3.474 },
  ];
  for (const { trials, deflated, naive, threshold } of cases) {
    const passes = expectedMaximumSharpe(trials, 1) + criticalMaximum(1, 0.05);
    assertClose(maximumExceeds(trials, passes), deflated, 5.1e-5);
    assertClose(maximumExceeds(trials, criticalMaximum(1, 0.05)), naive, 0.005);
    assertClose(criticalMaximum(trials, 0.05), threshold, 5.1e-4);
    assertClose(maximumExceeds(trials, criticalMaximum(trials, 0.05)), 0.05, 1e-12);
  }
});

Deno.test("falseDiscoveryRate() gives the posterior of docs/methods.md#probabilistic-sharpe-ratio", () => {
  assertClose(falseDiscoveryRate(0.05, 0.05, 1 - 0.315), 0.581, 5e-4);
});

Deno.test("expectedMaximumSharpe() is a little above the exact mean of the largest of ten", () => {
  // E[max] = ∫ (1 - Φ(x)^10) dx above 0 less ∫ Φ(x)^10 dx below it;
  // docs/methods.md#deflated-sharpe-ratio.
  const step = 1e-3;
  let exact = 0;
  for (let x = step / 2; x < 9; x += step) {
    exact += step * (1 - normalCdf(x) ** 10 - normalCdf(-x) ** 10);
  }
  assertClose(exact, 1.538753, 1e-6);
  assertClose(expectedMaximumSharpe(10, 1) - exact, 1.574598 - 1.538753, 1.5e-6);
});

Deno.test("what asks for a probability refuses percent and nonsense", () => {
  for (const share of [95, 0, 1, NaN]) {
    assertThrows(() => yearsToDetect(1, { level: share }), RangeError);
    assertThrows(() => yearsToDetect(1, { power: share }), RangeError);
    assertThrows(() => criticalMaximum(10, share), RangeError);
    assertThrows(() => falseDiscoveryRate(share, 0.05, 0.8), RangeError);
    assertThrows(() => falseDiscoveryRate(0.1, share, 0.8), RangeError);
  }
});
