import nodeAssert from "node:assert/strict";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { bestAchievable, wavePositions } from "./best_achievable.ts";
import { createWorld, waveMoves } from "./world.ts";

// Golden numbers: docs/methods.md#autoregressive-returns to #a-sine-a-drift, to their printed
// digits and the grids behind them.

Deno.test("bestAchievable() of ar1 without cost equals the closed form", () => {
  for (
    const [phi, mean, sharpe] of [
      [0.05, 0.03989, 0.03993],
      [0.1, 0.07979, 0.08004],
      [0.2, 0.15958, 0.16165],
      [0.3, 0.23937, 0.24653],
    ] as const
  ) {
    const best = bestAchievable({ kind: "ar1", phi }, 0);
    assertClose(best.meanPerBar, mean, 6e-6);
    assertClose(best.sharpePerBar!, sharpe, 6e-6);
  }
});

Deno.test("bestAchievable() of ar1 with cost equals the dynamic programme of 201 states", () => {
  const table = [
    [0.1, [0.0626, 0.0423, 0.0202, 0.003], 0.328],
    [0.2, [0.1429, 0.1207, 0.0901, 0.0479], 0.532],
    [0.3, [0.2238, 0.2022, 0.1707, 0.1208], 0.571],
  ] as const;
  for (const [phi, means, turnover] of table) {
    [0.02, 0.05, 0.1, 0.2].forEach((cost, i) => {
      assertClose(bestAchievable({ kind: "ar1", phi }, cost).meanPerBar, means[i]!, 1e-4);
    });
    const best = bestAchievable({ kind: "ar1", phi }, 0.1);
    assertClose(best.turnoverPerBar, turnover, 0.012);
    // Turn when phi·|r| exceeds about the cost, slightly less.
    assert(phi * best.threshold! < 0.1 && phi * best.threshold! > 0.09);
  }
});

Deno.test("bestAchievable() of ar1 earns as much against as with the trend, but turns more", () => {
  const [along, against] = [0.2, -0.2].map((phi) => bestAchievable({ kind: "ar1", phi }, 0));
  assertEquals(along!.meanPerBar, against!.meanPerBar);
  assert(against!.turnoverPerBar > along!.turnoverPerBar);
  assert(
    bestAchievable({ kind: "ar1", phi: -0.2 }, 0.1).meanPerBar <
      bestAchievable({ kind: "ar1", phi: 0.2 }, 0.1).meanPerBar,
  );
});

Deno.test("bestAchievable() of ou equals the table of 401 states", () => {
  const table = [
    [0.02, [0.0802, 0.08], [0.0745, 1.51], [0.0635, 2.89]],
    [0.05, [0.1278, 0.1272], [0.1161, 0.96], [0.0929, 2.08]],
    [0.1, [0.183, 0.1813], [0.1633, 0.63], [0.1223, 1.55]],
    [0.2, [0.266, 0.2607], [0.2334, 0.42], [0.1602, 1.17]],
  ] as const;
  for (const [kappa, [mean, sharpe], low, high] of table) {
    const free = bestAchievable({ kind: "ou", kappa }, 0);
    assertClose(free.meanPerBar, mean, 1e-4);
    assertClose(free.sharpePerBar!, sharpe, 1e-4);
    for (const [cost, [net, band]] of [[0.1, low], [0.5, high]] as const) {
      const best = bestAchievable({ kind: "ou", kappa }, cost);
      assertClose(best.meanPerBar, net, 1e-4);
      // The table's band is the next of its grid points, ours lies between two.
      assert(best.threshold! <= band + 0.005 && best.threshold! > band - 0.12);
    }
  }
});

Deno.test("bestAchievable() of regime equals the Monte Carlo of the filter", () => {
  for (
    const [drift, stay, mean, sharpe] of [
      [0.1, 0.99, 0.0355, 0.0353],
      [0.2, 0.98, 0.0905, 0.0891],
      [0.3, 0.95, 0.1262, 0.1217],
      [0.05, 0.995, 0.0137, 0.0137],
    ] as const
  ) {
    const best = bestAchievable({ kind: "regime", drift, stay }, 0);
    // Standard error of the table: 0.0003.
    assertClose(best.meanPerBar, mean, 0.001);
    assertClose(best.sharpePerBar!, sharpe, 0.001);
  }
});

Deno.test("bestAchievable() of regime equals the mean size of the filter's own forecast", () => {
  // Averages drift·|2p − 1| instead of the noisy reward: standard error about 0.0002.
  const { drift, stay } = createWorld("regime", { drift: 0.2, stay: 0.98 }) as {
    drift: number;
    stay: number;
  };
  const random = createRandom(5);
  let [sign, odds, total] = [1, 0.5, 0];
  const bars = 1_000_000;
  for (let bar = 0; bar < bars; bar++) {
    const up = odds * stay + (1 - odds) * (1 - stay);
    total += drift * Math.abs(2 * up - 1);
    if (random.uniform() >= stay) sign = -sign;
    const ratio = Math.exp(2 * drift * (sign * drift + random.normal()));
    odds = up * ratio / (up * ratio + 1 - up);
  }
  const best = bestAchievable({ kind: "regime", drift, stay }, 0);
  assertClose(best.meanPerBar, total / bars, 8e-4);
});

Deno.test("bestAchievable() of sinusoid equals the numbers of section 8.4", () => {
  for (
    const [amplitude, period, noise, mean, sharpe] of [
      [0.05, 50, 0, 0.00399211, 2.054],
      [0.05, 50, 0.005, 0.00399211, 0.7442],
      [0.02, 100, 0.01, 0.0008, 0.0799],
    ] as const
  ) {
    const world = createWorld("sinusoid", { amplitude, period, noise });
    assert(world.kind === "sinusoid");
    const best = bestAchievable(world, 0);
    assertClose(best.meanPerBar * waveMoves(world).unit, mean, 5e-9);
    assertClose(best.sharpePerBar!, sharpe, 5e-4);
  }
});

Deno.test("wavePositions() turns twice a period, or never where that costs too much", () => {
  const { moves } = waveMoves(createWorld("sinusoid") as Parameters<typeof waveMoves>[0]);
  const swing = moves.reduce((total, move) => total + Math.abs(move), 0);
  // By hand: two turns of 2 units each cost 4k a period.
  const best = bestAchievable({ kind: "sinusoid" }, 0.5);
  assert(best.meanPerBar >= (swing - 4 * 0.5) / 50 - 1e-12);
  assertEquals(best.turnoverPerBar, 4 / 50);
  assertEquals(new Set(wavePositions(moves, swing)), new Set([0]));
  assertEquals(bestAchievable({ kind: "sinusoid" }, swing).sharpePerBar, null);
});

Deno.test("bestAchievable() of worlds that only drift is to hold, without drift to stay flat", () => {
  const held = bestAchievable({ kind: "gbm", drift: -0.05 }, 0.1);
  assertEquals([held.policy, held.meanPerBar, held.sharpePerBar], [
    "sell short and hold",
    0.05,
    0.05,
  ]);
  for (const world of [{ kind: "gbm", drift: 0 }, { kind: "garch" }, { kind: "jump" }] as const) {
    const flat = bestAchievable(world, 0.1);
    assertEquals([flat.meanPerBar, flat.sharpePerBar], [0, null]);
  }
});

Deno.test("bestAchievable() falls with the cost and ends at staying flat", () => {
  for (const world of [{ kind: "ar1" }, { kind: "ou" }, { kind: "regime" }] as const) {
    let before = Infinity;
    for (const cost of [0, 0.05, 0.1, 0.3]) {
      const best = bestAchievable(world, cost);
      assert(best.meanPerBar < before && best.meanPerBar >= 0);
      before = best.meanPerBar;
    }
  }
  assertEquals(bestAchievable({ kind: "regime" }, 50).threshold, null);
});

Deno.test("bestAchievable() refuses a cost that is no cost", () => {
  for (const cost of [-0.1, NaN, Infinity]) {
    nodeAssert.throws(() => bestAchievable({ kind: "ar1" }, cost), RangeError);
  }
});
