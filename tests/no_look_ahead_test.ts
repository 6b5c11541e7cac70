import { type Bars, sliceBars } from "../lib/market/bars.ts";
import type { Labels } from "../lib/labels/label_columns.ts";
import { combinatorialPurged, holdoutSplit, purgedWalkForward } from "../lib/labels/folds.ts";
import { computeFeatures, FEATURES, type FeatureSpec } from "../lib/features/features.ts";
import { createLabels } from "../lib/labels/labels.ts";
import { DEFAULT_LABELS, LABEL_KINDS } from "../lib/labels/label_kinds.ts";
import type { LabelSpec } from "../lib/labels/label_kind.ts";
import { fitScaler, type ScalingMethod } from "../lib/models/scaler.ts";
import { gatherWeights, uniquenessWeights } from "../lib/labels/uniqueness.ts";
import { assert, assertEquals } from "./assert.ts";
import { createRandom } from "../lib/core/random.ts";
import { CONTEXT, EVERY_FEATURE, marketBars, withOtherFuture } from "./fixtures/market_fixture.ts";

const LENGTH = 260;
const COST_TICKS = 3;

/** Numbers computed from bars, row by row. */
interface RowValues {
  readonly width: number;
  /** Row-major `[rows, width]`. */
  readonly values: ArrayLike<number>;
  /** The row at whose close each row is known; the row itself when absent, -1 for never. */
  readonly knownAt?: ArrayLike<number>;
}

/** Turns bars into numbers that must not depend on what comes later. */
type Computation = (bars: Bars) => RowValues;

/**
 * The rows known at the close of bar `last` that change, by a bit, when all later bars are cut
 * off or replaced by others.
 */
function rowsThatSeeBeyond(bars: Bars, last: number, compute: Computation): number[] {
  const whole = compute(bars);
  const others = [sliceBars(bars, 0, last + 1), withOtherFuture(bars, last + 1, last)].map(compute);
  const { width, values } = whole;
  const changed: number[] = [];
  for (let row = 0; row <= last; row++) {
    const known = whole.knownAt?.[row] ?? row;
    if (known < 0 || known > last) continue;
    const isSame = (other: RowValues): boolean => {
      for (let at = row * width; at < (row + 1) * width; at++) {
        if (!Object.is(values[at], other.values[at])) return false;
      }
      return true;
    };
    if (!others.every(isSame)) changed.push(row);
  }
  return changed;
}

function assertNoLookAhead(name: string, compute: Computation): void {
  const random = createRandom(11);
  for (const method of [undefined, "difference", "ratio"] as const) {
    const bars = marketBars(5, { length: LENGTH, ...(method === undefined ? {} : { method }) });
    for (let trial = 0; trial < 12; trial++) {
      const last = 1 + random.integer(LENGTH - 2);
      assertEquals(rowsThatSeeBeyond(bars, last, compute), [], `${name} sees beyond bar ${last}`);
    }
  }
}

function features(spec: FeatureSpec): Computation {
  return (bars) => {
    const { columns, values } = computeFeatures(bars, spec, CONTEXT);
    return { width: columns.length, values };
  };
}

function labels(spec: LabelSpec): Computation {
  return (bars) => {
    const { classes, start, end, outcome, cost } = createLabels(bars, spec, COST_TICKS);
    const columns = [classes, start, end, outcome, cost];
    return {
      width: columns.length,
      values: Array.from(classes, (_, row) => columns.map((column) => column[row]!)).flat(),
      knownAt: end.map((row, index) => classes[index]! < 0 ? -1 : row),
    };
  };
}

for (const [index, { name }] of FEATURES.entries()) {
  Deno.test(`feature ${name} is the same whatever comes later`, () => {
    const entry = EVERY_FEATURE.features[index]!;
    assertEquals(entry.feature, name);
    assertNoLookAhead(name, features({ features: [{ ...entry, lags: [0, 1, 4] }] }));
  });
}

for (const { defaults, kind } of LABEL_KINDS) {
  Deno.test(`label ${kind} is the same whatever comes after its end`, () => {
    assertNoLookAhead(kind, labels(defaults));
  });
}

Deno.test("the test finds features that see one bar ahead, and labels that end too late", () => {
  const bars = marketBars(5, { length: LENGTH });
  const centredAverage: Computation = ({ close }) => ({
    width: 1,
    values: close.map((price, row) => price + (close[row - 1] ?? NaN) + (close[row + 1] ?? NaN)),
  });
  assertEquals(rowsThatSeeBeyond(bars, 100, centredAverage), [100]);

  const scaledByWholeSeries: Computation = ({ close }) => {
    const mean = close.reduce((sum, price) => sum + price, 0) / close.length;
    return { width: 1, values: close.map((price) => price - mean) };
  };
  assertEquals(rowsThatSeeBeyond(bars, 100, scaledByWholeSeries).length, 101);

  const endsOneBarEarly: Computation = (bars) => {
    const honest = labels(DEFAULT_LABELS)(bars);
    const knownAt = Array.from(honest.knownAt!, (row) => row < 0 ? row : row - 1);
    return { ...honest, knownAt };
  };
  assertEquals(rowsThatSeeBeyond(bars, 100, endsOneBarEarly), [80]);
});

/** Everything that a fit on these rows reads, as one list of numbers. */
function whatAFitReads(bars: Bars, labels: Labels, train: Int32Array): number[] {
  const frame = computeFeatures(bars, EVERY_FEATURE, CONTEXT);
  const width = frame.columns.length;
  const scalers = (["standard", "robust"] satisfies ScalingMethod[])
    .map((method) => fitScaler(frame, train, method));
  return [
    ...[...train].flatMap((row) => [...frame.values.subarray(row * width, (row + 1) * width)]),
    ...[...train].flatMap((row) => [labels.classes[row]!, labels.outcome[row]!, labels.end[row]!]),
    ...scalers.flatMap(({ center, scale }) => [...center, ...scale]),
    ...gatherWeights(uniquenessWeights(labels, bars), train),
  ];
}

for (const { defaults, kind } of LABEL_KINDS) {
  Deno.test(`a fit on a walk-forward fold of ${kind} labels reads nothing of its test`, () => {
    const bars = marketBars(9, { length: LENGTH, method: "difference" });
    const original = createLabels(bars, defaults, COST_TICKS);
    const firstRow = computeFeatures(bars, EVERY_FEATURE, CONTEXT).firstValidRow;
    const folds = purgedWalkForward(original, { folds: 3, embargoBars: 2, firstRow });
    const held = holdoutSplit(original, folds.at(-1)!.train, 0.3, 2);
    const splits = [...folds, { train: held.earlier, test: held.later }];
    for (const { train, test } of splits) {
      const altered = withOtherFuture(bars, test[0]!, 3);
      const other = createLabels(altered, defaults, COST_TICKS);
      assertEquals(
        whatAFitReads(altered, other, train),
        whatAFitReads(bars, original, train),
      );
      // One row more than the purge allows is seen through its label.
      const leaky = Int32Array.of(...train, test[0]! - 1);
      assert(!isSame(whatAFitReads(altered, other, leaky), whatAFitReads(bars, original, leaky)));
    }
  });

  Deno.test(`no training label of a combinatorial fold meets a test label of ${kind}`, () => {
    const bars = marketBars(9, { length: LENGTH });
    const original = createLabels(bars, defaults, COST_TICKS);
    const { start, end } = original;
    const embargoBars = 5;
    for (const fold of combinatorialPurged(original, { groups: 4, testGroups: 2, embargoBars })) {
      for (const train of fold.train) {
        for (const test of fold.test) {
          assert(end[train]! < start[test]! || start[train]! > end[test]! + embargoBars);
        }
      }
    }
  });
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
