import type { GatewayCore } from "./gateway_core.ts";
import {
  type GatewayOrder,
  isWorkingOrder,
  ORDER_KIND,
  ORDER_STATE,
  sizeLeft,
} from "./gateway_order.ts";

/** Milliseconds to the exchange. */
export const EXCHANGE_MS = 8;

/** Milliseconds from a fill to the exits that then work. */
const EXITS_MS = 18;

const LATE_EXITS_MS = 5_000;

/** What exits need of the desk. */
export interface ExitActions {
  /** Ends an order without a fill. */
  readonly end: (order: GatewayOrder, status: number) => void;
  /** Fills all that is left of an order. */
  readonly fillRest: (order: GatewayOrder) => void;
  /** An order has changed: tells it, and puts what is open to work as it is now. */
  readonly changed: (order: GatewayOrder) => void;
}

/** Exits of brackets: they wait for the fills of their entry, and end one another. */
export class GatewayExits {
  readonly #core: GatewayCore;
  readonly #actions: ExitActions;
  readonly #byEntry = new Map<number, readonly GatewayOrder[]>();

  /** Begins without exits. */
  constructor(core: GatewayCore, actions: ExitActions) {
    this.#core = core;
    this.#actions = actions;
  }

  /** Takes note of an exit. */
  add(entryId: number, exit: GatewayOrder): void {
    this.#byEntry.set(entryId, [...this.#byEntry.get(entryId) ?? [], exit]);
  }

  /** The exits of an entry. */
  of({ id }: GatewayOrder): readonly GatewayOrder[] {
    return this.#byEntry.get(id) ?? [];
  }

  /** The other exit of the same entry, while it works. */
  siblingOf(order: GatewayOrder): GatewayOrder | null {
    const found = this.#sibling(order);
    return found === undefined || !isWorkingOrder(found) ? null : found;
  }

  /** An entry has been filled, perhaps in part: its exits begin to work, or grow. */
  entryFilled(entry: GatewayOrder): void {
    const core = this.#core;
    const exits = this.of(entry);
    if (exits.length === 0) return;
    const from = Math.round(entry.filledTicks / entry.filled);
    const waiting = exits.filter(({ status }) => status === ORDER_STATE.suspended);
    for (const exit of exits) {
      if (!isWorkingOrder(exit) || exit.status === ORDER_STATE.suspended) continue;
      exit.size = this.#sizeOf(entry, exit);
      this.#actions.changed(exit);
    }
    if (waiting.length === 0 || core.strikes("children-stay-suspended")) return;
    const delay = core.strikes("children-late") ? LATE_EXITS_MS : EXITS_MS;
    // The target begins first, then the stop, as it was captured.
    for (const [index, exit] of waiting.toReversed().entries()) {
      core.later(delay + index, () => this.#release(entry, exit, from));
    }
  }

  /** An exit has been filled, in part or whole: the other shrinks or ends. */
  exitFilled(order: GatewayOrder, isDone: boolean): void {
    const core = this.#core;
    const sibling = this.siblingOf(order);
    if (sibling === null) return;
    if (!isDone) {
      core.later(EXCHANGE_MS, () => {
        const wanted = sibling.filled + sizeLeft(order);
        if (!isWorkingOrder(sibling) || sibling.size <= wanted) return;
        sibling.size = wanted;
        this.#actions.changed(sibling);
      });
    } else if (core.strikes("both-legs-fill")) this.#actions.fillRest(sibling);
    else if (!core.strikes("sibling-stays")) {
      core.later(EXCHANGE_MS, () => this.#actions.end(sibling, ORDER_STATE.cancelled));
    }
  }

  #release(entry: GatewayOrder, exit: GatewayOrder, from: number): void {
    if (exit.status !== ORDER_STATE.suspended) return;
    const isStop = exit.type !== ORDER_KIND.limit;
    if (isStop && this.#core.strikes("stop-rejected")) {
      return this.#actions.end(exit, ORDER_STATE.rejected);
    }
    const at = from + exit.distanceTicks!;
    if (isStop) exit.stopTicks = at;
    else exit.limitTicks = at;
    exit.size = this.#sizeOf(entry, exit);
    exit.status = ORDER_STATE.open;
    this.#actions.changed(exit);
  }

  /** Lots that an exit is for: what its entry has got, less what the other exit has closed. */
  #sizeOf(entry: GatewayOrder, exit: GatewayOrder): number {
    const whole = this.#core.guesses.childrenSize === "whole" ? entry.size : entry.filled;
    return whole - (this.#sibling(exit)?.filled ?? 0);
  }

  #sibling({ parentId, siblingId }: GatewayOrder): GatewayOrder | undefined {
    return this.#byEntry.get(parentId ?? 0)?.find(({ id }) => id === siblingId);
  }
}
