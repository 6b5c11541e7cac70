import { throws as assertThrows } from "node:assert/strict";
import { EVERY_FEATURE } from "../../tests/fixtures/market_fixture.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { createCalendar } from "../market/calendar.ts";
import { CALENDARS } from "../market/calendars/calendars.ts";
import { DEFAULT_FEATURES, lookbackBars, parseFeatureSpec } from "./feature_spec.ts";

const DAY_MS = 86_400_000;

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

Deno.test("no trade date is longer than the look-back of what counts from its first bar", () => {
  const longest = lookbackBars({ features: [{ feature: "session-return" }] }, DAY_MS) * DAY_MS;
  for (const { name: session } of CALENDARS) {
    const calendar = createCalendar({ session });
    for (const { close, open } of calendar.sessions(Date.UTC(1998, 0), Date.UTC(2030, 11))) {
      assert(close - open + DAY_MS <= longest, `${session} ${new Date(open).toISOString()}`);
    }
  }
});
