/**
 * The caller asked for something that cannot be done as asked: a bad file, flag, value or
 * mismatch. The message is one line that says what is wrong, where, and how to mend it.
 * Commands end with exit code 2.
 *
 * @example
 * ```ts
 * import { InputError } from "./errors.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const error = new InputError("Cannot read a price as a number: current value is 'abc'", {
 *   where: "bars.csv, row 7, column close",
 *   remedy: "mend or delete the row",
 * });
 * assertEquals(
 *   error.message,
 *   "bars.csv, row 7, column close: Cannot read a price as a number: current value is 'abc' (mend or delete the row)",
 * );
 * ```
 */
export class InputError extends Error {
  /** Name of the class, for logs. */
  override readonly name = "InputError";
  /** Place of the fault: a file with row and column, a flag, a model version. */
  readonly where: string | undefined;
  /** What the user can do about it. */
  readonly remedy: string | undefined;

  /**
   * Puts place, fault and remedy into one line.
   *
   * @param what the fault in words, without a period
   */
  constructor(what: string, options: { where?: string; remedy?: string; cause?: unknown } = {}) {
    const place = options.where === undefined ? "" : `${options.where}: `;
    const mend = options.remedy === undefined ? "" : ` (${options.remedy})`;
    super(
      oneLine(`${place}${what}${mend}`),
      options.cause === undefined ? {} : { cause: options.cause },
    );
    this.where = options.where;
    this.remedy = options.remedy;
  }
}

/** A stored artifact does not match its recorded hash or cannot be read. Exit code 1. */
export class CorruptArtifactError extends Error {
  /** Name of the class, for logs. */
  override readonly name = "CorruptArtifactError";

  /** Puts the fault into one line. */
  constructor(message: string, options: ErrorOptions = {}) {
    super(oneLine(message), options);
  }
}

/** A rule of risk, permission or evidence refuses the request. Exit code 3. */
export class RefusedError extends Error {
  /** Name of the class, for logs. */
  override readonly name = "RefusedError";
}

/**
 * What the work leans on has gone and may be back: the same command goes on where this one stopped.
 * Exit code 75.
 */
export class UnavailableError extends Error {
  /** Name of the class, for logs. */
  override readonly name = "UnavailableError";

  /** Puts the fault into one line. */
  constructor(message: string, options: ErrorOptions = {}) {
    super(oneLine(message), options);
  }
}

/**
 * A message in one line, whatever it repeats of a file: what would break the line or upset a
 * terminal is escaped.
 */
export function oneLine(text: string): string {
  return text.replaceAll("\t", " ").replaceAll("\n", "\\n").replaceAll(
    /[\p{Cc}\u2028\u2029]/gu,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
