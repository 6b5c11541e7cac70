import { type JsonValue, sleep, type TimerClock } from "../../core/mod.ts";
import type { JournaledBar, Transport } from "../../trading/mod.ts";
import { fieldsOf, numberIn, textIn } from "../json_fields.ts";
import { readChartPackets, readQuoteTime } from "./chart_packets.ts";
import type { Answer } from "./outcome.ts";
import type { TokenKeeper } from "./token_keeper.ts";
import {
  openTradovateSocket,
  type SocketPatience,
  type TradovateSocket,
} from "./tradovate_socket.ts";

/** A chart as it is asked for. */
export interface ChartQuestion {
  /** Name of the contract. */
  readonly symbol: string;
  /** Length of a bar, whole minutes. */
  readonly minutes: number;
  /** Oldest and newest moment, and how many bars at most; one of them at least. */
  readonly timeRange: Readonly<Record<string, string | number>>;
}

/** Who is told of a chart. */
export interface ChartListener {
  /** Bars as they stand; the newest one may come again, changed. */
  readonly onBars: (bars: readonly JournaledBar[]) => void;
  /** Its history has come. */
  readonly onEnd: () => void;
}

/** What a line to prices is opened with. */
export interface MarketLineOptions {
  readonly transport: Transport;
  readonly clock: TimerClock;
  readonly url: string;
  readonly tokens: TokenKeeper;
  readonly patience?: Partial<SocketPatience>;
  /** Something was heard. */
  readonly onPulse?: () => void;
  readonly onClose: (reason: string) => void;
}

/** The venue shows no prices here: not paid for, delayed, or not now. */
export class NoPricesError extends Error {
  /** Its kind, for messages. */
  override readonly name = "NoPricesError";
}

const MOST_TICKETS = 2;

/** One line to the venue's prices: charts and the stamps of quotes. */
export class MarketLine {
  readonly #clock: TimerClock;
  readonly #socket: TradovateSocket;
  readonly #charts = new Map<number, ChartListener>();
  /** Packets of charts whose numbers nobody knows yet. */
  #early: ReturnType<typeof readChartPackets>[number][] = [];
  #venueTime: number | null = null;

  private constructor(socket: TradovateSocket, clock: TimerClock) {
    this.#socket = socket;
    this.#clock = clock;
  }

  /** Opens one. @throws {SocketRefusal} when there is none */
  static async open(options: MarketLineOptions): Promise<MarketLine> {
    const { clock, onClose, onPulse = () => {}, patience, tokens, transport, url } = options;
    const token = await tokens.token();
    let line: MarketLine | null = null;
    const socket = await openTradovateSocket({
      ...{ transport, clock, url, onClose, onFrame: onPulse },
      token: token.mdAccessToken ?? token.accessToken,
      ...(patience === undefined ? {} : { patience }),
      onEvent: (event, data) => line?.hear(event, data),
    });
    return line = new MarketLine(socket, clock);
  }

  /** The venue's clock by its newest stamp, epoch milliseconds; null before there was one. */
  get venueTime(): number | null {
    return this.#venueTime;
  }

  /** Takes an event in. */
  hear(event: string, data: JsonValue): void {
    if (event === "shutdown") return this.#socket.close("the venue ends the line");
    if (event === "md") {
      const time = readQuoteTime(data);
      if (time !== null) this.#venueTime = Math.max(time, this.#venueTime ?? -Infinity);
    }
    if (event !== "chart") return;
    for (const packet of readChartPackets(data)) {
      const listener = this.#charts.get(packet.id);
      if (listener === undefined) this.#early.push(packet);
      else tell(listener, packet);
    }
    this.#early.splice(0, this.#early.length - 100);
  }

  /** Follows quotes, for their stamps. @throws {NoPricesError} where there are none in time */
  async followQuotes(symbol: string): Promise<void> {
    const answer = await this.#ask("md/subscribeQuote", { symbol });
    const fields = answer.kind === "value" ? fieldsOf(answer.value) : null;
    if (fields === null) throw new NoPricesError(`no quotes of ${symbol}: ${reasonOf(answer)}`);
    if (textIn(fields, "mode") === "Delayed") {
      throw new NoPricesError(`quotes of ${symbol} are delayed: this user has not paid for prices`);
    }
  }

  /** Opens a chart. @returns ends it @throws {NoPricesError} where there is none */
  async chart(question: ChartQuestion, listener: ChartListener): Promise<() => void> {
    const { minutes, symbol, timeRange } = question;
    const answer = await this.#ask("md/getChart", {
      symbol,
      chartDescription: {
        ...{ underlyingType: "MinuteBar", elementSize: minutes },
        ...{ elementSizeUnit: "UnderlyingUnits", withHistogram: false },
      },
      timeRange,
    });
    const fields = answer.kind === "value" ? fieldsOf(answer.value) : null;
    const ids = ["historicalId", "realtimeId", "subscriptionId"].flatMap((name) =>
      fields === null ? [] : numberIn(fields, name) ?? []
    );
    if (ids.length === 0) throw new NoPricesError(`no chart of ${symbol}: ${reasonOf(answer)}`);
    for (const id of ids) this.#charts.set(id, listener);
    const early = this.#early.filter(({ id }) => ids.includes(id));
    this.#early = this.#early.filter(({ id }) => !ids.includes(id));
    for (const packet of early) tell(listener, packet);
    const subscriptionId = ids.at(-1)!;
    return () => {
      for (const id of ids) this.#charts.delete(id);
      void this.#socket.request("md/cancelChart", { subscriptionId });
    };
  }

  /** Ends it. */
  close(): void {
    this.#socket.close();
  }

  /** Asks, and waits out penalties. */
  async #ask(path: string, body: Readonly<Record<string, JsonValue>>): Promise<Answer> {
    let asked = body;
    for (let tickets = 0;; tickets++) {
      const answer = await this.#socket.request(path, asked);
      if (answer.kind !== "ticket" || answer.ticket.isCaptcha || tickets >= MOST_TICKETS) {
        return answer;
      }
      await sleep(this.#clock, answer.ticket.waitMs);
      asked = { ...body, "p-ticket": answer.ticket.text };
    }
  }
}

function tell(
  { onBars, onEnd }: ChartListener,
  { bars, isEnd }: ReturnType<typeof readChartPackets>[number],
): void {
  if (bars.length > 0) onBars(bars);
  if (isEnd) onEnd();
}

function reasonOf(answer: Answer): string {
  switch (answer.kind) {
    case "failed":
    case "denied":
    case "missing":
    case "broken":
    case "evicted":
      return answer.reason;
    case "ticket":
      return "the venue wants to be left alone";
    case "value":
      return "the answer names no chart";
    default:
      return answer.kind;
  }
}
