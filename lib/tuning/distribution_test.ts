import fc from "fast-check";
import { assertThrows } from "../../tests/fixtures/temporary_folder.ts";
import { InputError } from "../core/errors.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import {
  categorical,
  compatibleDistributions,
  containsInternal,
  type Distribution,
  equalDistributions,
  float,
  int,
  singleInternal,
  toExternal,
  toInternal,
} from "../core/distribution.ts";
import { fromUnit } from "./samplers/unit_interval.ts";

/** Distributions of every kind. */
const distributions: fc.Arbitrary<Distribution> = fc.tuple(
  fc.integer({ min: 1, max: 1000 }),
  fc.integer({ min: 0, max: 1000 }),
  fc.integer({ min: 1, max: 50 }),
).chain(([low, width, step]) =>
  fc.constantFrom<Distribution>(
    float(low / 7, (low + width) / 7),
    float(low / 7, (low + width) / 7, { log: true }),
    float(low / 10, (low + width) / 10, { step: step / 100 }),
    int(-low, width),
    int(low, low + width, { step }),
    int(low, low + width, { log: true }),
    categorical(Array.from({ length: 1 + width % 7 }, (_, i) => `choice ${i}`)),
    categorical([null, true, "text", 2.5]),
  )
);

Deno.test("fromUnit() gives values of the distribution that survive storage", () => {
  fc.assert(fc.property(
    distributions,
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    (distribution, unit) => {
      const internal = fromUnit(distribution, unit);
      assert(containsInternal(distribution, internal), `${internal}`);
      assertEquals(toInternal(distribution, toExternal(distribution, internal)), internal);
    },
  ));
});

Deno.test("fromUnit() gives every value of steps and choices its share", () => {
  for (
    const distribution of [float(0, 0.9, { step: 0.1 }), int(1, 19, { step: 2 }), int(3, 12)]
  ) {
    const counts = new Map<number, number>();
    for (let i = 0; i < 1000; i++) {
      const value = fromUnit(distribution, (i + 0.5) / 1000);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    assertEquals([...counts.values()], new Array(10).fill(100));
  }
});

Deno.test("float() lowers its upper bound to the last step, counted in decimal digits", () => {
  const cases = [[0, 1, 0.3, 0.9], [0, 0.9, 0.1, 0.9], [0.1, 0.35, 0.05, 0.35], [
    2,
    2,
    5,
    2,
  ]] as const;
  for (const [low, high, step, last] of cases) assertEquals(float(low, high, { step }).high, last);
  assertEquals(int(1, 10, { step: 4 }).high, 9);
});

Deno.test("singleInternal() knows distributions that have one value", () => {
  assertEquals(singleInternal(float(2, 2)), 2);
  assertEquals(singleInternal(int(1, 3, { step: 5 })), 1);
  assertEquals(singleInternal(categorical(["only"])), 0);
  assertEquals(singleInternal(int(1, 2)), null);
});

Deno.test("compatibleDistributions() allows other bounds, not another kind, scale or list", () => {
  assert(compatibleDistributions(float(0, 1), float(-5, 5, { step: 0.5 })));
  assert(compatibleDistributions(categorical(["a", "b"]), categorical(["a", "b"])));
  const others = [[float(1, 2), int(1, 2)], [float(1, 2), float(1, 2, { log: true })], [
    categorical(["a", "b"]),
    categorical(["b", "a"]),
  ]] as const;
  for (const [a, b] of others) assert(!compatibleDistributions(a, b) && !equalDistributions(a, b));
  assert(!equalDistributions(int(0, 5), int(0, 6)));
  assert(equalDistributions(int(0, 5), int(0, 5)));
});

Deno.test("distributions refuse what cannot be searched, in words", () => {
  const cases: readonly (readonly [() => Distribution, string])[] = [
    [() => float(2, 1), "low 2 above high 1"],
    [() => int(5, 1), "low 5 above high 1"],
    [() => float(0, 1, { log: true }), "log from 0"],
    [() => float(-1, 1, { log: true }), "log from -1"],
    [() => int(0, 8, { log: true }), "log from 0"],
    [() => float(0, NaN), "bounds 0 and NaN"],
    [() => float(-Infinity, 1), "bounds -Infinity and 1"],
    [() => float(1, 2, { log: true, step: 0.1 }), "log and step"],
    [() => float(1, 2, { step: 0 }), "a step of 0"],
    [() => int(1, 2.5), "bounds 1 and 2.5"],
    [() => int(1, 9, { step: 0.5 }), "a step of 0.5"],
    [() => int(1, 9, { log: true, step: 2 }), "log and a step"],
    [() => categorical([]), "no choices"],
    [() => categorical(["a", "a"]), "repeated"],
    [() => categorical([NaN]), "not finite"],
  ];
  for (const [make, part] of cases) assertThrows(make, InputError, part);
});
