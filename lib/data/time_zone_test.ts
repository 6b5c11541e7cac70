import fc from "fast-check";
import { InputError } from "../core/errors.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { createWallClock } from "./time_zone.ts";

Deno.test("createWallClock() agrees with Temporal on every moment", () => {
  const zones = ["America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Tokyo", "UTC"];
  const moments = fc.array(fc.integer({ min: 0, max: Date.UTC(2035, 0, 1) / 60_000 }));
  fc.assert(
    fc.property(fc.constantFrom(...zones), moments, (zone, minutes) => {
      const clock = createWallClock(zone);
      for (const minute of minutes) {
        const utc = minute * 60_000;
        const moment = Temporal.Instant.fromEpochMilliseconds(utc).toZonedDateTimeISO(zone);
        const wall = utc + moment.offsetNanoseconds / 1e6;
        const { earlier, later } = clock.resolve(wall);
        assert(utc === earlier || utc === later);
        const answer = clock.toUtc(wall);
        assert(earlier === later ? answer === utc : Number.isNaN(answer));
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("createWallClock() tells skipped and repeated readings, to the minute", () => {
  const newYork = createWallClock("America/New_York");
  assertEquals(newYork.toUtc(Date.UTC(2024, 2, 10, 1, 59)), Date.UTC(2024, 2, 10, 6, 59));
  assertEquals(newYork.resolve(Date.UTC(2024, 2, 10, 2, 0)).earlier, NaN);
  assertEquals(newYork.resolve(Date.UTC(2024, 2, 10, 2, 59)).earlier, NaN);
  assertEquals(newYork.toUtc(Date.UTC(2024, 2, 10, 3, 0)), Date.UTC(2024, 2, 10, 7, 0));
  assertEquals(newYork.toUtc(Date.UTC(2024, 10, 3, 0, 59)), Date.UTC(2024, 10, 3, 4, 59));
  assertEquals(newYork.resolve(Date.UTC(2024, 10, 3, 1, 0)), {
    earlier: Date.UTC(2024, 10, 3, 5, 0),
    later: Date.UTC(2024, 10, 3, 6, 0),
  });
  assertEquals(newYork.toUtc(Date.UTC(2024, 10, 3, 2, 0)), Date.UTC(2024, 10, 3, 7, 0));
});

Deno.test("createWallClock() names the remedy for an unknown zone", () => {
  try {
    createWallClock("Mars/Olympus");
  } catch (error) {
    assert(error instanceof InputError && error.message.includes("Mars/Olympus"));
    assert(error.message.includes("IANA"));
    return;
  }
  throw new Error("accepted an unknown zone");
});
