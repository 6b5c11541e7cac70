/**
 * The part of the Protocol Buffers wire format that an ONNX file needs. A message is its fields
 * one after the other; every function here returns the bytes of one field.
 *
 * Source: protobuf.dev, "Encoding".
 *
 * @module
 */

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

const text = new TextEncoder();

/**
 * Joins fields (or anything else) into one run of bytes.
 *
 * @example
 * ```ts
 * import { concatBytes, stringField, varintField } from "./protobuf.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * // The two examples of the format's own description: {1: 150} and {2: "testing"}.
 * const message = concatBytes([varintField(1, 150), stringField(2, "testing")]);
 * assertEquals([...message.subarray(0, 5)], [0x08, 0x96, 0x01, 0x12, 0x07]);
 * ```
 */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** A field that holds one non-negative integer. @throws {RangeError} when `value` is not one */
export function varintField(field: number, value: number): Uint8Array {
  return concatBytes([tag(field, VARINT), varints([value])]);
}

/** A field that holds one float32. */
export function floatField(field: number, value: number): Uint8Array {
  return concatBytes([tag(field, FIXED_32), littleEndian(Float32Array.of(value))]);
}

/** A field that holds raw bytes, or a nested message. */
export function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return concatBytes([tag(field, LENGTH_DELIMITED), varints([bytes.length]), bytes]);
}

/** A field that holds a nested message made of these fields. */
export function messageField(field: number, fields: readonly Uint8Array[]): Uint8Array {
  return bytesField(field, concatBytes(fields));
}

/** A field that holds text in UTF-8. */
export function stringField(field: number, value: string): Uint8Array {
  return bytesField(field, text.encode(value));
}

/** A repeated integer field in packed form. @throws {RangeError} when a value is negative or not whole */
export function packedVarintsField(field: number, values: ArrayLike<number>): Uint8Array {
  return bytesField(field, varints(values));
}

/** A repeated float32 field in packed form. */
export function packedFloatsField(field: number, values: readonly number[]): Uint8Array {
  return bytesField(field, littleEndian(Float32Array.from(values)));
}

/** The bytes of stored numbers: little-endian, as is every machine Deno runs on. */
export function littleEndian(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function tag(field: number, wireType: number): Uint8Array {
  return varints([field * 8 + wireType]);
}

/** Base-128 digits, lowest first; all but the last digit of a number carry the high bit. */
function varints(values: ArrayLike<number>): Uint8Array {
  let length = 0;
  for (let i = 0; i < values.length; i++) length += varintLength(values[i]!);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    let rest = values[i]!;
    while (rest >= 0x80) {
      bytes[at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    bytes[at++] = rest;
  }
  return bytes;
}

function varintLength(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(
      `Cannot encode a varint as it must be a safe non-negative integer: current value is ${value}`,
    );
  }
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}
