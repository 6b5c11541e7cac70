import type { Broker, BrokerReport, Command, EngineEvent } from "../trading/mod.ts";
import type { Engine } from "./engine.ts";

/** What passes between an engine and its broker. */
export interface DriveObserver {
  /**
   * The engine wants something done; it is told before the broker is. The broker waits for a promise:
   * an order that could not be written down, for one, is not sent, and rejected instead, for the
   * reason of a `NotSent` where it fails with one.
   */
  readonly onCommand?: (command: Command) => void | Promise<unknown>;
  /** The broker has said something; the engine hears it next, unless this gives false. */
  readonly onReport?: (slot: number, report: BrokerReport) => boolean | void;
  /** The broker has said something of an instrument that the engine does not trade. */
  readonly onStranger?: (symbol: string, report: BrokerReport) => void;
}

/** An engine that trades through a broker. */
export interface DrivenEngine {
  /** Tells the engine something and has its commands carried out. */
  take(event: EngineEvent): void;
  /** Settles when every command has been handed over. */
  settled(): Promise<void>;
}

/**
 * Connects an engine with a broker: commands go out, reports come back in, in order. The engine
 * never waits; an order whose handing over failed is unknown until the broker says otherwise.
 *
 * @param symbols of the engine's slots, in their order
 */
export function driveBroker(
  engine: Engine,
  broker: Broker,
  symbols: readonly string[],
  observer: DriveObserver = {},
): DrivenEngine {
  const underway = new Set<Promise<void>>();
  /** What waits to be written down, by the number of its order. */
  const waiting = new Map<number, Promise<unknown>>();

  const hear = (slot: number, report: BrokerReport): void => {
    if (observer.onReport?.(slot, report) === false) return;
    carryOut(engine.take({ kind: "report", slot, report }));
  };

  const handOver = (command: Command): Promise<void> => {
    switch (command.kind) {
      case "submit":
        return broker.submit(symbols[command.slot]!, command.order);
      case "modify":
        return broker.modify(command.orderId, command.lots);
      case "cancel":
        return broker.cancel(command.orderId);
    }
  };

  const carryOut = (commands: readonly Command[]): void => {
    for (const command of commands) {
      const orderId = command.kind === "submit" ? command.order.id : command.orderId;
      const told = observer.onCommand?.(command), before = waiting.get(orderId);
      const sent = told === undefined && before === undefined
        ? handOver(command)
        : inTurn(command, orderId, Promise.allSettled([told, before]));
      const done = sent.catch((error) => hear(command.slot, fateOf(error, orderId)))
        .finally(() => underway.delete(done));
      underway.add(done);
    }
  };

  /** What concerns the same order is handed over in its order, whatever is written down first. */
  const inTurn = async (
    command: Command,
    orderId: number,
    turn: Promise<readonly PromiseSettledResult<unknown>[]>,
  ): Promise<void> => {
    waiting.set(orderId, turn);
    const [told] = await turn;
    if (waiting.get(orderId) === turn) waiting.delete(orderId);
    if (told!.status === "fulfilled") return handOver(command);
    if (command.kind !== "submit") throw told!.reason;
    if (told!.reason instanceof NotSent) throw told!.reason;
    throw new NotSent("it could not be written down", { cause: told!.reason });
  };

  /** Slots may share a symbol: an order belongs to the slot that knows it. */
  const slotOf = (symbol: string, report: BrokerReport): number => {
    const orderId = report.kind === "filled" ? report.fill.orderId : report.orderId;
    const knows = (slot: number): boolean =>
      engine.slot(slot).orders.all().some(({ id }) => id === orderId);
    const owner = symbols.findIndex((each, slot) => each === symbol && knows(slot));
    return owner >= 0 ? owner : symbols.indexOf(symbol);
  };

  broker.onReport((symbol, report) => {
    const slot = slotOf(symbol, report);
    if (slot >= 0) hear(slot, report);
    else observer.onStranger?.(symbol, report);
  });
  return {
    take: (event) => carryOut(engine.take(event)),
    async settled() {
      while (underway.size > 0) await Promise.all(underway);
    },
  };
}

/** An order that provably never left. */
export class NotSent extends Error {}

function fateOf(error: unknown, orderId: number): BrokerReport {
  const { message: reason } = error as Error;
  return error instanceof NotSent
    ? { kind: "rejected", orderId, reason }
    : { kind: "unknown", orderId, reason };
}
