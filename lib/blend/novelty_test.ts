import { throws as assertThrows } from "node:assert/strict";
import { assert, assertEquals } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import { createNoveltyJudge, fitNoveltyFilter } from "./novelty.ts";

const COLUMNS = ["momentum", "volatility", "range"];

function rows(count: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count * 3 }, (_, i) => random.normal() * (1 + 9 * (i % 3)));
}

Deno.test("createNoveltyJudge() calls almost no row of the same world unlike, and far rows always", () => {
  const { novelty } = createNoveltyJudge(fitNoveltyFilter(rows(4_000, 1), COLUMNS));
  const fresh = rows(4_000, 2);
  let unlike = 0;
  for (let row = 0; row < 4_000; row++) {
    unlike += novelty(fresh.subarray(row * 3, row * 3 + 3)) > 1 ? 1 : 0;
  }
  // One in a thousand is the share that was asked for.
  assert(unlike <= 16, `${unlike} rows of the same world were called unlike`);
  for (const row of [[9, 0, 0], [0, 90, 0], [0, 0, -170], [1e9, 0, 0]]) {
    assert(novelty(row) > 1);
  }
});

Deno.test("createNoveltyJudge() finds the nearest reference, whatever rows came before", () => {
  const noveltyFilter = fitNoveltyFilter(rows(1_000, 1), COLUMNS);
  const { centers, references, scales, threshold } = noveltyFilter;
  const judge = createNoveltyJudge(noveltyFilter);
  const fresh = rows(400, 2), random = createRandom(3);
  for (let i = 0; i < 2_000; i++) {
    const at = 3 * random.integer(400);
    const row = fresh.subarray(at, at + 3);
    const scaled = scales.map((scale, j) => (row[j]! - centers[j]!) / scale);
    let least = Infinity;
    for (let start = 0; start < references.length; start += 3) {
      const square = scaled.reduce(
        (sum, value, j) => sum + (value - references[start + j]!) ** 2,
        0,
      );
      least = Math.min(least, square);
    }
    assertEquals(judge.novelty(row), Math.sqrt(least / 3) / threshold);
  }
});

Deno.test("createNoveltyJudge() says which column is far off, and that a value is missing", () => {
  const { veto } = createNoveltyJudge(fitNoveltyFilter(rows(2_000, 1), COLUMNS));
  assertEquals(veto([0, 0, 0]), null);
  assert(veto([0, 150, 0])!.endsWith("most of all volatility"));
  assertEquals(veto([0, NaN, 0]), "unlike the training data: volatility has no value");
});

Deno.test("fitNoveltyFilter() does not take neighbours in time for proof of likeness", () => {
  // A slow walk: each row is close to the next one, and far from rows of other times.
  const random = createRandom(3);
  let level = 0;
  const walk = Float32Array.from({ length: 4_000 }, () => level += random.normal());
  const careful = fitNoveltyFilter(walk, ["level"], { gapRows: 100 });
  const careless = fitNoveltyFilter(walk, ["level"], { gapRows: 0, references: 4_000 });
  assert(careful.threshold > 2 * careless.threshold);
});

Deno.test("fitNoveltyFilter() leaves out constant columns and goes on from JSON to the bit", () => {
  const values = rows(500, 4).map((value, i) => i % 3 === 2 ? 7 : value);
  const noveltyFilter = fitNoveltyFilter(values, COLUMNS);
  const again = JSON.parse(JSON.stringify(noveltyFilter));
  const row = [3, 2, 7];
  assertEquals(
    createNoveltyJudge(again).novelty(row),
    createNoveltyJudge(noveltyFilter).novelty(row),
  );
  assertThrows(() => fitNoveltyFilter(rows(10, 5), COLUMNS), RangeError);
});
