import { CorruptArtifactError, type JsonValue, requireShallow } from "../../core/mod.ts";

/** Strings, which stay as they are, and Python's three words for numbers outside them. */
const STRINGS_AND_WORDS = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

/** Numbers that nobody writes, to stand for the words until the text is parsed. */
const STAND_INS: Readonly<Record<string, string>> = {
  Infinity: "1e999",
  "-Infinity": "-1e999",
  NaN: "0e-999",
};

/**
 * Reads JSON as Python writes it: with the bare words `NaN`, `Infinity` and `-Infinity`. Integers
 * beyond 2⁵³ are rounded.
 *
 * @throws {SyntaxError} when the text is neither JSON nor Python's, or nested more than 200 deep
 * @example
 * ```ts
 * import { parsePythonJson } from "./python_json.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(parsePythonJson('{"NaN": [NaN, -Infinity]}'), { NaN: [NaN, -Infinity] });
 * ```
 */
export function parsePythonJson(text: string): JsonValue {
  requireShallow(text);
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    const plain = text.replace(STRINGS_AND_WORDS, (part) => STAND_INS[part] ?? part);
    return JSON.parse(plain, reviveNaN) as JsonValue;
  }
}

/**
 * Reads an attribute of a study or trial as it is stored.
 *
 * @throws {CorruptArtifactError} when the text is neither JSON nor Python's
 */
export function parseAttribute(key: string, text: string): JsonValue {
  try {
    return parsePythonJson(text);
  } catch (error) {
    throw new CorruptArtifactError(
      `Cannot read the attribute '${key}' of a study: ${(error as Error).message} ` +
        "(mend it in the storage, or begin another study)",
      { cause: error },
    );
  }
}

/**
 * Writes JSON as Python does, the three words included.
 *
 * @example
 * ```ts
 * import { formatPythonJson } from "./python_json.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * assertEquals(formatPythonJson({ loss: [1, Infinity] }), '{"loss":[1,Infinity]}');
 * ```
 */
export function formatPythonJson(value: JsonValue): string {
  // The words of the three are the same in both languages.
  if (typeof value === "number") return String(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(formatPythonJson).join(",")}]`;
  const entries = Object.entries(value).map(([key, item]) =>
    `${JSON.stringify(key)}:${formatPythonJson(item)}`
  );
  return `{${entries.join(",")}}`;
}

function reviveNaN(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return context?.source === STAND_INS.NaN ? NaN : value;
}
