import { throws as assertThrows } from "node:assert/strict";
import { EVERY_FEATURE } from "../../tests/fixtures/market_fixture.ts";
import { assertEquals } from "../../tests/assert.ts";
import { DEFAULT_FEATURES, parseFeatureSpec } from "./feature_spec.ts";

Deno.test("parseFeatureSpec() accepts the default and every registered feature", () => {
  for (const spec of [DEFAULT_FEATURES, EVERY_FEATURE]) {
    assertEquals(parseFeatureSpec(JSON.parse(JSON.stringify(spec))), spec);
  }
});

Deno.test("parseFeatureSpec() says in one line which entry is wrong and how to mend it", () => {
  const cases: readonly [unknown, RegExp][] = [
    [null, /^feature spec: Cannot read it/],
    [{ features: [] }, /^feature spec, features: /],
    [{ features: [{ feature: "rsi" }, { feature: "volatilty" }] }, /entry 2: .*mean volatility\?/],
    [{ features: [{ feature: "xyzzy" }] }, /entry 1: .*use one of return, gap/],
    [{ features: [{ feature: "rsi", period: [3] }] }, /entry 1: .*period/],
    [{ features: [{ feature: "rsi", periods: [0] }] }, /entry 1, periods\.0/],
    [{ features: [{ feature: "rsi", periods: [1] }] }, /\(rsi\): Cannot use a period below 2/],
    [{ features: [{ feature: "rsi", periods: [[3, 5]] }] }, /takes \[period\]/],
    [{ features: [{ feature: "gap", periods: [3] }] }, /takes no periods/],
    [{ features: [{ feature: "macd", periods: [[26, 12]] }] }, /fast not below slow.*swap/],
    [{ features: [{ feature: "rsi" }, { feature: "rsi", periods: [14] }] }, /rsi_14 twice/],
    [{ features: [{ feature: "rsi", lags: [-1] }] }, /entry 1, lags\.0/],
    [
      { features: [{ feature: "gap", lags: Array.from({ length: 1_001 }, (_, i) => i) }] },
      /more than 1000 columns/,
    ],
  ];
  for (const [json, message] of cases) {
    assertThrows(() => parseFeatureSpec(json), { name: "InputError", message });
  }
});
