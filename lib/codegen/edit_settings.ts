import { applyEdits, modify, parse, type ParseError, printParseErrorCode } from "jsonc-parser";
import { InputError, requireShallow } from "../core/mod.ts";
import type { Setting } from "./change_set.ts";

/**
 * Sets or removes values in a JSON or JSONC text; comments, order and spacing of the rest stay.
 *
 * @throws {InputError} when the text is not JSONC, or a setting lies below something that is no
 * object or array, or the setting to remove is not there
 * @example
 * ```ts
 * import { editSettings } from "./edit_settings.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const text = '{\n  // lots\n  "size": 1\n}\n';
 * assertEquals(
 *   editSettings(text, [{ at: ["size"], value: 2 }]),
 *   '{\n  // lots\n  "size": 2\n}\n',
 * );
 * ```
 */
export function editSettings(text: string, settings: readonly Setting[]): string {
  parseSettings(text);
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
  const formattingOptions = {
    eol,
    insertSpaces: !indent.startsWith("\t"),
    tabSize: indent.startsWith("\t") ? 1 : indent.length,
  };
  return settings.reduce((current, { at, value }) => {
    try {
      const edits = modify(current, [...at], value, { formattingOptions });
      if (edits.length > 0) return applyEdits(current, edits);
    } catch (error) {
      throw unusable(at, (error as Error).message, error);
    }
    throw unusable(at, "there is no such setting to remove");
  }, text);
}

/**
 * The value of a JSON or JSONC text.
 *
 * @throws {InputError} when it is neither
 */
export function parseSettings(text: string): unknown {
  try {
    requireShallow(text);
  } catch (error) {
    throw new InputError(`Cannot read it as JSON with comments: ${(error as Error).message}`, {
      remedy: "mend the file first",
      cause: error,
    });
  }
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error === undefined) return value;
  throw new InputError(
    `Cannot read it as JSON with comments: ${printParseErrorCode(error.error)}`,
    {
      where: `line ${text.slice(0, error.offset).split("\n").length}`,
      remedy: "mend the file first",
    },
  );
}

function unusable(at: Setting["at"], fault: string, cause?: unknown): InputError {
  return new InputError(`Cannot set ${JSON.stringify(at)}: ${fault}`, {
    remedy: "name a key of an object or an index of a list",
    ...(cause === undefined ? {} : { cause }),
  });
}
