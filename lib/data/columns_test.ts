import { assertEquals } from "../../tests/assert.ts";
import { mapColumns } from "./columns.ts";

Deno.test("mapColumns() knows the usual names of every source", () => {
  const rows = [
    "timestamp,open,high,low,close,volume",
    "Date,Open,High,Low,Close,Volume",
    "<DATE>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>",
    "ts_event,o,h,l,c,v",
    "open_time,Open,High,Low,Close,Volume",
    "TimeStamp_UTC,OPEN,HIGH,LOW,CLOSE,VOL",
    "t,o,h,l,c,v",
  ];
  for (const row of rows) {
    const { index, missing } = mapColumns(row.split(","), {});
    assertEquals([...index.keys()], ["time", "open", "high", "low", "close", "volume"], row);
    assertEquals([...index.values()], [0, 1, 2, 3, 4, 5], row);
    assertEquals(missing, []);
  }
});

Deno.test("mapColumns() reads UTC from the time column's name", () => {
  for (const name of ["timestamp_utc", "Time (UTC)", "date_utc", "utc"]) {
    assertEquals(mapColumns([name], {}).timeIsUtc, true, name);
  }
  assertEquals(mapColumns(["timestamp"], {}).timeIsUtc, false);
});

Deno.test("mapColumns() pairs a date with a time column, and only these", () => {
  const index = (names: string[], wanted = {}): [string, number][] => [
    ...mapColumns(names, wanted).index,
  ];
  assertEquals(index(["Date", "Time"]), [["time", 0], ["clock", 1]]);
  assertEquals(index(["Time"]), [["time", 0]]);
  assertEquals(index(["timestamp", "date", "time"]), [["time", 0]]);
  assertEquals(index(["Date", "Time"], { time: "Time" }), [["time", 1]]);
});

Deno.test("mapColumns() lets the caller's names win and reports what is missing or doubled", () => {
  const names = ["when", "px_open", "High", "Low", "Close", "Adj Close", "close"];
  const map = mapColumns(names, { time: "When", open: "px_open", volume: "absent" });
  assertEquals(map.index.get("open"), 1);
  assertEquals(map.missing, ["volume"]);
  assertEquals(map.duplicate, ["Close"]);
  assertEquals(map.unused, ["Adj Close", "close"]);
  assertEquals(mapColumns(["Date", "Open"], {}).missing, ["high", "low", "close"]);
});
