import { assert, assertEquals } from "./assert.ts";
import { killAtVenue, KILLED_VENUES, VICTIM_TRADES } from "./fixtures/killed_venue.ts";

/** Writes behind the first order; `deno task bench kill --broker …` kills at every one. */
const KILLED_AT = { forecasts: [47], brackets: [25] } as const;

for (const broker of KILLED_VENUES) {
  for (const trades of VICTIM_TRADES) {
    Deno.test(`a session of ${trades} at ${broker} that is killed goes on with the venue's books`, async () => {
      for (const killAt of KILLED_AT[trades]) {
        const { faults, fills, wasKilled } = await killAtVenue({ broker, trades, killAt });
        assertEquals([wasKilled, faults], [true, []], `killed at ${killAt}`);
        assert(fills > 1, `${fills} executions`);
      }
    });
  }
}
