import { throws as assertThrows } from "node:assert/strict";
import fc from "fast-check";
import {
  anyEntry,
  anySpec,
  barAt,
  CONTEXT,
  EVERY_FEATURE,
  marketBars,
} from "../../tests/fixtures/market_fixture.ts";
import type { Bars, Continuous } from "../market/bars.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { createFeatureStream, type FeatureState, type FeatureStream } from "./feature_stream.ts";
import {
  DEFAULT_FEATURES,
  type FeatureDefinition,
  FEATURES,
  type FeatureSpec,
} from "./features.ts";
import { computeFeatures } from "./features.ts";
import { lookbackBars } from "./feature_spec.ts";

const METHODS: readonly (Continuous["method"] | undefined)[] = [undefined, "difference", "ratio"];

function marketOf(seed: number, length: number, method?: Continuous["method"]): Bars {
  return marketBars(seed, { length, ...(method === undefined ? {} : { method }) });
}

function streamOf(spec: FeatureSpec, { continuous, intervalMs }: Bars): FeatureStream {
  const method = continuous === undefined ? {} : { method: continuous.method };
  return createFeatureStream(spec, { ...CONTEXT, intervalMs, ...method });
}

/** Goes on in a stream of its own with nothing but the text of what the other one saved. */
function revived(stream: FeatureStream, spec: FeatureSpec, bars: Bars): FeatureStream {
  const next = streamOf(spec, bars);
  next.restore(JSON.parse(JSON.stringify(stream.save())));
  return next;
}

/** Kills and revives a stream before each of the rows and compares all that it writes. */
function requireSameAfterKills(spec: FeatureSpec, bars: Bars, kills: readonly number[]): void {
  const { columns, firstValidRow, values } = computeFeatures(bars, spec, CONTEXT);
  let stream = streamOf(spec, bars);
  for (let row = 0; row < bars.length; row++) {
    if (kills.includes(row)) stream = revived(stream, spec, bars);
    const written = stream.push(barAt(bars, row));
    const start = row * columns.length;
    const expected = row < firstValidRow ? null : values.slice(start, start + columns.length);
    assertEquals(
      written && new Uint8Array(written.buffer),
      expected && new Uint8Array(expected.buffer),
    );
  }
}

for (const definition of FEATURES) {
  Deno.test(`${definition.name} killed and restored at any bar writes the same bytes`, () => {
    const kills = fc.uniqueArray(fc.integer({ min: 0, max: 129 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        anyEntry(definition),
        fc.integer(),
        fc.constantFrom(...METHODS),
        kills,
        (entry, seed, method, kills) => {
          requireSameAfterKills({ features: [entry] }, marketOf(seed, 130, method), kills);
        },
      ),
      { numRuns: 25 },
    );
  });
}

Deno.test("a stream of many features is saved before its first bar, after every bar, twice", () => {
  const bars = marketOf(4, 130, "ratio");
  const everyRow = Array.from({ length: bars.length }, (_, row) => row);
  for (const spec of [DEFAULT_FEATURES, EVERY_FEATURE]) requireSameAfterKills(spec, bars, everyRow);
  fc.assert(
    fc.property(anySpec(), fc.integer(), (spec, seed) => {
      requireSameAfterKills(spec, marketOf(seed, 60), [0, 7, 8, 31, 59]);
    }),
    { numRuns: 25 },
  );
});

Deno.test("saving changes nothing, and what is saved does not change later", () => {
  const bars = marketOf(9, 200);
  const stream = streamOf(EVERY_FEATURE, bars);
  for (let row = 0; row < 150; row++) stream.push(barAt(bars, row));
  const saved = stream.save();
  const copy = structuredClone(saved);
  assertEquals(stream.save(), saved);
  const written = stream.push(barAt(bars, 150));
  assertEquals(saved, copy);
  stream.restore(saved);
  assertEquals(stream.push(barAt(bars, 150)), written);
});

Deno.test("a state of other features, other bars or damaged is refused in one line", () => {
  const bars = marketOf(1, 30);
  const spec = { features: [{ feature: "rsi" }] };
  const stream = streamOf(spec, bars);
  const saved = stream.save();
  const cases: readonly [Partial<FeatureState>, RegExp][] = [
    [{ columns: ["rsi_15"] }, /^feature state: Cannot restore features of other columns: .*rsi_15/],
    [{ intervalMs: 60_000 }, /other intervalMs: 60000 was saved/],
    [{ method: "ratio" }, /other method: "ratio" was saved/],
    [{ numbers: saved.numbers.slice(0, -12) }, /numbers as \d+ are kept/],
    [{ numbers: "äöü" }, /not base64/],
  ];
  for (const [wrong, message] of cases) {
    const restore = () => stream.restore({ ...saved, ...wrong });
    assertThrows(restore, { name: "InputError", message });
  }
});

/** Rows of a stream that started `lookbackBars` before them, beside those of one that saw it all. */
function* lateStarts(
  definition: FeatureDefinition,
  bars: Bars,
): Generator<{ late: number; full: number }> {
  for (const share of [1, 1 / 3]) {
    const { defaultPeriods, minimumPeriod, name } = definition;
    const periods = defaultPeriods.map((bars) => Math.max(minimumPeriod, Math.round(bars * share)));
    const spec = {
      features: [{ feature: name, ...(periods.length === 0 ? {} : { periods: [periods] }) }],
    };
    const { values } = computeFeatures(bars, spec, CONTEXT);
    const lookback = lookbackBars(spec, bars.intervalMs);
    for (let start = 1; start + lookback < bars.length; start += 101) {
      const stream = streamOf(spec, bars);
      const end = Math.min(bars.length, start + lookback + 8);
      for (let row = start; row < end; row++) {
        const written = stream.push(barAt(bars, row));
        if (row >= start + lookback) yield { late: written![0]!, full: values[row]! };
      }
    }
  }
}

/** Number of float32 between two. */
function float32Steps(a: number, b: number): number {
  const [x, y] = [a, b].map((value) => {
    const bits = new Int32Array(Float32Array.of(value).buffer)[0]!;
    return bits < 0 ? -(bits & 0x7fff_ffff) : bits;
  });
  return Math.abs(x! - y!);
}

for (const definition of FEATURES) {
  Deno.test(`${definition.name} depends on no bar older than its look-back`, () => {
    let rows = 0, differing = 0, largest = 0;
    const errors: number[] = [];
    for (const method of METHODS) {
      const bars = marketOf(11, 10_000, method);
      for (const { late, full } of lateStarts(definition, bars)) {
        rows++;
        largest = Math.max(largest, Math.abs(full));
        if (Object.is(late, full)) continue;
        differing++;
        if (definition.lookback === undefined) errors.push(Math.abs(late - full));
        else assert(float32Steps(late, full) <= 2, `${late} and ${full}`);
      }
    }
    assert(rows > 1_000, `only ${rows} rows`);
    // Where blocks of a window begin moves its sums by their rounding: seen where a value is zero.
    if (definition.lookback === undefined) assert(errors.every((error) => error < 1e-11 * largest));
    else assert(differing / rows < 0.001, `${differing} of ${rows} rows`);
  });
}
