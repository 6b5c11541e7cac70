import {
  PROJECTX_FAULTS,
  PROJECTX_GUESSES,
  TRADOVATE_FAULTS,
  TRADOVATE_GUESSES,
} from "../lib/sandbox/mod.ts";
import { assert, assertEquals } from "./assert.ts";

const PAGE = Deno.readTextFileSync(new URL("../docs/sandbox.md", import.meta.url))
  .replaceAll(/ +/g, " ");

/** A part of the page, from its heading to the next of its rank. */
function part(heading: string): string {
  const [, rest] = PAGE.split(`${heading}\n`);
  assert(rest !== undefined, `${heading} is not there`);
  return rest.split("\n## ")[0]!;
}

const VENUES = [
  ["## Tradovate", TRADOVATE_FAULTS, TRADOVATE_GUESSES],
  ["## ProjectX", PROJECTX_FAULTS, PROJECTX_GUESSES],
] as const;

for (const [heading, faults, guesses] of VENUES) {
  Deno.test(`the page of sandboxes lists every fault and guess: ${heading}`, () => {
    const lines = [
      ...Object.entries(faults).map(([name, { does, id }]) => `| \`${name}\` | ${id} | ${does} |`),
      ...Object.entries(guesses).map(([name, value]) => `| \`${name}\` | \`${value}\` |`),
    ];
    const text = part(heading);
    assertEquals(lines.filter((line) => !text.includes(line)), []);
    // And no others.
    assertEquals(text.split("\n").filter((line) => line.startsWith("| `")).length, lines.length);
  });
}
