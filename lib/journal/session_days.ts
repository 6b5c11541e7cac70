import { type BookableEntry, BookKeeper } from "./book_keeper.ts";

/** What an account did on one trade day, by its journal alone. */
export interface SessionDay {
  /** Trade day, `YYYY-MM-DD`. */
  readonly day: string;
  /** Bars taken in, of all instruments. */
  readonly bars: number;
  /** Orders sent, exits of brackets not counted. */
  readonly orders: number;
  /** Executions. */
  readonly fills: number;
  /** Fees of the executions, micro-dollars. */
  readonly feesMicros: number;
  /** What equity grew by from the last close of the day before, micro-dollars. */
  readonly profitMicros: number;
  /** Lowest equity at a close of the day, counted from where the day began; never above zero. */
  readonly lowestMicros: number;
  /** Equity at its last close, micro-dollars. */
  readonly equityMicros: number;
  /** Signed lots at its last close by instrument. */
  readonly positions: Readonly<Record<string, number>>;
  /** What a person should look at: halts, breaches, rejections, gaps, bars without a forecast and commands, counted. */
  readonly events: Readonly<Record<string, number>>;
}

/** Entries that are counted as events of their day. */
const EVENTS: ReadonlySet<BookableEntry["kind"]> = new Set(
  [
    ...["halt", "resume", "risk", "rejected", "unknown", "stranger", "gap", "no-forecast"] as const,
    ...[
      "user-command",
      "deployment",
      "deployment-refused",
      "clock-offset",
      "session-started",
    ] as const,
  ],
);

/**
 * The days of an account, oldest first, the last one as far as it has come. A day lasts until a bar
 * of a later trade day; what happens in between belongs to the day before.
 *
 * @param entries all of a journal, oldest first
 * @throws {CorruptArtifactError} when an entry does not follow from those before
 * @example
 * ```ts
 * import { assertEquals } from "../../tests/assert.ts";
 * import { sessionDays } from "./session_days.ts";
 *
 * assertEquals(await sessionDays([]), []);
 * ```
 */
export async function sessionDays(
  entries: AsyncIterable<BookableEntry> | Iterable<BookableEntry>,
): Promise<readonly SessionDay[]> {
  const keeper = new BookKeeper(), days: SessionDay[] = [];
  let day: OpenDay | null = null;
  for await (const entry of entries) {
    if (entry.kind === "bar" && entry.tradeDay > (day?.tradeDay ?? -Infinity)) {
      if (day !== null) days.push(day.close(keeper));
      day = new OpenDay(entry.tradeDay, keeper.equityMicros);
    }
    keeper.take(entry);
    day?.take(entry, keeper);
  }
  if (day !== null) days.push(day.close(keeper));
  return days;
}

class OpenDay {
  readonly tradeDay: number;
  readonly #begunMicros: number;
  readonly #events: Record<string, number> = {};
  #bars = 0;
  #orders = 0;
  #fills = 0;
  #feesMicros = 0;
  #lowestMicros = 0;

  constructor(tradeDay: number, begunMicros: number) {
    this.tradeDay = tradeDay;
    this.#begunMicros = begunMicros;
  }

  take(entry: BookableEntry, keeper: BookKeeper): void {
    if (EVENTS.has(entry.kind)) {
      this.#events[entry.kind] = (this.#events[entry.kind] ?? 0) + 1;
    }
    switch (entry.kind) {
      case "bar":
        this.#bars++;
        break;
      case "submit":
        this.#orders++;
        break;
      case "filled":
        this.#fills++;
        this.#feesMicros += entry.fill.feeMicros;
        break;
      case "clock":
        this.#lowestMicros = Math.min(
          this.#lowestMicros,
          keeper.equityMicros - this.#begunMicros,
        );
    }
  }

  close(keeper: BookKeeper): SessionDay {
    const { equityMicros, slots } = keeper.books();
    return {
      day: new Date(this.tradeDay * 86_400_000).toISOString().slice(0, 10),
      bars: this.#bars,
      orders: this.#orders,
      fills: this.#fills,
      feesMicros: this.#feesMicros,
      profitMicros: equityMicros - this.#begunMicros,
      lowestMicros: this.#lowestMicros,
      equityMicros,
      positions: Object.fromEntries(
        slots.map(({ positionLots, symbol }) => [symbol, positionLots]),
      ),
      events: this.#events,
    };
  }
}
