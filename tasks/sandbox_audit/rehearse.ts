import { VirtualClock } from "../../lib/core/mod.ts";
import { expectedSpans } from "../../lib/data/mod.ts";
import { createVenueFeed, type Frame, recordTransport } from "../../lib/feeds/mod.ts";
import { createCalendar, findInstrument, MINUTE_MS } from "../../lib/market/mod.ts";
import { simulateBars } from "../../lib/simulator/mod.ts";
import { createMemoryTransport } from "../../lib/trading/mod.ts";
import { memoryLedger, memoryTokenStore, reachVenue, scrubbedFor } from "../../lib/venues/mod.ts";
import { playOrders } from "./play_orders.ts";
import type { RehearsedVenue, Switches } from "./rehearsed_venue.ts";

const INSTRUMENT = findInstrument("MES");
const FEE_MICROS = 950_000;
/** The bars begin with the session after it, so that nothing closes on the way. */
const START = Date.parse("2026-11-24T15:00Z");
const BARS = 400, HISTORY = 60;
const STEP_MS = 250;
const ANSWER_MS = 30;

/**
 * Lets the client do all that it can at a double in memory, and records it as it would be recorded
 * at the venue.
 *
 * @param seed of the market and of the double
 * @returns frames, as a recording has them
 */
export async function rehearse(
  venue: RehearsedVenue,
  switches: Switches,
  seed: number,
): Promise<readonly Frame[]> {
  const bars = simulateBars({
    ...{ world: { kind: "gbm", drift: 0 }, instrument: INSTRUMENT, bars: BARS, seed },
    ...{ intervalMs: MINUTE_MS, start: START, startPrice: 6_000, volatilityTicks: 8 },
  });
  const clock = new VirtualClock(bars.time[HISTORY]! + 20_000);
  const double = venue.open({ clock, bars, seed }, switches);
  const frames: Frame[] = [{ kind: "begun", at: clock.now(), feed: venue.request.name }];
  const kept = { write: (frame: Frame) => void frames.push(frame), isRecording: true };
  const transport = recordTransport(
    createMemoryTransport(clock, double.servers, { delayMs: () => ANSWER_MS }),
    scrubbedFor(venue.request, { ...kept, close: () => {} }),
    clock,
  );
  const rowOf = (): number => Math.floor((clock.now() - bars.time[0]!) / MINUTE_MS) - 1;
  const ending = new AbortController();
  const script = async (onBar: (tell: (row: number) => void) => void): Promise<void> => {
    const tokens = memoryTokenStore();
    using access = reachVenue(venue.request, { clock, transport, tokens });
    const { name: account } = await access.account(venue.request.account);
    const contract = await access.currentContract(INSTRUMENT);
    const market = { instrument: INSTRUMENT, contract, intervalMs: MINUTE_MS };
    const from = clock.now() - 30 * MINUTE_MS;
    await access.history({ ...market, from, until: clock.now(), stamp: "open" });
    await venue.look(transport, clock);
    const { transport: way, venue: barVenue } = access.bars(market);
    const feed = createVenueFeed(barVenue, {
      ...{ name: "rehearsal", history: 10, lookBack: 10, clock, transport: way },
      ...{ market, openSpans: expectedSpans(createCalendar(INSTRUMENT), MINUTE_MS) },
      signal: ending.signal,
    });
    const hearing = (async () => {
      while (await feed.next() !== null);
    })();
    const broker = await access.openBroker({
      ...{ account, instrument: INSTRUMENT, contract, feePerSideMicros: FEE_MICROS },
      ...{ tag: "rehearsal", ledger: memoryLedger(), onTrouble: () => {}, onHalt: () => {} },
    });
    broker.onBar(INSTRUMENT.symbol, bars, rowOf());
    onBar((row) => void broker.onBar(INSTRUMENT.symbol, bars, row));
    try {
      await playOrders(
        broker,
        INSTRUMENT.symbol,
        clock,
        () => Math.round(bars.close[rowOf()]! / INSTRUMENT.tickSize),
      );
    } finally {
      ending.abort();
      await broker.close();
      await hearing;
    }
  };
  let tell: (row: number) => void = () => {}, last = rowOf(), isOver = false;
  const played = script((told) => tell = told).finally(() => isOver = true);
  // What goes wrong at a double with faults ends its rehearsal; what was said until then counts.
  played.catch(() => {});
  while (!isOver && rowOf() < BARS - 2) {
    await clock.advance(STEP_MS);
    for (; last < rowOf(); last++) tell(last + 1);
  }
  ending.abort();
  double.close();
  return frames;
}
