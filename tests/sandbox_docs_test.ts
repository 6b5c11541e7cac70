import { TRADOVATE_FAULTS, TRADOVATE_GUESSES } from "../lib/sandbox/mod.ts";
import { assertEquals } from "./assert.ts";

const PAGE = Deno.readTextFileSync(new URL("../docs/sandbox.md", import.meta.url))
  .replaceAll(/ +/g, " ");

Deno.test("the page of sandboxes lists every fault and every guess with its default", () => {
  const faults = Object.entries(TRADOVATE_FAULTS)
    .map(([name, { does, id }]) => `| \`${name}\` | ${id} | ${does} |`);
  const guesses = Object.entries(TRADOVATE_GUESSES)
    .map(([name, value]) => `| \`${name}\` | \`${value}\` |`);
  assertEquals([...faults, ...guesses].filter((line) => !PAGE.includes(line)), []);
});
