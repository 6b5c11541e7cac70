import { InputError } from "../../core/mod.ts";

/** What stands where a secret stood. */
export const HIDDEN = "[hidden]";

/** Names whose values are never shown. */
const SECRET_NAME =
  /pass(?:word|phrase|code)|secret|token|api[-_ ]?key|private[-_ ]?key|authori[sz]ation|credential|cookie|signature/i;

/** Shorter ones occur in ordinary text, which would be cut to pieces. */
const SHORTEST = 6;

/** Deeper values are not looked into, and so not shown. */
const DEEPEST = 12;

/** The secrets of a process, in every form in which text may repeat them. */
export class Secrets {
  /** Longest first: one may be a part of another. */
  #forms: readonly string[] = [];

  /**
   * Hides a value from now on, wherever it stands.
   *
   * @param name said in its place in messages, for example that of its variable
   * @throws {InputError} when it is too short to be told from ordinary text
   */
  add(value: string, name: string): void {
    if (value.length < SHORTEST) {
      throw new InputError(`Cannot keep a secret of fewer than ${SHORTEST} characters`, {
        where: name,
        remedy: "choose a longer one",
      });
    }
    const forms = [
      value,
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value),
      new TextEncoder().encode(value).toBase64(),
    ];
    this.#forms = [...new Set([...this.#forms, ...forms])].toSorted((a, b) => b.length - a.length);
  }

  /** A text without any of them. */
  hide(text: string): string {
    let hidden = text;
    for (const form of this.#forms) hidden = hidden.replaceAll(form, HIDDEN);
    return hidden;
  }
}

/** Values without secrets. */
export interface Redaction {
  /** A copy, as deep as it goes. */
  readonly values: Record<string, unknown>;
  /** What was left out of it for its name. */
  readonly hidden: ReadonlySet<unknown>;
}

/**
 * Copies values without those that stand under the name of a secret, at any depth.
 *
 * @param hide applied to every text
 * @example
 * ```ts
 * import { redactByName } from "./secrets.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const { values } = redactByName({ order: 7, headers: { Authorization: "Bearer abc" } });
 * assertEquals(JSON.stringify(values), '{"order":7,"headers":{"Authorization":"[hidden]"}}');
 * ```
 */
export function redactByName(
  values: Readonly<Record<string, unknown>>,
  hide: (text: string) => string = (text) => text,
): Redaction {
  const hidden = new Set<unknown>();
  const copies = new Map<object, unknown>();
  const copyOf = (value: unknown, depth: number): unknown => {
    if (typeof value === "string") return hide(value);
    if (typeof value !== "object" || value === null) return value;
    const known = copies.get(value);
    if (known !== undefined) return known;
    const isPlain = Object.getPrototypeOf(value) === Object.prototype ||
      Object.getPrototypeOf(value) === null;
    if (!isPlain && !Array.isArray(value)) return value;
    if (depth > DEEPEST) return HIDDEN;
    if (Array.isArray(value)) {
      const list: unknown[] = [];
      copies.set(value, list);
      for (const each of value) list.push(copyOf(each, depth + 1));
      return list;
    }
    const record: Record<string, unknown> = Object.create(null);
    copies.set(value, record);
    for (const [name, each] of Object.entries(value)) {
      if (SECRET_NAME.test(name)) hidden.add(each);
      record[name] = SECRET_NAME.test(name) ? HIDDEN : copyOf(each, depth + 1);
    }
    return record;
  };
  const copied = copyOf(values, 0) as Record<string, unknown>;
  return { values: copied, hidden };
}
