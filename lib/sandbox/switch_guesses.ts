import { InputError } from "../core/mod.ts";

/**
 * Guesses with some of them switched.
 *
 * @param texts `NAME=VALUE` each
 * @throws {InputError} when there is no such guess, or its value is of another kind
 */
export function switchGuessesOf<G extends object>(guesses: G, texts: readonly string[]): G {
  const switched: Record<string, unknown> = Object.fromEntries(Object.entries(guesses));
  for (const text of texts) {
    const [name = "", value = ""] = text.split("=");
    const known = Object.hasOwn(switched, name) ? switched[name] : undefined;
    const read = typeof known === "number" ? Number(value) : value;
    if (known === undefined || value === "" || Number.isNaN(read)) {
      throw new InputError(`Cannot switch the guess '${text}'`, {
        remedy: `write NAME=VALUE with one of ${Object.keys(switched).join(", ")}`,
      });
    }
    switched[name] = read;
  }
  return switched as G;
}
