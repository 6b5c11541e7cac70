import { styleText } from "node:util";

/** What `styleText` of Node can make of a text. */
export type Style = Parameters<typeof styleText>[0];

/**
 * Text in colour, where the reader is a terminal that wants it (no-color.org, force-color.org).
 * Node's own check reads a dozen environment names, which no task is granted.
 */
export function paint(
  style: Style,
  text: string,
  stream: { isTerminal(): boolean } = Deno.stdout,
): string {
  return wantsColor(stream) ? styleText(style, text, { validateStream: false }) : text;
}

function wantsColor(stream: { isTerminal(): boolean }): boolean {
  if ((Deno.env.get("NO_COLOR") ?? "") !== "") return false;
  const forced = Deno.env.get("FORCE_COLOR") ?? Deno.env.get("CLICOLOR_FORCE");
  return forced === undefined ? stream.isTerminal() : forced !== "0";
}
