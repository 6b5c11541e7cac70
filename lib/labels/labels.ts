import type { Bars } from "../market/mod.ts";
import type { Labels } from "./label_columns.ts";
import type { LabelKind, LabelSpec } from "./label_kind.ts";
import { LABEL_KINDS, labelKindOf } from "./label_kinds.ts";
import { labelPath } from "./label_path.ts";

/** Class index of a fall, of nothing worth its cost, and of a rise. */
const DOWN = 0, FLAT = 1, UP = 2, UNKNOWN = -1;

/**
 * Labels each row with what a position decided at its close would have earned.
 *
 * Entry is the open of the next bar. The exit depends on the kind: the open `horizonBars` after
 * the entry; the first barrier touched, and that open if none is; or the open at the end of the
 * window in which the trend is clearest. The class is up or down when the outcome exceeds the
 * round-trip cost, sign aside, else flat; a trend below `tValue` or against the outcome is flat.
 * A row is labelled as soon as its exit is known, and never changes after that.
 *
 * @param costTicks cost of one lot in and out, in ticks: fees and slippage of both sides
 * @param kinds where the spec's kind is looked up
 * @throws {InputError} when there is no such kind
 * @throws {RangeError} when `costTicks` is negative or not a number
 * @example
 * ```ts
 * import { createLabels } from "./labels.ts";
 * import { findInstrument } from "../market/instruments.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const price = Float64Array.of(100, 100, 101, 100);
 * const bars = {
 *   instrument: findInstrument("ES"),
 *   intervalMs: 60_000,
 *   length: 4,
 *   time: Float64Array.of(0, 60_000, 120_000, 180_000),
 *   open: price,
 *   high: price,
 *   low: price,
 *   close: price,
 *   volume: new Float64Array(4),
 * };
 * const labels = createLabels(bars, { kind: "fixed-horizon", horizonBars: 1 }, 2);
 * assertEquals([...labels.classes], [2, 0, -1, -1]);
 * assertEquals(labels.outcome[0], 0.01);
 * assertEquals(labels.end[0], 2);
 * ```
 */
export function createLabels(
  bars: Bars,
  spec: LabelSpec,
  costTicks: number,
  kinds: readonly LabelKind[] = LABEL_KINDS,
): Labels {
  if (!(costTicks >= 0)) {
    throw new RangeError(`Cannot label as a cost is 0 or more: current value is ${costTicks}`);
  }
  const path = labelPath(bars);
  const kind = labelKindOf(spec.kind, kinds);
  const exitOf = kind.exits(bars, path, spec);
  const labels = emptyLabels(bars.length, kind.horizonOf(spec));
  const costPrice = costTicks * bars.instrument.tickSize;
  for (let row = 0; row + 1 < bars.length; row++) {
    const entry = path.open[row + 1]!;
    const base = path.base[row + 1]!;
    // Nothing can be a fraction of a price of zero or below.
    if (!(base > 0)) continue;
    labels.cost[row] = costPrice / bars.open[row + 1]!;
    const exit = exitOf(row);
    if (exit === null) continue;
    const outcome = (exit.price - entry) / base;
    labels.outcome[row] = outcome;
    labels.end[row] = exit.end;
    labels.classes[row] = classOf(outcome, labels.cost[row]!, exit.direction);
  }
  return labels;
}

function emptyLabels(length: number, horizonBars: number): Labels {
  const rows = Int32Array.from({ length }, (_, row) => row);
  return {
    classes: new Int8Array(length).fill(UNKNOWN),
    start: rows,
    end: rows.slice(),
    outcome: new Float64Array(length).fill(NaN),
    cost: new Float64Array(length).fill(NaN),
    horizonBars,
  };
}

/** `direction` limits the class to a rise (1), a fall (-1) or neither (0). */
function classOf(outcome: number, cost: number, direction: number | undefined): number {
  if (outcome > cost) return direction === undefined || direction > 0 ? UP : FLAT;
  if (outcome < -cost) return direction === undefined || direction < 0 ? DOWN : FLAT;
  return FLAT;
}
