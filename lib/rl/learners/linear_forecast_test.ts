import { assert, assertEquals } from "../../../tests/assert.ts";
import { learningWorld } from "../../../tests/fixtures/learning_world.ts";
import type { World } from "../../simulator/simulator.ts";
import { applyScaler, fitScaler } from "../../models/mod.ts";
import { createRandom } from "../../core/random.ts";
import { transitionTableOf } from "../environment/transition_table.ts";
import { linearForecast } from "./linear_forecast.ts";

const LEARNING = { from: 100, to: 9_000 };
const ACTIONS = [-1, 0, 1];

/** The forecast of a world, and how its columns are called. */
function forecastIn(world: World, cost: number, seed: number) {
  const { frame, table } = learningWorld(world, { bars: 10_000, cost, seed });
  const rows = Int32Array.from({ length: LEARNING.to - LEARNING.from }, (_, i) => 100 + i);
  const values = applyScaler(fitScaler(frame, rows, "standard"), frame.values, frame.rows);
  const input = { values, columns: frame.columns.length, window: 1 };
  return linearForecast({ actions: ACTIONS, table }, input, LEARNING);
}

Deno.test("linearForecast() looks few rows ahead where the next one is all there is to know", () => {
  const forecast = forecastIn({ kind: "ar1", phi: 0.2 }, 0.05, 1)!;
  assert(forecast.horizons.every((horizon) => horizon <= 4), `${forecast.horizons}`);
  const [last, ...older] = forecast.weights;
  assert(last! > 0.9 && older.every((weight) => Math.abs(weight) < 0.3), `${forecast.weights}`);
});

Deno.test("linearForecast() sells what lies above its mean, over a few rows or many", () => {
  for (const [kappa, cost] of [[0.05, 0.05], [0.2, 0]] as const) {
    const [level] = forecastIn({ kind: "ou", kappa }, cost, 2)!.weights;
    assert(level! < -0.8, `${kappa}: ${level}`);
  }
});

Deno.test("linearForecast() keeps a position longer the more a turn costs", () => {
  const bands = [0, 0.05, 0.1].map((cost) => forecastIn({ kind: "ar1", phi: 0.2 }, cost, 1)!.band);
  assert(bands[0] === 0 && bands[1]! > 0 && bands[2]! > bands[1]!, `${bands}`);
});

Deno.test("linearForecast() sums results over 256 rows only where there are enough of them", () => {
  const longest = (rows: number) => {
    const { frame, table } = learningWorld({ kind: "ou", kappa: 0.02 }, {
      ...{ bars: rows + 200, cost: 0.05, seed: 1 },
    });
    const learning = { from: 100, to: 100 + rows };
    const marked = Int32Array.from({ length: rows }, (_, i) => 100 + i);
    const values = applyScaler(fitScaler(frame, marked, "standard"), frame.values, frame.rows);
    const input = { values, columns: frame.columns.length, window: 1 };
    return Math.max(...linearForecast({ actions: ACTIONS, table }, input, learning)!.horizons);
  };
  assertEquals(longest(10_240), 256);
  assertEquals(longest(10_235), 64);
});

Deno.test("linearForecast() has nothing to say of a random walk", () => {
  const walk: World = { kind: "gbm", drift: 0 };
  const found = [1, 2, 3, 4, 5].filter((seed) => forecastIn(walk, 0.1, seed) !== null);
  assertEquals(found, []);
});

Deno.test("linearForecast() reads no row outside those to learn from", () => {
  const random = createRandom(3);
  const rows = 4_000, learning = { from: 500, to: 3_000 };
  const values = Float32Array.from({ length: rows }, () => random.normal());
  const returns = Float64Array.from(values, (value) => value / 4 + random.normal());
  const forecast = () =>
    linearForecast(
      { actions: ACTIONS, table: transitionTableOf(returns, 0.01) },
      { values, columns: 1, window: 1 },
      learning,
    )!;
  const before = forecast();
  assert(before.weights[0]! > 0.9);
  for (let row = 0; row < rows; row++) {
    if (row >= learning.from && row < learning.to) continue;
    values[row] = 100;
    returns[row] = -1e6;
  }
  assertEquals(forecast(), before);
});
