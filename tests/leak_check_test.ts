import { throws as assertThrows } from "node:assert/strict";
import { type Bars, closeReturns } from "../lib/market/bars.ts";
import { fitLogisticWeights, logisticProbability } from "../lib/blend/logistic_weights.ts";
import { exponentialVolatility } from "../lib/statistics/volatility.ts";
import { assert, assertEquals } from "./assert.ts";
import { createRandom } from "../lib/core/random.ts";
import {
  barsProbe,
  checkLeaks,
  describeLeak,
  type LeakProbe,
  type PipelineOutput,
} from "../lib/evaluation/leak_check/leak_check.ts";
import { randomBars } from "./fixtures/engine_fixture.ts";

const ROWS = 400;
/** Where training ends. */
const TRAIN = 250;
const HORIZON = 5;

type Column = (bars: Bars) => ArrayLike<number>;

function column(name: string, make: Column): (bars: Bars) => PipelineOutput[] {
  return (bars) => [{ name, columns: ["value"], values: make(bars) }];
}

function movingAverage(close: Float64Array, from: number, until: number): Float64Array {
  return close.map((_, row) => {
    const window = close.subarray(Math.max(0, row + from), row + until + 1);
    return window.reduce((sum, value) => sum + value, 0) / window.length;
  });
}

function standardise(values: Float64Array, fitted: Float64Array): Float64Array {
  const mean = fitted.reduce((sum, value) => sum + value, 0) / fitted.length;
  const variance = fitted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / fitted.length;
  return values.map((value) => (value - mean) / Math.sqrt(variance));
}

/** Momentum of the last bars, known at each close. */
function momentum({ close }: Bars): Float64Array {
  return close.map((price, row) => row < 3 ? 0 : price / close[row - 3]! - 1);
}

function label({ close }: Bars, row: number): 0 | 1 {
  return close[row + HORIZON]! > close[row]! ? 1 : 0;
}

/** Fits on some rows and predicts all of them. */
function predict(bars: Bars, train: readonly number[]): Float64Array {
  const feature = momentum(bars);
  const known = train.filter((row) => row + HORIZON < bars.length);
  const inputs = Float64Array.from(known, (row) => 100 * feature[row]!);
  const line = fitLogisticWeights(inputs, 1, Uint8Array.from(known, (row) => label(bars, row)));
  return feature.map((value) => logisticProbability(line, [100 * value]));
}

function range(from: number, until: number): number[] {
  return Array.from({ length: until - from }, (_, i) => from + i);
}

/** Days of 20 bars. */
function dayOf(row: number): number {
  return Math.floor(row / 20);
}

const PLANTED: Readonly<Record<string, Column>> = {
  "a centred window": ({ close }) => movingAverage(close, -5, 5),
  "a scaler fitted on all rows": ({ close }) => standardise(close, close),
  "labels that overlap the end of training": (bars) =>
    predict(bars, range(3, Math.min(TRAIN, bars.length))),
  "target encoding over all rows": (bars) => {
    const hits = [0, 0], rows = [0, 0];
    for (let row = 0; row + HORIZON < bars.length; row++) {
      rows[row % 2]!++;
      hits[row % 2]! += label(bars, row);
    }
    return bars.close.map((_, row) => hits[row % 2]! / rows[row % 2]!);
  },
  "the close of the next bar": ({ close }) =>
    close.map((price, row) => (close[row + 1] ?? price) / price - 1),
  "shuffled folds": (bars) => {
    const random = createRandom(5);
    const fold = Array.from({ length: ROWS }, () => random.integer(4));
    const rows = range(3, bars.length);
    const byFold = [0, 1, 2, 3].map((k) => predict(bars, rows.filter((row) => fold[row] !== k)));
    return bars.close.map((_, row) => byFold[fold[row]!]![row]!);
  },
  "gaps filled backwards": ({ close }) =>
    close.map((price, row) => row % 7 === 3 ? close[row + 1] ?? price : price),
  "the day's close on all its bars": ({ close }) =>
    close.map((_, row) => close[Math.min(close.length - 1, dayOf(row) * 20 + 19)]!),
  "a threshold from the whole sample": ({ close }) => {
    const middle = close.toSorted()[close.length >> 1]!;
    return close.map((price) => price - middle);
  },
  "ranks over the whole sample": ({ close }) =>
    close.map((price) => close.filter((other) => other < price).length),
  "the day's high before it was made": ({ high }) =>
    high.map((_, row) => Math.max(...high.subarray(dayOf(row) * 20, dayOf(row) * 20 + 20))),
  "turning points marked where they were": ({ close }) =>
    close.map((price, row) => {
      const around = close.subarray(Math.max(0, row - 4), row + 5);
      return price === Math.max(...around) ? 1 : 0;
    }),
};

const CLEAN: Readonly<Record<string, Column>> = {
  "a trailing window": ({ close }) => movingAverage(close, -10, 0),
  "a scaler fitted on the training rows": ({ close }) => standardise(close, close.subarray(0, 20)),
  "labels purged at the end of training": (bars) =>
    bars.length < TRAIN
      ? new Float64Array(bars.length)
      : predict(bars, range(3, TRAIN - HORIZON)).map((p, row) => row < TRAIN ? 0 : p),
  "an expanding mean of the label": (bars) => {
    let hits = 0;
    return bars.close.map((_, row) => {
      if (row >= HORIZON) hits += label(bars, row - HORIZON);
      return hits / Math.max(1, row - HORIZON + 1);
    });
  },
  "volatility of returns": (bars) => exponentialVolatility(closeReturns(bars), 20),
  "gaps filled forwards": ({ close }) =>
    close.map((price, row) => row % 7 === 3 ? close[row - 1]! : price),
  "yesterday's close": ({ close }) =>
    close.map((_, row) => dayOf(row) === 0 ? NaN : close[dayOf(row) * 20 - 1]!),
  "the day's high so far": ({ high }) =>
    high.map((_, row) => Math.max(...high.subarray(dayOf(row) * 20, row + 1))),
};

function probeOf(name: string, make: Column, seed: number): LeakProbe<Bars> {
  return {
    ...barsProbe(randomBars(seed, ROWS), column(name, make)),
    boundaries: [TRAIN],
  };
}

for (const [name, make] of Object.entries(PLANTED)) {
  Deno.test(`checkLeaks() catches ${name}`, () => {
    for (const seed of [1, 2, 3]) {
      const { leaks } = checkLeaks(probeOf(name, make, seed), { from: 10, seed });
      assert(leaks.length > 0, `seed ${seed} was missed`);
      assertEquals(leaks[0]!.output, name);
      assert(leaks.every(({ end, row }) => row < end));
    }
  });
}

for (const [name, make] of Object.entries(CLEAN)) {
  Deno.test(`checkLeaks() raises no alarm on ${name}`, () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const report = checkLeaks(probeOf(name, make, seed), { from: 25, seed });
      assertEquals(report.leaks.map(describeLeak), []);
      assert(report.compared > 1_000);
    }
  });
}

/** A series whose values are published first and revised three rows later. */
interface Vintages {
  readonly first: Float64Array;
  readonly final: Float64Array;
  /** Rows known. */
  readonly length: number;
}

function vintageProbe(
  read: (data: Vintages, row: number, at: number) => number,
): LeakProbe<Vintages> {
  const random = createRandom(9);
  const first = Float64Array.from({ length: ROWS }, () => random.normal());
  const final = first.map((value) => value + random.normal());
  return {
    data: { first, final, length: ROWS },
    rows: ROWS,
    run: (data) => [{
      name: "macro",
      columns: ["value"],
      values: Float64Array.from({ length: data.length }, (_, row) => read(data, row, row)),
    }],
    // What was not yet revised then shows its first release.
    truncate: (data, end) => ({
      first: data.first.slice(0, end),
      final: data.final.slice(0, end).map((value, row) => row + 3 < end ? value : data.first[row]!),
      length: end,
    }),
    mutate: (data, end) => ({
      ...data,
      first: data.first.map((value, row) => row < end ? value : -value),
      final: data.final.map((value, row) => row + 3 < end ? value : -value),
    }),
  };
}

Deno.test("checkLeaks() catches revised data and passes the first release", () => {
  assert(checkLeaks(vintageProbe(({ final }, row) => final[row]!)).leaks.length > 0);
  assertEquals(checkLeaks(vintageProbe(({ first }, row) => first[row]!)).leaks, []);
  const old = vintageProbe(({ final }, row) => row < 3 ? 0 : final[row - 3]!);
  assertEquals(checkLeaks(old).leaks, []);
});

Deno.test("checkLeaks() tells a pipeline that is not repeatable from one that looks ahead", () => {
  const random = createRandom(1);
  const { leaks } = checkLeaks(
    probeOf("noise", ({ close }) => close.map(() => random.normal()), 1),
  );
  assertEquals(leaks.map(({ kind }) => kind), ["rerun"]);
  assert(describeLeak(leaks[0]!).endsWith("when the same data were run again"));
});

Deno.test("checkLeaks() counts a missing row as a change and refuses data too short to cut", () => {
  const { leaks } = checkLeaks(probeOf("late", ({ close }) => close.slice(0, -30), 1));
  assert(leaks.some(({ after, kind }) => kind === "truncate" && Number.isNaN(after)));
  assertThrows(() => checkLeaks(probeOf("x", ({ close }) => close, 1), { from: ROWS }), RangeError);
});
