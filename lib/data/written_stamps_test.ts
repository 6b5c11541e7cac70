import fc from "fast-check";
import { assertEquals } from "../../tests/assert.ts";
import { type DateOrder, readAnyClock, writtenColumn } from "./written_stamps.ts";

const encoder = new TextEncoder();
const MONTHS =
  "January February March April May June July August September October November December"
    .split(" ");

/** Reads a text by the form that it shows itself; null when it shows none. */
function read(text: string, order: DateOrder | null = null): number | null {
  const column = writtenColumn([text], order, false);
  if (column === null) return null;
  const bytes = encoder.encode(text);
  return column.read(bytes, 0, bytes.length);
}

const two = (value: number): string => String(value).padStart(2, "0");

/** Ways in which people write a minute, and the order that each needs. */
const WRITERS: readonly (readonly [(time: Date) => string, DateOrder | null])[] = [
  [
    (t) => `${t.getUTCFullYear()}.${two(t.getUTCMonth() + 1)}.${two(t.getUTCDate())} ${clock(t)}`,
    null,
  ],
  [(t) => `${t.getUTCFullYear()}/${t.getUTCMonth() + 1}/${t.getUTCDate()} ${clock(t)}:00`, null],
  [
    (t) => `${two(t.getUTCDate())}.${two(t.getUTCMonth() + 1)}.${t.getUTCFullYear()} ${clock(t)}`,
    "dmy",
  ],
  [(t) => `${t.getUTCMonth() + 1}/${t.getUTCDate()}/${t.getUTCFullYear()} ${halfDay(t)}`, "mdy"],
  [
    (t) => `${two(t.getUTCMonth() + 1)}-${two(t.getUTCDate())}-${t.getUTCFullYear()}, ${clock(t)}`,
    "mdy",
  ],
  [
    (t) =>
      `${two(t.getUTCDate())}-${MONTHS[t.getUTCMonth()]!.slice(0, 3)}-${t.getUTCFullYear()} ${
        clock(t)
      }`,
    null,
  ],
  [
    (t) => `${MONTHS[t.getUTCMonth()]} ${t.getUTCDate()}, ${t.getUTCFullYear()} ${halfDay(t)}`,
    null,
  ],
  [(t) => t.toISOString().slice(0, 16).replace(/[-T:]/g, ""), null],
  [(t) => t.toISOString().slice(0, 19).replace(/[-T:]/g, ""), null],
  [(t) => `${t.toISOString().slice(0, 10).replaceAll("-", "")}  ${clock(t)}:00`, null],
  [(t) => `${t.toISOString().slice(0, 10)} ${clock(t)}:00.000 GMT+0000`, null],
];

const clock = (time: Date): string => time.toISOString().slice(11, 16);
const halfDay = (time: Date): string =>
  `${time.getUTCHours() % 12 || 12}:${two(time.getUTCMinutes())} ${
    time.getUTCHours() < 12 ? "AM" : "PM"
  }`;

Deno.test("writtenColumn() reads back every minute in every way people write it", () => {
  const minutes = fc.integer({ min: Date.UTC(1990, 0, 1) / 6e4, max: Date.UTC(2049, 0, 1) / 6e4 });
  fc.assert(fc.property(minutes, (minute) => {
    const time = new Date(minute * 6e4);
    for (const [write, order] of WRITERS) {
      assertEquals(read(write(time), order), time.getTime(), write(time));
    }
  }));
});

Deno.test("writtenColumn() reads offsets and abbreviations as what they say", () => {
  const noon = Date.UTC(2024, 6, 1, 12);
  const table: [string, number][] = [
    ["2024.07.01 12:00 EST", noon + 5 * 3.6e6],
    ["2024.07.01 12:00 EDT", noon + 4 * 3.6e6],
    ["2024.07.01 12:00:00.000 GMT-0400", noon + 4 * 3.6e6],
    ["2024.07.01 12:00:00 +05:30", noon - 5.5 * 3.6e6],
    ["2024.07.01 12:00 UTC", noon],
    ["20240701T", Date.UTC(2024, 6, 1)],
  ];
  for (const [text, time] of table) assertEquals(read(text), time, text);
});

Deno.test("writtenColumn() refuses what no calendar or clock has, and what may be two dates", () => {
  const texts = [
    "2024.02.30",
    "2024.13.01",
    "03/04/2024",
    "1/2/24",
    "2024.01.02 24:00",
    "2024.01.02 13:00 PM",
    "2024.01.02 9:60",
    "2024.01.02 09:30 IST",
    "20241301093000",
    "Smarch 3, 2024",
    "yesterday",
  ];
  for (const text of texts) assertEquals(read(text), null, text);
  assertEquals(read("13/04/2024", "mdy"), null);
});

Deno.test("a column's form is that of most of its cells, and others do not fit it", () => {
  const cells = ["2024.01.02 09:30 +01:00", "2024.01.02 09:31 +01:00", "2024.01.02 09:32"];
  const { form, read } = writtenColumn(cells, null, false)!;
  assertEquals(form.suffix, "offset");
  const bytes = encoder.encode(cells[2]);
  assertEquals(read(bytes, 0, bytes.length), NaN);
});

Deno.test("readAnyClock() pads what a spreadsheet cut", () => {
  const table: [string, number][] = [
    ["5", 5 * 6e4],
    ["930", 9.5 * 3.6e6],
    ["93000", 9.5 * 3.6e6],
    ["093000", 9.5 * 3.6e6],
    ["9:30", 9.5 * 3.6e6],
    ["9:30 pm", 21.5 * 3.6e6],
    ["12:00 a.m.", 0],
    ["093000125", 9.5 * 3.6e6 + 125],
  ];
  for (const [text, time] of table) {
    const bytes = encoder.encode(text);
    assertEquals(readAnyClock(bytes, 0, bytes.length), time, text);
  }
  for (const text of ["2460", "965", "9h30", "", "1234567"]) {
    const bytes = encoder.encode(text);
    assertEquals(readAnyClock(bytes, 0, bytes.length), NaN, text);
  }
});
