import { throws as assertThrows } from "node:assert/strict";
import fc from "fast-check";
import { assertEquals } from "../../tests/assert.ts";
import {
  bytesField,
  floatField,
  messageField,
  packedFloatsField,
  packedVarintsField,
  stringField,
  varintField,
} from "./protobuf.ts";

function hex(bytes: Uint8Array): string {
  return bytes.toHex();
}

Deno.test("protobuf fields match the examples of the format's description", () => {
  // protobuf.dev, "Encoding": messages Test1, Test2, Test3 and the packed Test5.
  assertEquals(hex(varintField(1, 150)), "089601");
  assertEquals(hex(stringField(2, "testing")), "120774657374696e67");
  assertEquals(hex(messageField(3, [varintField(1, 150)])), "1a03089601");
  assertEquals(hex(packedVarintsField(6, [3, 270, 86942])), "3206038e029ea705");
});

Deno.test("floatField() and packedFloatsField() store IEEE 754 numbers, lowest byte first", () => {
  // 0.5 is 0x3f000000 and -2 is 0xc0000000.
  assertEquals(hex(floatField(2, 0.5)), "150000003f");
  assertEquals(hex(packedFloatsField(7, [0.5, -2])), "3a080000003f000000c0");
});

Deno.test("bytesField() keeps empty bytes as a field of length 0", () => {
  assertEquals(hex(bytesField(1, new Uint8Array())), "0a00");
});

Deno.test("packedVarintsField() can be read back for every safe integer", () => {
  const values = fc.array(fc.maxSafeNat(), { maxLength: 20 });
  fc.assert(fc.property(values, (numbers) => {
    const payload = packedVarintsField(1, numbers);
    const skipped = numbers.length === 0 ? 2 : varints(payload.subarray(1)).lengths[0]! + 1;
    assertEquals(varints(payload.subarray(skipped)).values, numbers);
  }));
});

Deno.test("varintField() refuses what is not a safe non-negative integer", () => {
  for (const value of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
    assertThrows(() => varintField(1, value), RangeError);
  }
});

/** Reads varints with BigInt arithmetic, unlike the encoder. */
function varints(bytes: Uint8Array): { values: number[]; lengths: number[] } {
  const values: number[] = [], lengths: number[] = [];
  let value = 0n, length = 0;
  for (const byte of bytes) {
    value |= BigInt(byte & 0x7f) << BigInt(7 * length++);
    if (byte >= 0x80) continue;
    values.push(Number(value));
    lengths.push(length);
    value = 0n;
    length = 0;
  }
  return { values, lengths };
}
