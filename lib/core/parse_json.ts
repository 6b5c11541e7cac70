/** No document of ours comes near it, and recursive readers bear far more. */
const DEEPEST = 200;

/**
 * Reads JSON whose depth is bounded: whatever walks it afterwards cannot run out of stack.
 *
 * @throws {SyntaxError} when it is no JSON, or nested more than 200 levels deep
 * @example
 * ```ts
 * import { parseJson } from "./parse_json.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 * import { throws } from "node:assert/strict";
 *
 * assertEquals(parseJson('{"a": [1]}'), { a: [1] });
 * throws(() => parseJson("[".repeat(1e5) + "]".repeat(1e5)), SyntaxError);
 * ```
 */
export function parseJson(text: string): unknown {
  requireShallow(text);
  return JSON.parse(text);
}

/** The value of a JSON text; undefined when it is none, for whoever judges values by their shape. */
export function jsonOrUndefined(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** @throws {SyntaxError} when the brackets of a JSON text are nested too deeply */
export function requireShallow(text: string): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const token = text[at];
    if (inString) {
      if (token === "\\") at++;
      else if (token === '"') inString = false;
    } else if (token === '"') inString = true;
    else if (token === "[" || token === "{") depth++;
    else if (token === "]" || token === "}") depth--;
    if (depth > DEEPEST) throw new SyntaxError(`it is nested more than ${DEEPEST} levels deep`);
  }
}
