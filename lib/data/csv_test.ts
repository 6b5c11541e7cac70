import { assertEquals } from "../../tests/assert.ts";
import { readCsv, type ReadOptions } from "./csv.ts";
import { createProblemLog, type Problem } from "./problems.ts";
import type { Table } from "./table.ts";

const AUTO: ReadOptions = { columns: {}, timeFormat: "auto" };

function read(text: string | Uint8Array, options = AUTO): { table: Table | null; found: string[] } {
  const log = createProblemLog();
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const table = readCsv(bytes, options, log);
  const show = ({ rule, row, column }: Problem): string =>
    `${rule} ${row}${column === undefined ? "" : ` ${column}`}`;
  return { table, found: log.problems.map(show) };
}

const ROWS = "2024-01-02,1,3,0.5,2,10\n2024-01-03,2,4,1.5,3,20";
const FILE = `date,open,high,low,close,volume\n${ROWS}\n`;

Deno.test("readCsv() reads the same bars from every layout", () => {
  const layouts = {
    plain: FILE,
    "no newline at the end": FILE.trimEnd(),
    "CR LF": FILE.replaceAll("\n", "\r\n"),
    "byte order mark": `\uFEFF${FILE}`,
    semicolons: FILE.replaceAll(",", ";"),
    tabs: FILE.replaceAll(",", "\t"),
    "all quoted": FILE.replace(/[^,\n]+/g, '"$&"'),
    "quoted with CR LF": FILE.replace(/[^,\n]+/g, '"$&"').replaceAll("\n", "\r\n"),
    "blanks around": FILE.replaceAll(",", " , "),
    "blank lines at both ends": `\n\n${FILE}\n  \n\n`,
    "signs and exponents": FILE.replace(",3,", ",+3.0,").replace(",20", ",2e1"),
  };
  for (const [name, text] of Object.entries(layouts)) {
    const { table, found } = read(text);
    assertEquals(found, [], name);
    assertEquals([...table!.stamps], [Date.UTC(2024, 0, 2), Date.UTC(2024, 0, 3)], name);
    assertEquals([...table!.numbers.get("high")!], [3, 4], name);
    assertEquals([...table!.numbers.get("volume")!], [10, 20], name);
  }
});

Deno.test("readCsv() counts lines as an editor does", () => {
  assertEquals([...read(`\n${FILE}`).table!.lines], [3, 4]);
  assertEquals([...read(FILE.replace("\n2024-01-03", "\n\n\n2024-01-03")).table!.lines], [2, 5]);
});

Deno.test("readCsv() reads every row of a file whose lines grow shorter", () => {
  const long = Array.from({ length: 3_000 }, (_, i) => `${i}000,1,3,0.5,2,${"0".repeat(90)}1`);
  const short = Array.from({ length: 40_000 }, (_, i) => `${3_000 + i}000,1,3,1,2,${i}`);
  const text = ["time,open,high,low,close,volume", ...long, ...short].join("\n");
  const { table, found } = read(text, { columns: {}, timeFormat: "ms" });
  assertEquals(found, []);
  assertEquals(table!.rows, 43_000);
  assertEquals(table!.stamps.every((time, i) => time === i * 1000), true);
  assertEquals(table!.lines.every((line, i) => line === i + 2), true);
  assertEquals(table!.numbers.get("volume")!.at(-1), 39_999);
});

Deno.test("readCsv() joins a date and a time column", () => {
  const { table } = read("Date,Time,Open,High,Low,Close\n01/02/2024,09:30,1,1,1,1\n");
  assertEquals(table, null);
  const pair = read("Date;Time;Open;High;Low;Close\n20240102;093000;1;1;1;1\n").table!;
  assertEquals([...pair.stamps], [Date.UTC(2024, 0, 2, 9, 30)]);
  assertEquals(pair.form, { format: "iso", zoned: false });
});

Deno.test("readCsv() keeps a separator inside quotes and names contracts", () => {
  const head = "date,open,high,low,close,adjustment_difference,contract";
  const text = `${head}\n2024-01-02,1,1,1,1,0,"a, ""b"""\n2024-01-03,1,1,1,1,0,c\n`;
  const { table } = read(text);
  assertEquals(table!.contracts, ['a, "b"', "c"]);
  assertEquals([...table!.contract!], [0, 1]);
});

Deno.test("readCsv() names row and column of every cell it cannot read", () => {
  const cases: [string, string[]][] = [
    [FILE.replace(",3,0.5", ",abc,0.5"), ["not-a-number 2 high"]],
    [FILE.replace(",3,0.5", ",,0.5"), ["empty-cell 2 high"]],
    [FILE.replace(",3,0.5", ",NaN,0.5"), ["empty-cell 2 high"]],
    [FILE.replace(",3,0.5", ",inf,0.5"), ["not-a-number 2 high"]],
    [FILE.replace(",20\n", ",\n"), ["unknown-volume 3 volume"]],
    [FILE.replace(",20\n", ",many\n"), ["not-a-number 3 volume"]],
    [FILE.replace(",20\n", "\n"), ["wrong-field-count 3"]],
    [FILE.replace(",20\n", ",20,7\n"), ["wrong-field-count 3"]],
    [FILE.replace("2024-01-03", "2024-01-32"), ["unreadable-time 3 date"]],
    [FILE.replace("2024-01-03", "2024-01-03T00:00"), ["unreadable-time 3 date"]],
    [FILE.replaceAll(",", ";").replace(";3;", ";3,5;"), ["not-a-number 2 high"]],
    [FILE.replace("2024-01-02,", '"2024-01-02,'), ["unreadable-time 2 date"]],
  ];
  for (const [text, found] of cases) assertEquals(read(text).found, found, text);
});

Deno.test("readCsv() tells why it cannot read a file at all", () => {
  const cases: [string | Uint8Array, string][] = [
    ["", "empty-file 0"],
    ["\n  \n", "empty-file 0"],
    ["date,open,high,low,close\n", "empty-file 1"],
    [ROWS, "no-header 1"],
    ["date,open,high,low\n2024-01-02,1,1,1\n", "missing-column 1 close"],
    ["date,open,high,low,close,Close\n2024-01-02,1,1,1,1,1\n", "duplicate-column 1 close"],
    [FILE.replaceAll("2024-", "Jan "), "unreadable-time 2 date"],
    [Uint8Array.of(1, 0, 2, 3), "binary-file 0"],
    [Uint8Array.of(0x1f, 0x8b, 8, 0), "binary-file 0"],
    [Uint8Array.of(0x50, 0x4b, 3, 4), "binary-file 0"],
    [new TextEncoder().encode("PAR1...."), "binary-file 0"],
    [Uint8Array.of(0xff, 0xfe, 0x64, 0), "binary-file 0"],
  ];
  for (const [text, problem] of cases) {
    const { table, found } = read(text);
    assertEquals(table, null, problem);
    assertEquals(found, [problem]);
  }
});
