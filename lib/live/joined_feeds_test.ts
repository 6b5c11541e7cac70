import { assertEquals } from "../../tests/assert.ts";
import { assertRejects } from "../../tests/fixtures/temporary_folder.ts";
import type { Bars } from "../market/mod.ts";
import { findInstrument } from "../market/mod.ts";
import type { MarketFact } from "../trading/mod.ts";
import { joinLiveFeeds } from "./joined_feeds.ts";
import type { SessionBar, SessionFeed } from "./session_feed.ts";

const bars = { instrument: findInstrument("MES"), intervalMs: 60_000 } as Bars;

/** A feed whose bars come when they are told to. */
class HandFeed implements SessionFeed {
  readonly name = "hand";
  asked = 0;
  #answer: (group: readonly SessionBar[] | null) => void = () => {};
  #fail: (error: Error) => void = () => {};
  tell: (fact: MarketFact) => void = () => {};

  next(): Promise<readonly SessionBar[] | null> {
    this.asked++;
    return new Promise((resolve, reject) => {
      this.#answer = resolve;
      this.#fail = reject;
    });
  }

  onFact(listener: (fact: MarketFact) => void): void {
    this.tell = listener;
  }

  give(row: number): void {
    const marks = { origin: "feed", isRepaired: false, receivedAt: 0, lateMs: 0 } as const;
    this.#answer([{ slot: 0, bars, row, ...marks }]);
  }

  end(): void {
    this.#answer(null);
  }

  break(): void {
    this.#fail(new Error("broken"));
  }
}

const toldBy = (group: readonly SessionBar[] | null) =>
  group?.map(({ row, slot }) => [slot, row]) ?? null;

Deno.test("joinLiveFeeds() hands each bar on when it is there, in the numbers of the account, until all have ended", async () => {
  const one = new HandFeed(), other = new HandFeed();
  const joined = joinLiveFeeds("both", [{ feed: one, slots: [1] }, { feed: other, slots: [0] }]);
  const facts: MarketFact[] = [];
  joined.onFact!((fact) => facts.push(fact));
  const first = joined.next();
  other.give(7);
  assertEquals(toldBy(await first), [[0, 7]]);
  // What was handed on may still be read: only then it is asked for the next one.
  assertEquals([one.asked, other.asked], [1, 1]);
  const second = joined.next();
  assertEquals([one.asked, other.asked], [1, 2]);
  one.give(3);
  other.give(8);
  assertEquals(toldBy(await second), [[1, 3]]);
  assertEquals(toldBy(await joined.next()), [[0, 8]]);
  one.tell({ kind: "gap", slot: 0, from: 1, to: 2 } as MarketFact);
  assertEquals(facts.map((fact) => "slot" in fact && fact.slot), [1]);
  const last = joined.next();
  one.end();
  other.give(9);
  assertEquals(toldBy(await last), [[0, 9]]);
  const end = joined.next();
  other.end();
  assertEquals(await end, null);
  assertEquals(await joined.next(), null);
});

Deno.test("joinLiveFeeds() fails with the feed that fails", async () => {
  const one = new HandFeed(), other = new HandFeed();
  const joined = joinLiveFeeds("both", [{ feed: one, slots: [0] }, { feed: other, slots: [1] }]);
  const first = joined.next();
  other.break();
  await assertRejects(first, Error, "broken");
});
