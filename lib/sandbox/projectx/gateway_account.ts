import { exactMicros } from "../../trading/mod.ts";
import { FillLedger } from "../fill_ledger.ts";
import type { GatewayAccountOptions } from "./gateway_options.ts";

/** A fill, or the part of one that opens or closes. */
export interface GatewayTrade {
  readonly id: number;
  readonly contractId: string;
  readonly orderId: number;
  /** Epoch milliseconds. */
  readonly time: number;
  /** Signed. */
  readonly lots: number;
  readonly ticks: number;
  readonly feeMicros: number;
  /** Profit before fees; null where it opens. */
  profitMicros: number | null;
  isVoided: boolean;
}

interface HeldContract {
  readonly positionId: number;
  openedAt: number;
  ledger: FillLedger;
}

/** Numbers that accounts take from the gateway. */
export interface AccountNumbers {
  readonly nextTrade: () => number;
  readonly nextPosition: () => number;
  readonly tickValueMicros: number;
}

/** An account of the gateway: cash = start + profits - fees of all trades that are not voided. */
export class GatewayAccountBook {
  readonly id: number;
  readonly options: GatewayAccountOptions;
  /** All trades, oldest first. */
  readonly trades: GatewayTrade[] = [];
  canTrade = true;
  /** Why not, where it cannot: until the next session, or for good. */
  lock: "day" | "ended" | null = null;
  /** Balance as it was told last. */
  toldMicros: number;
  /** Cash at the start of the session. */
  dayMicros: number;
  readonly #held = new Map<string, HeldContract>();
  readonly #numbers: AccountNumbers;

  /** Begins with cash and flat. */
  constructor(id: number, options: GatewayAccountOptions, numbers: AccountNumbers) {
    this.id = id;
    this.options = options;
    this.#numbers = numbers;
    this.toldMicros = this.dayMicros = exactMicros(options.cashMicros);
  }

  /** Start plus profits, less fees. */
  get cashMicros(): number {
    return this.trades.filter(({ isVoided }) => !isVoided).reduce(
      (sum, { feeMicros, profitMicros }) => exactMicros(sum + (profitMicros ?? 0) - feeMicros),
      this.options.cashMicros,
    );
  }

  /** What is held, by contract; flat ones too. */
  get held(): ReadonlyMap<string, HeldContract> {
    return this.#held;
  }

  /** Signed lots of a contract. */
  lotsOf(contractId: string): number {
    return this.#held.get(contractId)?.ledger.lots ?? 0;
  }

  /** Books a fill: one trade for what it closes, one for what it opens. */
  book(
    fill: Pick<GatewayTrade, "contractId" | "orderId" | "time" | "lots" | "ticks">,
    feePerLotMicros: number,
  ): readonly GatewayTrade[] {
    const { contractId, lots, ticks, time } = fill;
    const before = this.lotsOf(contractId);
    const held = this.#held.get(contractId) ??
      { positionId: this.#numbers.nextPosition(), openedAt: time, ledger: new FillLedger() };
    this.#held.set(contractId, held);
    if (before === 0) held.openedAt = time;
    const closing = Math.sign(before) === -Math.sign(lots)
      ? Math.sign(lots) * Math.min(Math.abs(lots), Math.abs(before))
      : 0;
    const parts = [closing, lots - closing].filter((part) => part !== 0);
    const trades = parts.map((part): GatewayTrade => {
      const pairs = held.ledger.book(0, part, ticks);
      const profitTicks = pairs.reduce(
        (sum, pair) => sum + pair.lots * (pair.sellTicks - pair.buyTicks),
        0,
      );
      return {
        ...fill,
        ...{ id: this.#numbers.nextTrade(), lots: part, isVoided: false },
        feeMicros: feePerLotMicros * Math.abs(part),
        profitMicros: part === closing ? profitTicks * this.#numbers.tickValueMicros : null,
      };
    });
    this.trades.push(...trades);
    return trades;
  }

  /** Takes a trade back, as if it had never been; profits of later ones are counted anew. */
  void(trade: GatewayTrade): void {
    trade.isVoided = true;
    const kept = this.trades.filter((each) =>
      each.contractId === trade.contractId && !each.isVoided
    );
    const held = this.#held.get(trade.contractId)!;
    held.ledger = new FillLedger();
    for (const each of kept) {
      const pairs = held.ledger.book(0, each.lots, each.ticks);
      const ticks = pairs.reduce(
        (sum, pair) => sum + pair.lots * (pair.sellTicks - pair.buyTicks),
        0,
      );
      each.profitMicros = pairs.length === 0 ? null : ticks * this.#numbers.tickValueMicros;
    }
  }
}
