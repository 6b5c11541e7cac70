import { assertEquals } from "../../tests/assert.ts";
import { isInSession, newsAt } from "./time_windows.ts";

Deno.test("isInSession() follows the wall clock through daylight saving and past midnight", () => {
  const day = { timeZone: "America/Chicago", fromMinute: 510, untilMinute: 900 };
  const at = (text: string) => isInSession(day, Date.parse(text));
  // 08:30 in Chicago is 13:30 in summer and 14:30 in winter.
  assertEquals(["2024-07-01T13:29:59Z", "2024-07-01T13:30:00Z"].map(at), [false, true]);
  assertEquals(["2024-01-02T13:30:00Z", "2024-01-02T14:30:00Z"].map(at), [false, true]);
  assertEquals(at("2024-07-01T20:00:00Z"), false);
  const night = { timeZone: "UTC", fromMinute: 1_320, untilMinute: 120 };
  const nightly = [
    "2024-07-01T21:59:00Z",
    "2024-07-01T22:00:00Z",
    "2024-07-02T01:59:00Z",
    "2024-07-02T02:00:00Z",
  ];
  assertEquals(nightly.map((text) => isInSession(night, Date.parse(text))), [
    false,
    true,
    true,
    false,
  ]);
  // Before 1970 the remainder is negative.
  assertEquals(isInSession(night, Date.parse("1969-12-31T23:00:00Z")), true);
});

Deno.test("newsAt() gives the window that holds a time, end excluded", () => {
  const windows = [{ from: 10, until: 20, event: "payrolls" }, {
    from: 30,
    until: 40,
    event: "rates",
  }];
  assertEquals([9, 10, 19, 20, 35].map((time) => newsAt(windows, time)?.event ?? null), [
    null,
    "payrolls",
    "payrolls",
    null,
    "rates",
  ]);
});
