import { InputError } from "../core/mod.ts";
import { remedyOf } from "./near_names.ts";

/** What each guess can be besides what it is: one of these, or any number. */
export type GuessAlternatives<G extends object> = {
  readonly [name in keyof G]: readonly G[name][] | "any number";
};

/**
 * Guesses with some of them switched.
 *
 * @param texts `NAME=VALUE` each
 * @throws {InputError} when there is no such guess, or it cannot be that
 */
export function switchGuessesOf<G extends object>(
  guesses: G,
  alternatives: GuessAlternatives<G>,
  texts: readonly string[],
): G {
  const switched: Record<string, unknown> = Object.fromEntries(Object.entries(guesses));
  for (const text of texts) {
    const [name = "", value = ""] = text.split("=");
    if (!Object.hasOwn(guesses, name)) {
      throw new InputError(`Cannot switch the guess '${text}'`, {
        remedy: remedyOf(name, Object.keys(guesses)),
      });
    }
    const own = guesses[name as keyof G], others = alternatives[name as keyof G];
    const values = others === "any number" ? [Number(value)] : [own, ...others];
    const read = values.find((one) => String(one) === value || one === Number(value));
    if (value === "" || read === undefined || Number.isNaN(read)) {
      throw new InputError(`Cannot switch the guess '${text}'`, {
        remedy: `write ${name}= with ${others === "any number" ? "a number" : values.join(" or ")}`,
      });
    }
    switched[name] = read;
  }
  return switched as G;
}
