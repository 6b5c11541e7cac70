/**
 * SHA-256 of bytes as 64 lower-case hexadecimal digits.
 *
 * @example
 * ```ts
 * import { sha256Hex } from "./sha256.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * // FIPS 180-2, empty message.
 * assertEquals(
 *   await sha256Hex(new Uint8Array()),
 *   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
 * );
 * ```
 */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
