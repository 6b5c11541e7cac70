/**
 * A word as a POSIX shell takes it unchanged: quoted where it needs to be.
 *
 * @example
 * ```ts
 * import { shellWord } from "./shell_words.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(["bars.csv", "my bars.csv"].map(shellWord).join(" "), "bars.csv 'my bars.csv'");
 * ```
 */
export function shellWord(word: string): string {
  return /^[\w./=,:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
