import nodeAssert from "node:assert/strict";
import { InputError } from "../core/errors.ts";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { createRandom } from "../core/random.ts";
import {
  completeWorld,
  createProcess,
  createWorld,
  stationaryDeviation,
  WORLD_KINDS,
} from "./world.ts";

const BARS = 200_000;

function moves(kind: typeof WORLD_KINDS[number]): Float64Array {
  const step = createProcess(createWorld(kind), createRandom(11));
  return Float64Array.from({ length: BARS }, () => step().move);
}

function mean(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function autocorrelation(values: Float64Array, lag: number): number {
  const average = mean(values);
  let [cross, square] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    square += (values[i]! - average) ** 2;
    if (i >= lag) cross += (values[i]! - average) * (values[i - lag]! - average);
  }
  return cross / square;
}

/** Three standard errors of a mean of `BARS` numbers of deviation 1. */
const THREE_ERRORS = 3 / Math.sqrt(BARS);

Deno.test("createProcess() gives returns of deviation 1, but for the stated two worlds", () => {
  for (const kind of WORLD_KINDS) {
    const values = moves(kind);
    const variance = mean(values.map((value) => value ** 2)) - mean(values) ** 2;
    const stated = kind === "ou"
      ? 1 + 0.01 * stationaryDeviation(0.1) ** 2
      : kind === "regime"
      ? 1.09
      : 1;
    // Clusters and jumps have fat tails, so their sample variance is wide.
    assertClose(variance, stated, kind === "garch" || kind === "jump" ? 0.06 : 0.015);
  }
});

Deno.test("createProcess() has each world's autocorrelation", () => {
  const ar1 = moves("ar1");
  assertClose(autocorrelation(ar1, 1), 0.2, THREE_ERRORS);
  assertClose(autocorrelation(ar1, 2), 0.04, THREE_ERRORS);
  for (const kind of ["gbm", "jump"] as const) {
    assertClose(autocorrelation(moves(kind), 1), 0, THREE_ERRORS);
  }
  // Cov(r, r') of the regimes is drift² (2 stay − 1)^lag.
  assertClose(autocorrelation(moves("regime"), 1), 0.09 * 0.9 / 1.09, THREE_ERRORS);
  const garch = moves("garch");
  assertClose(autocorrelation(garch, 1), 0, 2 * THREE_ERRORS);
  assert(autocorrelation(garch.map((value) => value ** 2), 1) > 0.1);
});

Deno.test("createProcess() reverts the ou level to its mean", () => {
  const step = createProcess(createWorld("ou", { kappa: 0.1 }), createRandom(5));
  const levels = Float64Array.from({ length: BARS }, () => step().start!);
  assertClose(autocorrelation(levels, 1), 0.9, 0.005);
  assertClose(Math.sqrt(mean(levels.map((level) => level ** 2))), 2.29416, 0.05);
});

Deno.test("createProcess() has fat tails where jumps are", () => {
  const kurtosis = mean(moves("jump").map((value) => value ** 4));
  // 3 (v² + rate · (2 v size² + size⁴)) with v = 1 − rate · size² gives 21.5625.
  assertClose(kurtosis, 3 * (0.75 ** 2 + 0.01 * (2 * 0.75 * 25 + 625)), 2.5);
});

Deno.test("createWorld() refuses unknown worlds, unknown parameters and bad values", () => {
  const bad: readonly (readonly [string, Record<string, number>])[] = [
    ["weather", {}],
    ["ar1", { rho: 0.2 }],
    ["ar1", { phi: 1 }],
    ["ar1", { phi: NaN }],
    ["ou", { kappa: 0 }],
    ["regime", { stay: 0.4 }],
    ["sinusoid", { period: 12.5 }],
    ["garch", { alpha: 0.2 }],
    ["jump", { rate: 0.5 }],
  ];
  for (const [kind, parameters] of bad) {
    nodeAssert.throws(() => createWorld(kind as "ar1", parameters), InputError);
  }
});

Deno.test("completeWorld() keeps what is set and fills in the rest", () => {
  assertEquals(completeWorld({ kind: "sinusoid", noise: 0 }), {
    kind: "sinusoid",
    amplitude: 0.05,
    period: 50,
    noise: 0,
  });
});
