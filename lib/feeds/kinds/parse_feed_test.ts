import { assertEquals } from "../../../tests/assert.ts";
import { assertRejects, assertThrows } from "../../../tests/fixtures/temporary_folder.ts";
import { InputError } from "../../core/errors.ts";
import { VirtualClock } from "../../core/virtual_clock.ts";
import type { FeedRequest } from "./feed_kind.ts";
import { FEED_KINDS } from "./feed_kinds.ts";
import { parseFeed } from "./parse_feed.ts";

const REQUEST: FeedRequest = {
  data: { symbol: "MES", load: {} },
  ...{ history: 0, lookBack: 10, speed: null },
  simulation: { bars: 10, seed: 1, start: 0, startPrice: 5_000, volatilityTicks: 8 },
};

Deno.test("parseFeed() reads every kind by its own form", () => {
  for (const kind of FEED_KINDS) {
    const read = parseFeed(kind.form.toLowerCase().replace("binance", "Binance"));
    assertEquals(read.kind, kind);
  }
  assertEquals(parseFeed("replay:C:\\bars.csv").target, "C:\\bars.csv");
});

Deno.test("parseFeed() says in one line what was meant", () => {
  const cases = [
    ["reply:bars.csv", "did you mean replay:bars.csv?"],
    ["bars.csv", "did you mean replay:bars.csv?"],
    ["simulat", "did you mean simulate:…?"],
    ["kraken:BTCUSD", "use one of replay:FILE, "],
    ["", "Cannot find the kind of feed ''"],
    ["replay:", "write replay:FILE"],
    ["replay:  ", "write replay:FILE"],
    ["a\nb:c", "use one of"],
  ] as const;
  for (const [text, says] of cases) assertThrows(() => parseFeed(text), InputError, says);
});

Deno.test("a simulated feed says in one line what is wrong with its world", async () => {
  const cases = [
    ["simulate:regimes", "did you mean regime?"],
    ["simulate:weather", "choose one of gbm, "],
    ["simulate:gbm,drift", "Cannot read 'drift' as a parameter"],
    ["simulate:gbm,drift=x", "Cannot read 'drift=x'"],
    ["simulate:gbm,stay=1", "has no such parameter"],
    ["simulate:regime,stay=2", "out of range"],
  ] as const;
  for (const [text, says] of cases) {
    const { kind, target } = parseFeed(text);
    const open = async () => await kind.open(target, REQUEST, { clock: new VirtualClock() });
    await assertRejects(open(), InputError, says);
  }
});

Deno.test("a replay of a file that is none says so", async () => {
  const { kind, target } = parseFeed("replay:nothing-there.csv");
  const opened = kind.open(target, REQUEST, { clock: new VirtualClock() });
  await assertRejects(opened, InputError, "there is no such file");
});
