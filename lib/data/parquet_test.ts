import { assert, assertEquals } from "../../tests/assert.ts";
import { inspectBars, type InspectedBars, type LoadOptions } from "./loader.ts";
import { createTestInstrument, withFile } from "../../tests/fixtures/loader_fixture.ts";
import { PYARROW_FILES } from "../../tests/fixtures/pyarrow_files.ts";

const instrument = createTestInstrument("TEST", 0.25);
const FIRST = Date.UTC(2024, 0, 2, 9, 30);

function inspect(
  content: Uint8Array,
  options: Partial<LoadOptions> = {},
  name = "bars.parquet",
): Promise<InspectedBars> {
  return withFile(name, content, (path) => inspectBars(path, { instrument, ...options }));
}

const rules = ({ report }: InspectedBars): string[] =>
  report.problems.map(({ rule, row }) => `${rule} ${row}`);

Deno.test("readParquet() reads what pyarrow wrote, in every time type and compression", async () => {
  for (const [name, base64] of Object.entries(PYARROW_FILES)) {
    if (name === "missingClose") continue;
    const timeZone = name.startsWith("naive") ? { timeZone: "UTC" } : {};
    const result = await inspect(Uint8Array.fromBase64(base64), timeZone);
    assertEquals(rules(result), [], name);
    const bars = result.bars!;
    const step = name === "dates" ? 86_400_000 : 60_000;
    const first = name === "dates" ? Date.UTC(2024, 0, 2) : FIRST;
    assertEquals([...bars.time], [first, first + step], name);
    assertEquals([...bars.open, ...bars.high], [1.5, 1.75, 2, 2.25], name);
    assertEquals([...bars.low, ...bars.close], [1.25, 1.5, 1.75, 2], name);
    assertEquals([...bars.volume], [3, 4], name);
    assertEquals(bars.intervalMs, step);
  }
});

Deno.test("readParquet() reads stamps without a zone as wall-clock time", async () => {
  const bytes = Uint8Array.fromBase64(PYARROW_FILES.naiveMicrosZstd);
  assertEquals(rules(await inspect(bytes)), ["time-zone-missing 1"]);
  const { bars } = await inspect(bytes, { timeZone: "America/New_York" });
  assertEquals(bars!.time[0], Date.UTC(2024, 0, 2, 14, 30));
});

Deno.test("readParquet() names the row of a missing price", async () => {
  const result = await inspect(Uint8Array.fromBase64(PYARROW_FILES.missingClose));
  assertEquals(result.bars, null);
  assertEquals(rules(result), ["empty-cell 2"]);
});

Deno.test("readParquet() never breaks on a damaged file: it names the fault", async () => {
  const bytes = Uint8Array.fromBase64(PYARROW_FILES.utcNanosSnappy);
  assertEquals(rules(await inspect(new Uint8Array())), ["empty-file 0"]);
  assertEquals(rules(await inspect(new TextEncoder().encode("a,b\n1,2\n"))), [
    "unreadable-parquet 0",
  ]);
  for (let length = 1; length < bytes.length; length += 37) {
    assertEquals(rules(await inspect(bytes.slice(0, length))), ["unreadable-parquet 0"]);
  }
  for (let place = 4; place < bytes.length - 8; place += 11) {
    const damaged = bytes.slice();
    damaged[place]! ^= 0xff;
    const { bars, report } = await inspect(damaged);
    assert(bars !== null || report.problems.length > 0);
  }
});
