import type { z } from "zod";
import { CorruptArtifactError, InputError, jsonOrUndefined } from "../core/mod.ts";

/** A kind of stored document that carries the number of its format. */
export interface StoredRecord<Value> {
  /** For messages, for example `system`. */
  readonly noun: string;
  /** The newest format that this program knows. */
  readonly format: number;
  /** Its shape. */
  readonly schema: z.ZodType<Value>;
  /** What to do about one that is damaged. */
  readonly remedy: string;
}

/**
 * Reads the text of a stored document.
 *
 * @param where what the text belongs to, for the message
 * @throws {InputError} when a newer program wrote it
 * @throws {CorruptArtifactError} when it does not have its kind's shape
 */
export function readRecord<Value>(
  text: string,
  where: string,
  { format: newest, noun, remedy, schema }: StoredRecord<Value>,
): Value {
  const value = jsonOrUndefined(text);
  const { format } = (value ?? {}) as { readonly format?: unknown };
  if (typeof format === "number" && format > newest) {
    throw new InputError(
      `Cannot read a ${noun} of format ${format} as this program knows ${newest} and no newer`,
      { where, remedy: "update the program" },
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, rule } = firstIssue(parsed.error);
  throw new CorruptArtifactError(
    `${where}: Cannot read the ${noun} at ${path}: ${rule} (${remedy})`,
  );
}

/**
 * A document as it will be read back.
 *
 * @throws {TypeError} when it does not have its kind's shape
 */
export function checkedRecord<Value>(value: Value, { noun, schema }: StoredRecord<Value>): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, rule } = firstIssue(parsed.error);
  throw new TypeError(`Cannot write a ${noun} with a fault at ${path}: ${rule}`);
}

function firstIssue({ issues }: z.ZodError): { readonly path: string; readonly rule: string } {
  const issue = issues[0]!;
  return { path: issue.path.join(".") || "its root", rule: issue.message };
}
