import { InputError } from "../core/mod.ts";

/** How text is stored: `single-byte` stands for any code page, its bytes kept as they are. */
export type TextEncoding = "utf-8" | "utf-8-bom" | "single-byte";

/** What a change of a text must keep. */
export interface TextFormat {
  /** How characters are stored. */
  readonly encoding: TextEncoding;
  /** The line ending that all lines share; null when they differ or there are none. */
  readonly lineEnding: "\n" | "\r\n" | null;
  /** Whether the last line is ended. */
  readonly endsWithNewline: boolean;
}

/** The format of new files. */
export const NEW_FILE_FORMAT: TextFormat = {
  encoding: "utf-8",
  lineEnding: null,
  endsWithNewline: true,
};

const BOM = "\ufeff";

/** True for content that no line-based tool can handle: it holds a zero byte. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.includes(0);
}

/**
 * Finds out how a text is stored.
 *
 * @example
 * ```ts
 * import { textFormat } from "./text_format.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * assertEquals(textFormat(new TextEncoder().encode("a\r\nb")), {
 *   encoding: "utf-8",
 *   lineEnding: "\r\n",
 *   endsWithNewline: false,
 * });
 * ```
 */
export function textFormat(bytes: Uint8Array): TextFormat {
  const text = bytesToLatin(bytes);
  const all = text.split("\n").length - 1;
  const windows = text.split("\r\n").length - 1;
  return {
    encoding: encodingOf(bytes),
    lineEnding: all === 0 || (windows > 0 && windows < all) ? null : windows === 0 ? "\n" : "\r\n",
    endsWithNewline: text.endsWith("\n"),
  };
}

/** Reads stored text; a byte order mark is left out. */
export function decodeText(bytes: Uint8Array, { encoding }: TextFormat): string {
  return encoding === "single-byte" ? bytesToLatin(bytes) : new TextDecoder().decode(bytes);
}

/**
 * Stores text the way the format says; line endings and the last line are left as they are.
 *
 * @throws {InputError} when the encoding lacks a character
 */
export function encodeText(text: string, { encoding }: TextFormat): Uint8Array {
  if (!text.isWellFormed()) {
    throw new InputError("Cannot store the text: it holds half a character", {
      remedy: "write characters beyond U+FFFF as one, not as lone surrogates",
    });
  }
  if (encoding !== "single-byte") {
    return new TextEncoder().encode(encoding === "utf-8-bom" ? BOM + text : text);
  }
  const foreign = [...text].find((character) => character.codePointAt(0)! > 0xff);
  if (foreign !== undefined) {
    throw new InputError(`Cannot store '${foreign}': the file is not UTF-8`, {
      remedy: "convert the file to UTF-8 first",
    });
  }
  return latinToBytes(text);
}

/** The text with the line endings of the format. */
export function withLineEnding(text: string, { lineEnding }: TextFormat): string {
  return lineEnding === null ? text : text.replace(/\r?\n/g, lineEnding);
}

/** The text with line endings and last line as the format has them. */
export function withFormat(text: string, format: TextFormat): string {
  if (text === "") return text;
  const body = withLineEnding(text, format);
  if (body.endsWith("\n") === format.endsWithNewline) return body;
  return format.endsWithNewline ? body + (format.lineEnding ?? "\n") : body.replace(/\r?\n$/, "");
}

/** One character for each byte, so that lines of any encoding can be compared. */
export function bytesToLatin(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; start += 8_192) {
    parts.push(String.fromCharCode(...bytes.subarray(start, start + 8_192)));
  }
  return parts.join("");
}

/** The reverse of `bytesToLatin`. */
export function latinToBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function encodingOf(bytes: Uint8Array): TextEncoding {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return "single-byte";
  }
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? "utf-8-bom" : "utf-8";
}
