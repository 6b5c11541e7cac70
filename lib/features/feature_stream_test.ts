import { assertEquals } from "../../tests/assert.ts";
import { barAt, CONTEXT, marketBars } from "../../tests/fixtures/market_fixture.ts";
import { createFeatureStream } from "./feature_stream.ts";

Deno.test("the state of a stream is as large after a million bars as after ten thousand", () => {
  const bars = marketBars(6, { length: 10_000 });
  // One of every kind of memory: delays, moments, both averages, variance, folds, session.
  const names = ["return", "momentum", "rsi", "macd", "exponential-volatility", "stochastic"];
  const features = [...names, "session-return"].map((feature) => ({ feature, lags: [0, 3] }));
  const stream = createFeatureStream({ features }, { ...CONTEXT, intervalMs: bars.intervalMs });
  const sizes: number[] = [];
  for (let lap = 0; lap < 100; lap++) {
    for (let row = 0; row < bars.length; row++) stream.push(barAt(bars, row));
    if (lap === 0 || lap === 99) sizes.push(JSON.stringify(stream.save()).length);
  }
  assertEquals(sizes[0], sizes[1]);
});
