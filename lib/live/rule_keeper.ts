import type { JsonValue } from "../core/mod.ts";
import type { Engine, SlotView } from "../engine/mod.ts";
import type { EngineEvent, JournalFact } from "../trading/mod.ts";
import type { SessionRules, SlotRuling } from "./session_rules.ts";

/** What whoever keeps the rules may do. */
export interface RuleActions {
  /** Tells the engine something, and writes it down. */
  readonly tell: (event: EngineEvent) => void;
  /** Writes something down. */
  readonly write: (fact: JournalFact) => void;
  /** Whether an order that closes a slot at once is on its way: a second one would open the other side. */
  readonly isClosing: (slot: number) => boolean;
}

/** Acts on the rules of an account: tells the engine what is left, takes orders back, closes. */
export class RuleKeeper {
  readonly #rules: SessionRules;
  readonly #engine: Engine;
  readonly #slots: number;
  readonly #actions: RuleActions;
  /** The stop of each slot that was written down last. */
  readonly #written = new Map<number, string>();

  constructor(rules: SessionRules, engine: Engine, slots: number, actions: RuleActions) {
    this.#rules = rules;
    this.#engine = engine;
    this.#slots = slots;
    this.#actions = actions;
  }

  /** Acts on what the rules say at a moment: a breach halts and closes, also without a forecast. */
  keep(time: number): void {
    for (let slot = 0; slot < this.#slots; slot++) {
      const { mustFlatten, permit, stop } = this.permit(slot, time);
      const view = this.#engine.slot(slot);
      if (stop?.isForGood === true && this.#engine.halted === null) {
        this.#actions.tell({ kind: "halt", reason: stop.reason });
      }
      if (mustFlatten && isToClose(view)) {
        this.#actions.tell({ kind: "close", slot, reason: "risk", atClose: false });
      } else if (!permit.mayEnter && stop?.rule !== "order-rate" && isEntering(view)) {
        this.#actions.tell({ kind: "withdraw", slot });
      }
    }
  }

  /** Closes at once what has to go before the time is looked at again, whatever bars say. */
  closeDue(time: number, untilNextMs: number): void {
    for (let slot = 0; slot < this.#slots; slot++) {
      const { mustFlatten, stop } = this.#rules.rulingOn(slot, time, untilNextMs);
      if (!mustFlatten || !isToClose(this.#engine.slot(slot))) continue;
      if (this.#actions.isClosing(slot)) continue;
      this.#explain(slot, stop);
      this.#actions.tell({ kind: "close", slot, reason: "risk", atClose: true });
    }
  }

  /** Tells the engine what is left of a slot, before it hears a forecast. */
  permit(slot: number, time: number): SlotRuling {
    const ruling = this.#rules.rulingOn(slot, time);
    const { mayEnter, mostLots } = ruling.permit, told = this.#engine.slot(slot).permit;
    this.#explain(slot, ruling.stop);
    if (told.mayEnter !== mayEnter || told.mostLots !== mostLots) {
      this.#actions.tell({ kind: "permit", slot, mostLots, mayEnter });
    }
    return ruling;
  }

  /** A stop is written down when it begins, not at every look. */
  #explain(slot: number, stop: SlotRuling["stop"]): void {
    const said = stop === null ? "" : `${stop.rule} ${stop.isForGood}`;
    if ((this.#written.get(slot) ?? "") === said) return;
    this.#written.set(slot, said);
    if (stop === null) return;
    const { isForGood, reason, rule, until } = stop;
    const detail = { until, isForGood, distance: this.#rules.distance(slot) };
    this.#actions.write({
      ...{ kind: "risk", slot, rule, reason },
      detail: detail as unknown as JsonValue,
    });
  }
}

/** Whether a position is held that no order on its way closes, or an order may still open one. */
function isToClose({ orders, positionLots }: SlotView): boolean {
  return positionLots + orders.forecastLots() !== 0 ||
    orders.all().some(({ isCancelling, isForForecast, status }) =>
      !isForForecast && !isCancelling && status !== "waiting"
    );
}

/** Whether an order that was not taken back could make the position larger. */
function isEntering({ orders, positionLots }: SlotView): boolean {
  return orders.all().some(({ isCancelling, isExit, lots }) =>
    !isCancelling && !isExit &&
    (lots > 0 !== positionLots < 0 || Math.abs(lots) > Math.abs(positionLots))
  );
}
