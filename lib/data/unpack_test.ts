import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import { InputError } from "../core/errors.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import { createTestInstrument, withFile } from "../../tests/fixtures/loader_fixture.ts";
import { inspectBars } from "./loader.ts";
import { unpack } from "./unpack.ts";

const TEXT = "time,open,high,low,close\n2024-01-02T15:00Z,1,3,0.5,2\n2024-01-02T15:01Z,2,4,1.5,3\n";
const PLAIN = new TextEncoder().encode(TEXT);
const instrument = createTestInstrument();

interface Member {
  readonly name: string;
  readonly content: Uint8Array;
  /** Claims another checksum than that of the content. */
  readonly damaged?: true;
}

/** A zip archive of these members, deflated. */
function zip(members: readonly Member[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, content, damaged } of members) {
    const packed = new Uint8Array(deflateRawSync(content));
    const label = new TextEncoder().encode(name);
    const head = (signature: number, length: number, at: number, start: number): Uint8Array => {
      const bytes = new Uint8Array(length + label.length);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, signature, true);
      view.setUint16(at, 8, true);
      view.setUint32(at + 6, crc32(content) ^ (damaged === undefined ? 0 : 1), true);
      view.setUint32(at + 10, packed.length, true);
      view.setUint32(at + 14, content.length, true);
      view.setUint16(at + 18, label.length, true);
      if (length === 46) view.setUint32(42, start, true);
      bytes.set(label, length);
      return bytes;
    };
    const local = head(0x04034b50, 30, 8, 0);
    directory.push(head(0x02014b50, 46, 10, offset));
    parts.push(local, packed);
    offset += local.length + packed.length;
  }
  const size = directory.reduce((sum, entry) => sum + entry.length, 0);
  const end = new Uint8Array(22);
  const view = new DataView(end.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(10, members.length, true);
  view.setUint32(12, size, true);
  view.setUint32(16, offset, true);
  return new Uint8Array([...parts, ...directory, end].flatMap((part) => [...part]));
}

const utf16 = (text: string): Uint8Array => {
  const bytes = new Uint8Array(2 + 2 * text.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff, true);
  for (let i = 0; i < text.length; i++) view.setUint16(2 + 2 * i, text.charCodeAt(i), true);
  return bytes;
};

Deno.test("unpack() and loadBars() read the same bars from every package", async () => {
  const report = { name: "bars.txt", content: new TextEncoder().encode("gaps: none\n") };
  const packages: Readonly<Record<string, Uint8Array>> = {
    "bars.csv.gz": gzipSync(PLAIN),
    "bars.csv.zst": zstdCompressSync(PLAIN),
    "bars.zip": zip([{ name: "folder/bars.csv", content: PLAIN }]),
    "with_report.zip": zip([report, { name: "bars.csv", content: PLAIN }]),
    "macintosh.zip": zip([
      { name: "bars.csv", content: PLAIN },
      { name: "__MACOSX/._bars.csv", content: Uint8Array.of(1, 2) },
    ]),
    "gz_in_zip.zip": zip([{ name: "bars.csv", content: gzipSync(PLAIN) }]),
    "utf16.csv": utf16(TEXT),
  };
  for (const [name, content] of Object.entries(packages)) {
    await withFile(name, content, async (path) => {
      const { bars, report } = await inspectBars(path, { instrument });
      assertEquals(report.problems, [], name);
      assertEquals([...bars!.close], [2, 3], name);
      assert(report.notes.some((note) => /unpacked|UTF-16/.test(note)), name);
    });
  }
});

Deno.test("unpack() refuses what swells, is damaged or holds no one file, in one line", () => {
  const bomb = new Uint8Array(80 * 2 ** 20);
  const cases: [string, Uint8Array, RegExp][] = [
    ["bomb.gz", gzipSync(bomb), /swells to over \d+ MB \(unpack it yourself\)/],
    ["bomb.zip", zip([{ name: "bars.csv", content: bomb }]), /swells to over/],
    ["cut.gz", gzipSync(PLAIN).subarray(0, 30), /gzip file: it is damaged \(copy it again\)/],
    ["cut.zst", zstdCompressSync(PLAIN).subarray(0, 30), /zstd file: it is damaged/],
    ["cut.zip", zip([{ name: "a.csv", content: PLAIN }]).subarray(0, 60), /directory is damaged/],
    ["sum.zip", zip([{ name: "a.csv", content: PLAIN, damaged: true }]), /it is damaged/],
    [
      "two.zip",
      zip([{ name: "a.csv", content: PLAIN }, { name: "b.csv", content: PLAIN }]),
      /holds a\.csv, b\.csv \(unpack it and name one file\)/,
    ],
    ["none.zip", zip([{ name: "a.pdf", content: PLAIN }]), /holds a\.pdf/],
  ];
  for (const [name, bytes, says] of cases) {
    let message = "";
    try {
      unpack(bytes, name);
    } catch (error) {
      assert(error instanceof InputError, String(error));
      message = error.message;
    }
    assert(says.test(message) && !message.includes("\n"), `${name}: ${message}`);
  }
});
