import fc from "fast-check";
import { createRandom } from "../../core/mod.ts";
import type { Order } from "../../trading/mod.ts";
import { assert, assertEquals } from "../../../tests/assert.ts";
import { PAPER_CASH_USD, PAPER_MARKET, paperMinutes } from "../../../tests/fixtures/paper_run.ts";
import { emptyBook, PaperBook, type SavedPaperBook } from "./paper_book.ts";
import type { PaperReport, PaperRequest } from "./paper_messages.ts";

const LENGTH = 60;
const MARKETS = { MES: PAPER_MARKET };

/** Bars with orders, changes and cancels between them. */
function requestsOf(seed: number): PaperRequest[] {
  const bars = paperMinutes(seed, LENGTH), random = createRandom(seed);
  const { adjustment } = bars.continuous!;
  let id = 0;
  const order = (row: number): Order => {
    const close = Math.round(bars.close[row]! / 0.25);
    const lots = (random.uniform() < 0.5 ? -1 : 1) * (1 + random.integer(9));
    const price = (): number => close + random.integer(21) - 10;
    const base = { id: ++id, lots, reason: "signal", decidedAt: 0 } as const;
    switch (random.integer(7)) {
      case 0:
        return base;
      case 1:
        return { ...base, terms: { kind: "trailing-stop", distanceTicks: 1 + random.integer(9) } };
      case 2:
        return { ...base, terms: { kind: "limit", limitTicks: price() }, timeInForce: "day" };
      case 3:
        return { ...base, reason: "session-close", atClose: true };
      case 4:
        return { ...base, terms: { kind: "stop", stopTicks: price() }, group: Math.max(1, id - 1) };
      default:
        return {
          ...base,
          terms: { kind: "limit", limitTicks: price() },
          exits: [
            { id: ++id, kind: "take-profit", distanceTicks: 1 + random.integer(9) },
            { id: ++id, kind: "trailing-stop", distanceTicks: 1 + random.integer(9) },
          ],
        };
    }
  };
  return Array.from({ length: LENGTH }, (_, row): PaperRequest[] => {
    const isRoll = row > 0 && adjustment[row] !== adjustment[row - 1];
    const bar = {
      ...{ row, time: bars.time[row]!, open: bars.open[row]!, high: bars.high[row]! },
      ...{ low: bars.low[row]!, close: bars.close[row]!, volume: bars.volume[row]! },
      ...(isRoll
        ? {
          roll: {
            method: "difference" as const,
            adjustment: [adjustment[row - 1]!, adjustment[row]!] as const,
          },
        }
        : {}),
    };
    const acts = Array.from({ length: random.integer(4) }, (): PaperRequest => {
      const pick = random.uniform(), orderId = 1 + random.integer(id + 1);
      if (pick < 0.7) return { do: "submit", symbol: "MES", order: order(row) };
      return pick < 0.8 ? { do: "cancel", orderId } : { do: "cancel", orderId: id };
    });
    return [{ do: "bar", symbol: "MES", bar }, ...acts];
  }).flat();
}

/** What all requests bring about, from books that are saved and made anew as often as asked. */
function run(requests: readonly PaperRequest[], isRestored: (index: number) => boolean) {
  let book = new PaperBook(MARKETS, emptyBook("stamp", PAPER_CASH_USD));
  const reports: PaperReport[] = [];
  for (const [index, request] of requests.entries()) {
    reports.push(...book.take(request));
    if (!isRestored(index)) continue;
    book = new PaperBook(MARKETS, JSON.parse(JSON.stringify(book.save())) as SavedPaperBook);
  }
  return { reports, saved: book.save() };
}

Deno.test("PaperBook goes on as if it had never been saved, from any moment", () => {
  const seen: Record<string, number> = {};
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      const requests = requestsOf(seed), random = createRandom(seed);
      const whole = run(requests, () => false);
      assertEquals(run(requests, () => true), whole);
      assertEquals(run(requests, () => random.uniform() < 0.1), whole);
      for (const [, report] of whole.reports) {
        const name = report.kind === "filled" ? report.fill.reason : report.kind;
        seen[name] = (seen[name] ?? 0) + 1;
      }
    }),
    { numRuns: 60 },
  );
  for (
    const name of ["accepted", "cancelled", "expired", "signal", "take-profit", "stop-loss", "roll"]
  ) {
    assert((seen[name] ?? 0) > 20, `only ${seen[name]} ${name}`);
  }
});

Deno.test("PaperBook stays as small as what is open, however many bars and orders came", () => {
  const bars = paperMinutes(1, 1_300);
  const book = new PaperBook(MARKETS, emptyBook("stamp", PAPER_CASH_USD));
  const sizes: number[] = [];
  for (let row = 0; row < bars.length; row++) {
    const bar = {
      ...{ row, time: bars.time[row]!, open: bars.open[row]!, high: bars.high[row]! },
      ...{ low: bars.low[row]!, close: bars.close[row]!, volume: bars.volume[row]! },
    };
    book.take({ do: "bar", symbol: "MES", bar });
    const lots = row % 2 === 0 ? 1 : -1;
    const order = { id: row + 1, lots, reason: "signal", decidedAt: 0 } as const;
    book.take({ do: "submit", symbol: "MES", order });
    sizes.push(JSON.stringify(book.save()).length);
  }
  // Numbers of more digits are all that grows.
  assert(sizes[1_299]! <= sizes[1_101]! + 60, `${sizes[1_101]} characters became ${sizes[1_299]}`);
});
