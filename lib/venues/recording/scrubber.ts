import type { Frame } from "../../feeds/mod.ts";
import { scanJson } from "./json_tokens.ts";
import type { KnownSecret, SecretFields } from "./secret_fields.ts";

/** Shorter ones are replaced in their own fields alone: elsewhere they would be anything. */
const LEAST_TEXT = 4, LEAST_NUMBER = 1_000;
/** Above any number that a venue gives, and still exact. */
const FIRST_NUMBER = 9_000_000_000_000_001;

/**
 * Replaces secrets by placeholders: `<token-1>`, of numbers 9000000000000001. A value that was a
 * secret once is one everywhere, and has the same placeholder each time. Everything else stays as it
 * is, character by character.
 *
 * @example
 * ```ts
 * import { Scrubber } from "./scrubber.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const scrubber = new Scrubber({ everywhere: { token: "token" }, within: [], patterns: [] }, []);
 * assertEquals(scrubber.scrub('{"token":"abcdef"}'), '{"token":"<token-1>"}');
 * assertEquals(scrubber.scrub("wss://venue.test/?access=abcdef"), "wss://venue.test/?access=<token-1>");
 * ```
 */
export class Scrubber {
  readonly #fields: SecretFields;
  /** Placeholders of texts, by each way in which one may be written. */
  readonly #texts = new Map<string, string>();
  readonly #numbers = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  #known: RegExp | null = null;

  /** Knows the secrets that are handed over; further ones are learned on the way. */
  constructor(fields: SecretFields, known: readonly KnownSecret[]) {
    this.#fields = fields;
    for (const { is, value } of known) this.#learn(value, is);
  }

  /** A frame without secrets. @param endpoint whose answer it is, of an answer */
  frame(frame: Frame, endpoint = ""): Frame {
    const clean = (value: unknown): unknown =>
      typeof value === "string"
        ? this.scrub(value, endpoint)
        : typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, clean(inner)]))
        : value;
    const { kind, ...rest } = frame;
    return { kind, ...clean(rest) as object } as Frame;
  }

  /** A text without secrets. */
  scrub(text: string, endpoint = ""): string {
    return this.#replaceKnown(this.#replaceFields(this.#replacePatterns(text), endpoint));
  }

  #replacePatterns(text: string): string {
    let clean = text;
    for (const { is, pattern } of this.#fields.patterns) {
      clean = clean.replace(pattern, (whole, value: string) => {
        return whole.replace(value, () => this.#learn(fromAddress(value), is));
      });
    }
    return clean;
  }

  #replaceFields(text: string, endpoint: string): string {
    const { objects, tokens } = scanJson(text);
    let clean = "", done = 0;
    for (const { end, field, isText, owner, start } of tokens) {
      const is = field === null ? null : this.#kindOf(field, objects[owner ?? -1], endpoint);
      const value = text.slice(start, end);
      if (is === null || value === "" || (isText && value.startsWith("<"))) continue;
      const placeholder = isText ? this.#learn(fromJson(value), is) : this.#number(value);
      clean += text.slice(done, start) + placeholder;
      done = end;
    }
    return clean + text.slice(done);
  }

  #kindOf(field: string, fields: ReadonlySet<string> | undefined, endpoint: string): string | null {
    const { everywhere, within } = this.#fields;
    if (Object.hasOwn(everywhere, field)) return everywhere[field]!;
    for (const rule of within) {
      if (!Object.hasOwn(rule.fields, field)) continue;
      const isIt = rule.endpoint.test(endpoint) ||
        rule.marks.some((mark) => fields?.has(mark) === true);
      if (isIt) return rule.fields[field]!;
    }
    return null;
  }

  #replaceKnown(text: string): string {
    this.#known ??= this.#pattern();
    return text.replace(
      this.#known,
      (value) => this.#texts.get(value) ?? this.#numbers.get(value) ?? value,
    );
  }

  /** Longest first, as one may hold another. */
  #pattern(): RegExp {
    const texts = [...this.#texts.keys()].filter(({ length }) => length >= LEAST_TEXT);
    const words = texts.toSorted((a, b) => b.length - a.length).map(RegExp.escape);
    const numbers = [...this.#numbers.keys()].filter((value) => Math.abs(+value) >= LEAST_NUMBER)
      .map((value) => `(?<![\\w.-])${RegExp.escape(value)}(?![\\w]|\\.\\d)`);
    const parts = [...words, ...numbers];
    // Nothing is known yet: what never matches.
    return new RegExp(parts.length === 0 ? "(?!)" : parts.join("|"), "g");
  }

  #learn(value: string, is: string): string {
    const before = this.#texts.get(value);
    if (before !== undefined) return before;
    const count = (this.#counts.get(is) ?? 0) + 1;
    this.#counts.set(is, count);
    const placeholder = `<${is}-${count}>`;
    const forms = [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)];
    for (const form of forms) this.#texts.set(form, placeholder);
    this.#known = null;
    return placeholder;
  }

  #number(value: string): string {
    const before = this.#numbers.get(value);
    if (before !== undefined) return before;
    const placeholder = `${FIRST_NUMBER + this.#numbers.size}`;
    this.#numbers.set(value, placeholder);
    this.#known = null;
    return placeholder;
  }
}

function fromAddress(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function fromJson(value: string): string {
  try {
    return JSON.parse(`"${value}"`);
  } catch {
    return value;
  }
}
