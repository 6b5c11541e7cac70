import type { Bars } from "../market/mod.ts";
import type { BrokerReport } from "./events.ts";
import type { Fill } from "./fill.ts";
import type { Order, OrderKind, TimeInForce, WorkingOrder } from "./order.ts";

/** What a broker can do beyond market orders; an order that asks for more is rejected. */
export interface BrokerCapabilities {
  /** Which kinds of orders it takes. */
  readonly orderKinds: readonly OrderKind[];
  /** When orders can be given up. */
  readonly timesInForce: readonly TimeInForce[];
  /** Whether an order may bring its exits along. */
  readonly brackets: boolean;
  /** Whether orders may cancel one another. */
  readonly groups: boolean;
  /** Whether the lots of a working order can be changed. */
  readonly modifies: boolean;
  /** Whether a `gtc` order works on in the next session; else it may end with its own, and is told so. */
  readonly outlivesSessions: boolean;
  /** Nearest that the stop of a bracket may stand to its entry, ticks. */
  readonly leastStopTicks: number;
}

/** An order that a broker works, by its own books. */
export interface BrokerOrder extends WorkingOrder {
  /** Instrument. */
  readonly symbol: string;
}

/** An execution by a broker's own books. */
export interface BrokerFill {
  /** The broker's own number of the execution: what arrives twice is one. */
  readonly executionId: string;
  /** Instrument. */
  readonly symbol: string;
  /** What traded. */
  readonly fill: Fill;
}

/** A position by a broker's own books. */
export interface BrokerPosition {
  /** Instrument. */
  readonly symbol: string;
  /** Signed lots. */
  readonly lots: number;
}

/** What a broker's books say at one moment. */
export interface BrokerSnapshot {
  /** Epoch milliseconds, by the broker's clock. */
  readonly time: number;
  /** Orders that may still trade. */
  readonly orders: readonly BrokerOrder[];
  /** Executions since the session began, oldest first. */
  readonly fills: readonly BrokerFill[];
  /** Open positions. */
  readonly positions: readonly BrokerPosition[];
  /** Cash, realised profit in it, open profit not. */
  readonly cashMicros: number;
}

/**
 * Where orders go: paper, or a venue. What becomes of an order arrives as reports, in the order in
 * which the broker tells it and each of them once; silence is no report. An order whose fate nobody
 * knows is `unknown` until there is evidence: it is never assumed to have failed.
 */
export interface Broker {
  /** For messages. */
  readonly name: string;
  /** What it can do. */
  readonly capabilities: BrokerCapabilities;
  /**
   * Hands an order over. Settles when it has been handed over or its fate is unknown; whatever the
   * broker makes of it is reported, so this does not throw for it.
   */
  submit(symbol: string, order: Order): Promise<void>;
  /** Asks for another number of lots, signed, that are still wanted of an order. */
  modify(orderId: number, lots: number): Promise<void>;
  /** Asks for what is left of an order to be taken back. */
  cancel(orderId: number): Promise<void>;
  /** Says who is told of reports; one listener, before the first order. */
  onReport(listener: (symbol: string, report: BrokerReport) => void): void;
  /** What the broker's books say now. @throws when it cannot be asked */
  snapshot(): Promise<BrokerSnapshot>;
  /**
   * Waits, though not for ever, until what protects positions is as it should be: nobody looks after
   * it any more once a session has left. Absent where that is always so.
   */
  leave?(): Promise<void>;
  /** Ends the connection. Orders and positions stay as they are. */
  close(): Promise<void>;
}

/** A broker whose market is told to it bar by bar: paper, and the simulated one. */
export interface BarBroker extends Broker {
  /**
   * A bar of an instrument has closed. Settled once everything that it fills has been reported.
   *
   * @param bars columns that are known up to this row
   * @throws when the bar cannot be told: nothing is known of what it filled before the books say so
   */
  onBar(symbol: string, bars: Bars, row: number): void | Promise<void>;
}
