import { assertEquals } from "../../tests/assert.ts";
import { readCsv } from "./csv.ts";
import { createProblemLog } from "./problems.ts";
import { commonStep, toUtcColumn } from "./time_column.ts";

/** Reads stamps as the time column of a file; gives UTC as ISO texts and what was found. */
function convert(stamps: string[], timeZone?: string, name = "time") {
  const rows = stamps.map((stamp) => `${stamp},1,1,1,1\n`).join("");
  const log = createProblemLog();
  const bytes = new TextEncoder().encode(`${name},o,h,l,c\n${rows}`);
  const table = readCsv(bytes, { columns: {}, timeFormat: "auto" }, log)!;
  const notes: string[] = [];
  const column = toUtcColumn(table, timeZone, log, notes);
  const time = column === null
    ? null
    : Array.from(column.time, (t) => Number.isNaN(t) ? null : new Date(t).toISOString());
  const found = log.problems.map(({ rule, row }) => `${rule} ${row}`);
  return { time, found, notes, timeZone: column?.timeZone };
}

Deno.test("toUtcColumn() turns wall-clock stamps into UTC, summer and winter", () => {
  const { time, found } = convert(["2024-01-02T09:30", "2024-07-02T09:30"], "America/New_York");
  assertEquals(time, ["2024-01-02T14:30:00.000Z", "2024-07-02T13:30:00.000Z"]);
  assertEquals(found, []);
});

Deno.test("toUtcColumn() demands a zone for wall-clock stamps only", () => {
  const intraday = ["2024-01-02 09:30", "2024-01-02 09:31"];
  assertEquals(convert(intraday).found, ["time-zone-missing 2"]);
  assertEquals(convert(intraday, undefined, "timestamp_utc").found, []);
  assertEquals(convert(intraday, "UTC").time?.[0], "2024-01-02T09:30:00.000Z");
  assertEquals(convert(["2024-01-02T09:30Z"]).time, ["2024-01-02T09:30:00.000Z"]);
  assertEquals(convert(["1704187800"]).time, ["2024-01-02T09:30:00.000Z"]);
  assertEquals(convert(["2024-01-02"]).time, ["2024-01-02T00:00:00.000Z"]);
  assertEquals(convert(["2024-01-02 00:00:00", "2024-01-03 00:00:00"]).found, []);
});

Deno.test("toUtcColumn() lets a named zone win over the column name and says so", () => {
  const { time, notes } = convert(["2024-01-02 09:30"], "America/New_York", "time_utc");
  assertEquals(time, ["2024-01-02T14:30:00.000Z"]);
  assertEquals(notes.length, 1);
  assertEquals(convert(["2024-01-02T09:30Z"], "America/New_York").notes.length, 1);
});

Deno.test("toUtcColumn() reports a reading that clocks skip", () => {
  const { time, found } = convert(["2024-03-10 01:30", "2024-03-10 02:30"], "America/New_York");
  assertEquals(time, ["2024-03-10T06:30:00.000Z", null]);
  assertEquals(found, ["nonexistent-time 3"]);
});

Deno.test("toUtcColumn() resolves the repeated hour by order when the file repeats it", () => {
  const halfHours = ["00:30", "01:00", "01:30", "01:00", "01:30", "02:00"];
  const { time, found } = convert(halfHours.map((t) => `2024-11-03 ${t}`), "America/New_York");
  assertEquals(found, []);
  assertEquals(
    time?.map((t) => t?.slice(11, 16)),
    ["04:30", "05:00", "05:30", "06:00", "06:30", "07:00"],
  );
});

Deno.test("toUtcColumn() names the repeated hour when the file has it once", () => {
  const hours = ["2024-11-03 00:00", "2024-11-03 01:00", "2024-11-03 02:00"];
  const { time, found } = convert(hours, "America/New_York");
  assertEquals(time?.[1], "2024-11-03T05:00:00.000Z");
  assertEquals(found, ["ambiguous-time 3"]);
});

Deno.test("commonStep() is the most common step, the shorter of two", () => {
  assertEquals(commonStep(Float64Array.of(0, 1, 2, 5, 6)), 1);
  assertEquals(commonStep(Float64Array.of(0, 3, 4, 7, 8)), 1);
  assertEquals(commonStep(Float64Array.of(0, 5, NaN, 7, 12, 9)), 5);
  assertEquals(commonStep(Float64Array.of(9, 7, 5, 4)), 2);
  assertEquals(commonStep(Float64Array.of(3, 3)), null);
  assertEquals(commonStep(Float64Array.of(3)), null);
});
