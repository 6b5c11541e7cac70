import fc from "fast-check";
import { assertEquals } from "../../tests/assert.ts";
import nodeAssert from "node:assert/strict";
import { epochDay, isoDate, wallTimeToUtc, weekday } from "./time_zone.ts";

Deno.test("isoDate() turns epochDay() back", () => {
  fc.assert(fc.property(fc.integer({ min: -10_000, max: 40_000 }), (day) => {
    assertEquals(epochDay(isoDate(day)), day);
  }));
});

Deno.test("epochDay() refuses dates that do not exist", () => {
  for (const text of ["2023-02-29", "2023-1-1", "yesterday", ""]) {
    nodeAssert.throws(() => epochDay(text), RangeError);
  }
});

Deno.test("weekday() names days before and after 1970", () => {
  assertEquals(["1969-12-28", "1970-01-01", "2024-06-09"].map((d) => weekday(epochDay(d))), [
    0,
    4,
    0,
  ]);
});

Deno.test("wallTimeToUtc() follows daylight saving on the days clocks change", () => {
  const chicago = (date: string, hour: number): string =>
    new Date(wallTimeToUtc("America/Chicago", epochDay(date), hour * 60)).toISOString();
  assertEquals(chicago("2024-03-09", 17), "2024-03-09T23:00:00.000Z");
  assertEquals(chicago("2024-03-10", 17), "2024-03-10T22:00:00.000Z");
  assertEquals(chicago("2024-11-03", 17), "2024-11-03T23:00:00.000Z");
  assertEquals(chicago("2024-11-04", -7), "2024-11-03T23:00:00.000Z");
});
