import type { UserEvent } from "./gateway_core.ts";
import type { GatewayCore } from "./gateway_core.ts";
import type { HubMethods, SignalrConnection } from "./signalr_connection.ts";

const TOPICS: Readonly<Record<string, string>> = {
  accounts: "GatewayUserAccount",
  orders: "GatewayUserOrder",
  positions: "GatewayUserPosition",
  trades: "GatewayUserTrade",
};

const LATE_MS = 2_000;

/** What one connection of the user hub has subscribed, and what it is told. */
export class UserHub implements HubMethods {
  readonly #core: GatewayCore;
  readonly #connection: SignalrConnection;
  /** How often each topic of each account was subscribed. */
  readonly #subscribed = new Map<string, number>();
  readonly #stop: () => void;

  /** Begins without subscriptions. */
  constructor(core: GatewayCore, connection: SignalrConnection) {
    this.#core = core;
    this.#connection = connection;
    this.#stop = core.listen((events) => {
      for (const event of events) this.#hear(event);
    });
  }

  /** Subscribes, or takes back. */
  invoke(target: string, args: readonly unknown[]): ReturnType<HubMethods["invoke"]> {
    const [, isEnd, topic] = /^(un)?subscribe(accounts|orders|positions|trades)$/.exec(target) ??
      [];
    if (topic === undefined) return { error: "Unknown hub method" };
    const [accountId] = args;
    const isBad = topic !== "accounts" &&
      (typeof accountId !== "number" || !this.#core.accounts.has(accountId));
    if (isBad || this.#core.strikes("subscribe-error", target)) {
      return { error: `An unexpected error occurred invoking '${target}' on the server.` };
    }
    const key = `${TOPICS[topic]} ${topic === "accounts" ? "" : accountId}`;
    if (isEnd !== undefined) this.#subscribed.delete(key);
    else {
      const isDouble = this.#core.guesses.subscribeTwice === "doubles";
      this.#subscribed.set(key, isDouble ? (this.#subscribed.get(key) ?? 0) + 1 : 1);
    }
    return this.#core.strikes("subscribe-unanswered", target) ? null : { result: 0 };
  }

  /** Hears no more. */
  close(): void {
    this.#stop();
  }

  #hear(event: UserEvent): void {
    const core = this.#core, connection = this.#connection;
    const { target } = event;
    const account = target === TOPICS.accounts ? "" : event.accountId;
    const times = this.#subscribed.get(`${target} ${account}`) ?? 0;
    if (times === 0 || !connection.isOpen) return;
    if (core.strikes("hub-drop", target)) return connection.drop();
    if (core.strikes("close-frame")) {
      return connection.closeBy("Connection closed with an error.", true);
    }
    if (core.strikes("close-final")) {
      return connection.closeBy("Connection closed with an error.", false);
    }
    if (core.strikes("hub-silent")) return connection.fallSilent();
    if (core.strikes("event-lost", target)) return;
    if (core.strikes("foreign-event")) this.#say(event, { ...event.data, accountId: 1 });
    const data = this.#spoilt(event);
    const say = (): void => {
      for (let time = 0; time < times; time++) this.#say(event, data);
      if (core.strikes("event-duplicated", target)) this.#say(event, data);
    };
    if (core.strikes("event-delayed", target)) core.later(LATE_MS, say);
    else say();
  }

  #spoilt({ data, target }: UserEvent): Readonly<Record<string, unknown>> {
    const core = this.#core;
    if (core.strikes("extra-fields")) return { ...data, moonPhase: "full", nested: { deep: [1] } };
    if (target !== TOPICS.accounts && core.strikes("side-missing", target)) {
      const { side: _, ...rest } = data;
      return rest;
    }
    if (target === TOPICS.orders && core.strikes("status-unknown")) return { ...data, status: 99 };
    if (target !== TOPICS.positions) return data;
    if (core.strikes("type-unknown")) return { ...data, type: 9 };
    return core.strikes("position-flat") ? { ...data, type: 0, size: 0 } : data;
  }

  #say({ action, target }: UserEvent, data: Readonly<Record<string, unknown>>): void {
    const core = this.#core, { envelope, eventForm } = core.guesses;
    const usual = envelope === "wrapped" ||
      (envelope === "orders-only" && target === TOPICS.orders);
    const isWrapped = core.strikes("envelope-changes") ? !usual : usual;
    const told = isWrapped ? { action, data } : data;
    const record = JSON.stringify({
      ...{ type: 1, target },
      arguments: [eventForm === "list" ? [told] : told],
    });
    const connection = this.#connection;
    if (core.strikes("garbage-record")) connection.send("{oops");
    if (core.strikes("unknown-record")) {
      connection.send(
        '{"type":9,"sequenceId":1}',
        '{"type":1,"target":"GatewayMoon","arguments":[]}',
      );
    }
    if (!core.strikes("record-split")) return connection.send(record);
    const half = Math.floor(record.length / 2);
    connection.raw(record.slice(0, half));
    core.later(1, () => connection.send(record.slice(half)));
  }
}
