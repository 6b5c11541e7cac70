import fc from "fast-check";
import { type Bars, sliceBars } from "../market/bars.ts";
import { InputError } from "../core/errors.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { loadBars } from "./loader.ts";
import { createTestInstrument, withFile } from "../../tests/fixtures/loader_fixture.ts";
import { writeBars } from "./write.ts";

const instrument = createTestInstrument("TEST", 0.25, "future");
const MINUTE_MS = 60_000;

/** Any doubles that can be prices: the writer must keep every bit. */
const price = fc.double({ noNaN: true, min: 1e-9, max: 4e7 });

const someBars: fc.Arbitrary<Bars> = fc
  .array(
    fc.record({ low: price, high: price, volume: fc.nat(), step: fc.nat(3), roll: fc.nat(9) }),
    {
      minLength: 1,
      maxLength: 20,
    },
  )
  .chain((rows) =>
    fc.record({
      rows: fc.constant(rows),
      start: fc.integer({ min: -1e12, max: 4e12 }),
      interest: fc.boolean(),
      method: fc.constantFrom("difference", "ratio", null),
    })
  )
  .map(({ rows, start, interest, method }) => {
    const low = Float64Array.from(rows, (row) => Math.min(row.low, row.high));
    const high = Float64Array.from(rows, (row) => Math.max(row.low, row.high));
    let time = start - MINUTE_MS;
    let contract = -1;
    const contracts = Int32Array.from(
      rows,
      (row) => row.roll === 0 || contract < 0 ? ++contract : contract,
    );
    return {
      instrument,
      intervalMs: MINUTE_MS,
      length: rows.length,
      time: Float64Array.from(rows, (row) => time += MINUTE_MS * (1 + row.step)),
      open: low,
      high,
      low,
      close: high,
      volume: Float64Array.from(rows, (row) => row.volume),
      ...(interest ? { openInterest: Float64Array.from(rows, (row) => row.volume * 2) } : {}),
      ...(method === null ? {} : {
        continuous: {
          method,
          adjustment: Float64Array.from(rows, (row) => row.high / 3),
          contract: contracts,
          contracts: Array.from({ length: contract + 1 }, (_, i) => `Z, "${i}"`),
          ...(interest ? {} : {
            entries: Array.from(
              { length: contract + 1 },
              (_, i) =>
                i === 0
                  ? null
                  : { rule: "open-interest", fromPrice: -rows[0]!.low, toPrice: 1e-7 * i },
            ),
          }),
        },
      }),
    };
  });

for (const ending of ["csv", "parquet"]) {
  Deno.test(`writeBars() and loadBars() give back equal bars through .${ending}`, async () => {
    await withFile(`bars.${ending}`, "", async (path) => {
      await fc.assert(
        fc.asyncProperty(someBars, async (bars) => {
          await writeBars(bars, path);
          assertEquals((await loadBars(path, { instrument, intervalMs: MINUTE_MS })).bars, bars);
        }),
        { numRuns: 60 },
      );
    });
  });

  Deno.test(`writeBars() writes the same bytes twice and a cut piece to .${ending}`, async () => {
    const [bars] = fc.sample(someBars.filter((some) => some.length > 5), { numRuns: 1, seed: 1 });
    await withFile(`bars.${ending}`, "", async (path) => {
      await writeBars(bars!, path);
      const first = await Deno.readFile(path);
      await writeBars(bars!, path);
      assertEquals(await Deno.readFile(path), first);
      const piece = sliceBars(bars!, 2, 5);
      await writeBars(piece, path);
      const loaded = (await loadBars(path, { instrument, intervalMs: MINUTE_MS })).bars;
      assertEquals([...loaded.close], [...piece.close]);
    });
  });
}

Deno.test("writeBars() leaves no half-written file and names what is wrong", async () => {
  const [bars] = fc.sample(someBars, { numRuns: 1, seed: 1 });
  await withFile("kept.csv", "kept", async (path) => {
    for (const target of [`${path}.txt`, `${path}/../absent/bars.csv`]) {
      await writeBars(bars!, target).then(
        () => assert(false, "wrote an impossible file"),
        (error) => assert(error instanceof InputError, String(error)),
      );
    }
    const names = Array.from(Deno.readDirSync(path.replace(/[^/]*$/, "")), (entry) => entry.name);
    assertEquals(names, ["kept.csv"]);
  });
});
