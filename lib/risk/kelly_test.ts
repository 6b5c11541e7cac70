import { throws as assertThrows } from "node:assert/strict";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { kellyFraction, kellyLots } from "./kelly.ts";

Deno.test("kellyFraction() is where the expected log growth is largest", () => {
  for (const [probability, winUsd, lossUsd] of [[0.6, 1, 1], [0.55, 2, 1], [0.3, 4, 1]] as const) {
    const share = kellyFraction({ probability, winUsd, lossUsd });
    const growth = (f: number) =>
      probability * Math.log(1 + f * winUsd / lossUsd) + (1 - probability) * Math.log(1 - f);
    for (const other of [share - 0.01, share + 0.01]) assert(growth(other) < growth(share));
  }
});

Deno.test("kellyLots() puts at most the share at risk, whole lots", () => {
  const bet = { probability: 0.6, winUsd: 500, lossUsd: 500 };
  assertEquals(kellyLots(bet, 100_000e6, 0.25), 10);
  assertEquals(kellyLots(bet, 99_999e6, 0.25), 9);
  assertEquals(kellyLots({ ...bet, probability: 0.5 }, 100_000e6, 1), 0);
  assertEquals(kellyLots(bet, -5e6, 1), 0);
});

Deno.test("kellyFraction() takes no bet that cannot win and refuses what is no bet", () => {
  assertClose(kellyFraction({ probability: 0.9, winUsd: -1, lossUsd: 5 }), 0, 0);
  assertThrows(() => kellyFraction({ probability: 1.1, winUsd: 1, lossUsd: 1 }), RangeError);
  assertThrows(() => kellyFraction({ probability: 0.5, winUsd: 1, lossUsd: 0 }), RangeError);
  assertThrows(() => kellyFraction({ probability: 0.5, winUsd: NaN, lossUsd: 1 }), RangeError);
  assertThrows(() => kellyFraction({ probability: 0.5, winUsd: 1, lossUsd: NaN }), RangeError);
  // Less than a millionth of a dollar is nothing in an account, and would buy infinite lots.
  assertThrows(() => kellyLots({ probability: 0.9, winUsd: 1, lossUsd: 4e-7 }, 1e6, 1), RangeError);
  assertThrows(() => kellyLots({ probability: 0.5, winUsd: 1, lossUsd: 1 }, 1e6, 2), RangeError);
});
