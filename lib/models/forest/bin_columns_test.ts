import { assert, assertEquals } from "../../../tests/assert.ts";
import { createRandom } from "../../core/random.ts";
import { binColumns, type BinnedColumns, MAX_BINS } from "./bin_columns.ts";

function binColumn(values: readonly number[], maxBins: number): BinnedColumns {
  return binColumns(
    {
      rows: values.length,
      columns: 1,
      values: Float32Array.from(values),
      classes: new Int8Array(values.length).fill(1),
      classCount: 2,
    },
    maxBins,
    false,
  );
}

function binsOf(binned: BinnedColumns): number[] {
  return [...binned.cells].filter((_, i) => i % 2 === 1);
}

Deno.test("binColumns() gives each value its bin, in order, when there is room", () => {
  const binned = binColumn([3, -1e30, 0, -0, 3, 1e-45], 4);
  assertEquals(binsOf(binned), [3, 0, 1, 1, 3, 2]);
  assertEquals([...binned.lowest.slice(0, 4)], [-1e30, 0, 1e-45, 3].map(Math.fround));
  assertEquals(binned.lowest, binned.highest);
  assertEquals(binned.cells[0], 1);
});

Deno.test("binColumns() fills its bins about alike when values are many", () => {
  const random = createRandom(1);
  const values = Array.from({ length: 10_000 }, () => Math.fround(random.normal()));
  const binned = binColumn(values, MAX_BINS);
  const bins = binsOf(binned);
  const counts = new Array<number>(MAX_BINS).fill(0);
  for (const bin of bins) counts[bin]!++;
  assert(Math.min(...counts) >= 38 && Math.max(...counts) <= 42);
  values.forEach((value, row) => {
    const bin = bins[row]!;
    assert(value >= binned.lowest[bin]! && value <= binned.highest[bin]!);
    assert(bin === 0 || value > binned.highest[bin - 1]!);
  });
});

Deno.test("binColumns() keeps a heavy value in one bin and spends the rest on the others", () => {
  const values = Array.from({ length: 1_000 }, (_, row) => row < 900 ? 0 : row);
  const bins = binsOf(binColumn(values, 11));
  assert(bins.slice(0, 900).every((bin) => bin === 0));
  assertEquals(bins.at(-1), 10);
});
