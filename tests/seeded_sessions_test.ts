import { assert, assertEquals } from "./assert.ts";
import { runSeededSession } from "./fixtures/seeded_session.ts";

/** 250 of them run with `deno task bench sessions`. */
const SAMPLE = 15;

Deno.test("two systems on one account are flat by the rule over early closes, changes of the clock and ends of contracts", async () => {
  const rules = new Set<string>();
  let short = 0;
  for (let i = 0; i < SAMPLE; i++) {
    const seed = 17 * i + 1;
    const { broken, heldShare, outcome, rule, shortSessions } = await runSeededSession(seed);
    assertEquals(broken, [], `seed ${seed}`);
    assert(heldShare > 0.3, `seed ${seed} held over ${heldShare} of its bars`);
    assertEquals(outcome.reason, "feed ended");
    rules.add(rule);
    short += shortSessions;
  }
  assertEquals(rules.size, 3);
  assert(short >= 5, `only ${short} short sessions`);
});
