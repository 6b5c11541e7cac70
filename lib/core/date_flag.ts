import { InputError } from "./errors.ts";

/**
 * The moment that the text of a flag means: a day begins at midnight UTC.
 *
 * @param flag for the message
 * @returns epoch milliseconds
 * @throws {InputError} when it is no date
 */
export function dateFlag(flag: string, text: string): number {
  const time = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(time)) {
    throw new InputError(`Cannot read '${text}' as a date`, {
      where: flag,
      remedy: "write it as YYYY-MM-DD",
    });
  }
  return time;
}
