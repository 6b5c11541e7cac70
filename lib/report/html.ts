/** A piece of finished HTML; only {@linkcode markup} and {@linkcode rawHtml} make one. */
export interface Markup {
  /** Safe to stand in a page as it is. */
  readonly html: string;
}

/** What may stand in a hole of an {@linkcode markup} template. Strings and numbers are escaped. */
export type Content = Markup | string | number | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it may stand in an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Marks a string as HTML that is already safe. Never pass data from a file or a flag. */
export function rawHtml(html: string): Markup {
  return { html };
}

function toMarkup(content: Content): string {
  if (typeof content === "string") return escapeHtml(content);
  if (typeof content === "number") return String(content);
  if ("html" in content) return content.html;
  return content.map(toMarkup).join("");
}

/**
 * A template tag that escapes every hole, so that forgetting to escape is not possible.
 *
 * @example
 * ```ts
 * import { markup } from "./html.ts";
 * import { assertEquals } from "../../tests/assert.ts";
 *
 * const name = "<script>alert(1)</script>";
 * assertEquals(markup`<b>${name}</b>`.html, "<b>&lt;script&gt;alert(1)&lt;/script&gt;</b>");
 * ```
 */
export function markup(parts: TemplateStringsArray, ...holes: Content[]): Markup {
  return { html: String.raw({ raw: parts }, ...holes.map(toMarkup)) };
}

/**
 * A value as JSON that may stand inside a `<script>` element: no `</script>` or `<!--` can end or
 * comment it out, and U+2028 and U+2029, line ends to older script parsers, are escaped.
 */
export function jsonForScript(value: unknown): Markup {
  const json = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return { html: json };
}
