import { createRandom } from "../core/random.ts";
import { InputError } from "../core/errors.ts";
import { createCalendar } from "../market/calendar.ts";
import { findInstrument } from "../market/instruments.ts";
import { assert } from "../../tests/assert.ts";
import { mutateText, pick } from "../../tests/fixtures/fuzz_mutations.ts";
import { BAR_TEXTS } from "../../tests/fixtures/fuzz_parsers.ts";
import { withFile } from "../../tests/fixtures/loader_fixture.ts";
import { expectedSpans, findGaps } from "./gaps.ts";
import { inspectBars } from "./loader.ts";

const INPUTS = 600;
const ES = findInstrument("ES");

Deno.test("inspectBars() judges any damaged text in lines, and never breaks", async () => {
  const random = createRandom(20_241_130);
  const calendar = createCalendar(ES);
  const zones = [undefined, "UTC", "America/New_York"];
  for (let input = 0; input < INPUTS; input++) {
    const text = mutateText(pick(random, BAR_TEXTS), random);
    const timeZone = zones[random.integer(zones.length)];
    await withFile("bars.csv", text, async (path) => {
      try {
        const { bars, report } = await inspectBars(path, {
          instrument: ES,
          isOpen: (time) => calendar.isOpen(time),
          ...(timeZone === undefined ? {} : { timeZone }),
        });
        assert(bars !== null || report.problems.length > 0, text);
        const lines = [...report.problems.map(({ detail }) => detail), ...report.notes];
        assert(lines.every((line) => !line.includes("\n")), text);
        if (bars !== null) findGaps(bars, expectedSpans(calendar, bars.intervalMs));
      } catch (error) {
        assert(error instanceof InputError && !error.message.includes("\n"), `${error}\n${text}`);
      }
    });
  }
});
