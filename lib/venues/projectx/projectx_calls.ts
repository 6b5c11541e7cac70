import { fromTicks, type OrderTerms } from "../../trading/mod.ts";
import type { VenueMarket } from "../broker/market_contracts.ts";
import { type OwnOrder, sideOf, type VenueWork } from "../broker/own_orders.ts";
import type { PlacedIds, SentWork, VenueCalls } from "../broker/venue_ports.ts";
import type { CallOptions } from "../call_budget.ts";
import type { CallOutcome } from "../call_outcome.ts";
import { ENDING_REFUSALS } from "./gateway_codes.ts";
import { ORDER_TYPE } from "./gateway_entities.ts";
import type { BracketLeg, ProjectXClient } from "./projectx_client.ts";

const NOT_ACTIVE = "ContractNotActive";

/** Sends orders to a gateway of ProjectX; exits go with their entry, as ticks from its fill. */
export class ProjectXCalls implements VenueCalls {
  readonly #client: ProjectXClient;
  readonly #accountId: number;
  readonly #markets: ReadonlyMap<string, VenueMarket>;
  readonly #onHalt: (reason: string) => void;

  readonly #rolls: boolean;

  /**
   * @param onHalt told of a refusal that only a person can mend
   * @param rolls whether the next contract is gone over to once the venue takes orders of it alone
   */
  constructor(
    client: ProjectXClient,
    accountId: number,
    markets: ReadonlyMap<string, VenueMarket>,
    onHalt: (reason: string) => void,
    rolls: boolean,
  ) {
    this.#rolls = rolls;
    this.#client = client;
    this.#accountId = accountId;
    this.#markets = markets;
    this.#onHalt = onHalt;
  }

  async place(
    [order, work]: SentWork,
    exits: readonly SentWork[],
    options: CallOptions,
  ): Promise<CallOutcome<PlacedIds>> {
    const accountId = this.#accountId, contractId = String(order.contractId);
    const outcome = await this.#client.placeOrder({
      ...{ accountId, contractId },
      ...{ side: work.side > 0 ? 0 : 1, size: work.lots, customTag: work.clOrdId },
      ...this.#terms(order, work.terms),
      stopLossBracket: legOf(exits, "stop-loss"),
      takeProfitBracket: legOf(exits, "take-profit"),
    }, options);
    this.#mind(outcome);
    // Of the exits it tells no numbers: they are found by what they carry.
    return outcome.kind === "done"
      ? { kind: "done", value: { orderId: outcome.value, others: [] } }
      : outcome;
  }

  async close(sent: SentWork, options: CallOptions): Promise<CallOutcome<PlacedIds>> {
    const [{ contractId }] = sent;
    const placed = await this.place(sent, [], options);
    if (placed.kind !== "refused" || !placed.reason.startsWith(NOT_ACTIVE)) return placed;
    // Of a month that is over it may still close all that is held; it tells no number of that.
    const id = String(contractId);
    const outcome = await this.#client.closeContract(this.#accountId, id, options);
    return outcome.kind === "done"
      ? { kind: "done", value: { orderId: null, others: [] } }
      : outcome;
  }

  async cancel({ venueId }: VenueWork, options: CallOptions): Promise<CallOutcome<unknown>> {
    const outcome = await this.#client.cancelOrder(this.#accountId, venueId!, options);
    this.#mind(outcome);
    return outcome;
  }

  async modify(
    [order, { venueId }]: SentWork,
    size: number,
    terms: OrderTerms,
    options: CallOptions,
  ): Promise<CallOutcome<unknown>> {
    const { limitPrice, stopPrice } = this.#terms(order, terms);
    const fields = { accountId: this.#accountId, orderId: venueId!, size, limitPrice, stopPrice };
    const outcome = await this.#client.modifyOrder(fields, options);
    this.#mind(outcome);
    return outcome;
  }

  /** Its code for that says as little as no answer: the order is looked at. */
  isPending(): boolean {
    return false;
  }

  #terms({ symbol }: OwnOrder, terms: OrderTerms) {
    const { tickSize } = this.#markets.get(symbol)!.instrument;
    const none = { limitPrice: null, stopPrice: null };
    switch (terms.kind) {
      case "limit":
        return {
          type: ORDER_TYPE.limit,
          ...none,
          limitPrice: fromTicks(terms.limitTicks, tickSize),
        };
      case "stop":
        return { type: ORDER_TYPE.stop, ...none, stopPrice: fromTicks(terms.stopTicks, tickSize) };
      case "market":
        return { type: ORDER_TYPE.market, ...none };
      default:
        throw new RangeError(`Cannot send a ${terms.kind} order to ProjectX`);
    }
  }

  #mind(outcome: CallOutcome<unknown>): void {
    if (outcome.kind !== "refused") return;
    const { reason } = outcome;
    if (this.#rolls && reason.startsWith(NOT_ACTIVE)) return;
    if (!ENDING_REFUSALS.some((pattern) => pattern.test(reason))) return;
    this.#onHalt(
      /Position Brackets/i.test(reason)
        ? "the account takes no exits with an entry (set its brackets to Auto OCO in the platform)"
        : `the venue takes no more orders: ${reason}`,
    );
  }
}

/** Ticks are signed: below the fill is below 0, also for a sale. */
function legOf(exits: readonly SentWork[], kind: string): BracketLeg | null {
  const found = exits.find(([{ exit }]) => exit?.kind === kind);
  if (found === undefined) return null;
  const [order] = found, { distanceTicks } = order.exit!;
  const entrySide = -sideOf(order);
  return kind === "stop-loss"
    ? { ticks: -entrySide * distanceTicks, type: ORDER_TYPE.stop }
    : { ticks: entrySide * distanceTicks, type: ORDER_TYPE.limit };
}
