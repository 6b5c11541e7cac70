import fc from "fast-check";
import { assertEquals } from "../../tests/assert.ts";
import { detectStampForm, readClock, stampReader } from "./timestamps.ts";

const TIME = Date.UTC(2024, 0, 31, 9, 30);

/** Detects the form of a text and reads it. */
function readStamp(text: string, wanted: "auto" | "s" | "ms" | "us" | "ns" | "iso" = "auto") {
  const form = detectStampForm(text, wanted);
  if (form === null) return null;
  const bytes = new TextEncoder().encode(text);
  return { ...form, time: stampReader(form)(bytes, 0, bytes.length) };
}

Deno.test("detectStampForm() and stampReader() know every written form", () => {
  const date = Date.UTC(2024, 0, 31);
  const table: [string, string, boolean, number][] = [
    ["1706693400", "s", true, TIME],
    ["1706693400000", "ms", true, TIME],
    ["1706693400000000", "us", true, TIME],
    ["1706693400000000000", "ns", true, TIME],
    ["1706693400.0", "s", true, TIME],
    ["-86400", "s", true, -86_400_000],
    ["2024-01-31", "date", false, date],
    ["2024/01/31", "date", false, date],
    ["20240131", "date", false, date],
    ["2024-01-31T09:30:00Z", "iso", true, TIME],
    ["2024-01-31T09:30Z", "iso", true, TIME],
    ["2024-01-31 09:30:00+00:00", "iso", true, TIME],
    ["2024-01-31T04:30:00-05:00", "iso", true, TIME],
    ["2024-01-31T15:00:00+0530", "iso", true, TIME],
    ["2024-01-31 10:30:00+01", "iso", true, TIME],
    ["2024-01-31 09:30:00 UTC", "iso", true, TIME],
    ["2024-01-31T09:30:00.250Z", "iso", true, TIME + 250],
    ["2024-01-31T09:30:00.123456789Z", "iso", true, TIME + 123],
    ["2024-01-31T09:30", "iso", false, TIME],
    ["2024-01-31 09:30:00", "iso", false, TIME],
    ["20240131 09:30:00", "iso", false, TIME],
    ["20240131 093000", "iso", false, TIME],
    ["20240131T0930", "iso", false, TIME],
  ];
  for (const [text, format, zoned, time] of table) {
    assertEquals(readStamp(text), { format, zoned, time } as never, text);
  }
});

Deno.test("detectStampForm() refuses what it cannot know", () => {
  const texts = ["", "abc", "31/01/2024", "01-31-2024", "2024-13-01", "2024-02-30", "2024-1-1"];
  const clocks = [
    "2024-01-31T24:00Z",
    "2024-01-31 09:60",
    "2024-01-31 09:30:61",
    "2024-01-31 9:30",
  ];
  const zones = ["2024-01-31T09:30:00 EST", "2024-01-31T09:30:00+5", "2024-01-31T09:30:00+99:00"];
  for (const text of [...texts, ...clocks, ...zones, "2024-01/31", "2024-01-31T09:30:00."]) {
    assertEquals(readStamp(text), null, text);
  }
});

Deno.test("stampReader() takes an explicit unit over the size of the number", () => {
  assertEquals(readStamp("1706693400", "ms")?.time, 1_706_693_400);
  assertEquals(readStamp("20240131", "s")?.time, 20_240_131_000);
  assertEquals(readStamp("20240131", "iso")?.time, Date.UTC(2024, 0, 31));
});

Deno.test("stampReader() gives NaN for a cell in another form than the column's", () => {
  const bytes = new TextEncoder().encode("2024-01-31T09:30:00Z");
  for (const form of ["s", "ns", "date"] as const) {
    const read = stampReader({ format: form, zoned: form !== "date" });
    assertEquals(read(bytes, 0, bytes.length), NaN, form);
  }
  assertEquals(stampReader({ format: "iso", zoned: false })(bytes, 0, bytes.length), NaN);
});

Deno.test("stampReader() reads every moment that toISOString prints", () => {
  const moments = fc.date({
    min: new Date("0001-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59Z"),
    noInvalidDate: true,
  });
  fc.assert(fc.property(moments, (date) => {
    assertEquals(readStamp(date.toISOString())?.time, date.getTime());
  }));
});

Deno.test("readClock() reads a time of day", () => {
  const read = (text: string): number => {
    const bytes = new TextEncoder().encode(text);
    return readClock(bytes, 0, bytes.length);
  };
  assertEquals(read("09:30"), 34_200_000);
  assertEquals(read("093015"), 34_215_000);
  assertEquals(read("09:30:15.5"), 34_215_500);
  for (const text of ["9:30", "09:3", "25:00", "09:3015", "0930:15", "", "09:30:15.x"]) {
    assertEquals(read(text), NaN, text);
  }
});
