import type { BrokerReport } from "../../trading/mod.ts";
import type { BracketGuard } from "./bracket_guard.ts";
import type { BrokerContext } from "./broker_context.ts";
import { addContract, enterContract } from "./market_contracts.ts";
import type { OrderLedgerEntry, RolledPart } from "./order_ledger.ts";
import type { OrderReporter } from "./order_reporter.ts";
import type { OrderSender } from "./order_sender.ts";
import { sentOrders } from "./order_terms.ts";
import { type OwnOrder, toldNumber, type VenueWork } from "./own_orders.ts";
import { rolledParts } from "./rolled_parts.ts";
import { averageTicks, tradedLots } from "./traded_lots.ts";
import type { ContractKey, TradedContract, VenueOrderState } from "./venue_books.ts";
import type { VenueLots } from "./venue_lots.ts";
import { hasEnded, isAllKnown } from "./work_end.ts";

/** What a roll works with. */
export interface RollParts {
  readonly context: BrokerContext;
  readonly sender: OrderSender;
  readonly guard: BracketGuard;
  readonly lots: VenueLots;
  readonly reporter: OrderReporter;
  readonly tell: (symbol: string, report: BrokerReport) => void;
  readonly onHalt: (reason: string) => void;
}

/** A roll that was written down and has not ended. */
type Underway = OrderLedgerEntry & { readonly kind: "rolling" };

/** A roll that waits: for what the venue calls its contract, and for the fate of orders. */
interface Awaited {
  /** What is left. */
  readonly from: TradedContract;
  /** Name of the contract that is rolled into. */
  readonly contract: string;
  readonly expectedTicks: number;
  /** Null while the venue has not said it. */
  contractId: ContractKey | null;
  /** It is asked no sooner than then, epoch milliseconds; Infinity while it is. */
  askAt: number;
  /** When it began to wait, epoch milliseconds. */
  readonly since: number;
  /** Newest order of the account that was known. */
  readonly newestOrderId: number;
}

/** Orders of rolls have numbers of their own: so many for each, so many for each of its parts. */
const FIRST_ID = 1_000_000_000, IDS_OF_ROLL = 10_000, IDS_OF_PART = 100, IDS_OF_ATTEMPT = 3;
const MOST_ATTEMPTS = 3;
/** A contract that could not be looked up is looked up again; after so long a person has to. */
const ASK_AGAIN_MS = 5_000, ASKED_LONG_MS = 60_000;

/**
 * Rolls what is ours of an instrument into its next contract, as one thing that owns the instrument
 * while it runs: first nothing else may trade in the old contract, then what is ours of it is
 * closed, then as much is opened in the next one, with exits as far from it as they were. More is
 * never held than before, and what somebody else has traded stays where it is. It is written down
 * first; whatever nobody knows is waited for; a process that begins again goes on with it.
 */
export class ContractRoll {
  readonly #parts: RollParts;
  readonly #awaited = new Map<string, Awaited>();
  readonly #underway = new Map<string, Underway>();
  #rolls = 0;
  /** The newest roll of each instrument that has opened less than it had closed. */
  readonly #short = new Map<string, number>();
  /** Instruments whose roll needs a person. */
  readonly #stuck = new Set<string>();

  /** Goes on with what was begun before. */
  constructor(parts: RollParts) {
    this.#parts = parts;
    for (const entry of parts.context.ledger.entries()) {
      if (entry.kind === "rolling") {
        this.#rolls = entry.roll;
        this.#underway.set(entry.symbol, entry);
      } else if (entry.kind === "rolled") {
        for (const [symbol, { roll }] of this.#underway) {
          if (roll === entry.roll) this.#underway.delete(symbol);
        }
      }
    }
  }

  /** Whether an instrument is being rolled. */
  owns(symbol: string): boolean {
    return this.#awaited.has(symbol) || this.#underway.has(symbol);
  }

  /** Whether an order has to wait: what closes goes before a roll that has not begun. */
  holdsUp(symbol: string, closes: boolean): boolean {
    return this.#underway.has(symbol) || (!closes && this.#awaited.has(symbol));
  }

  /** The newest roll of an instrument that has opened less than it had closed; null without any. */
  shortRoll(symbol: string): number | null {
    return this.#short.get(symbol) ?? null;
  }

  /** How many are. */
  get count(): number {
    return this.#awaited.size + this.#underway.size;
  }

  /** Whether what an order has done is told with its whole roll only. */
  holdsBack({ roll, symbol }: OwnOrder): boolean {
    return roll !== undefined && this.#underway.has(symbol) && !this.#stuck.has(symbol);
  }

  /** Whether books would be told in the middle of a roll; one that cannot go on is told as it is. */
  get isInMiddle(): boolean {
    return [...this.#awaited.keys(), ...this.#underway.keys()].some((of) => !this.#stuck.has(of));
  }

  /** An instrument is to be rolled. @param expectedTicks what its next contract trades at */
  begin(
    symbol: string,
    contract: string,
    expectedTicks: number,
    from = this.#parts.context.markets.get(symbol)!.current,
  ): void {
    if (this.owns(symbol)) return;
    const { books, clock } = this.#parts.context;
    this.#awaited.set(symbol, {
      ...{ from, contract, expectedTicks, contractId: null, askAt: -Infinity, since: clock.now() },
      newestOrderId: Math.max(0, ...books.orders.keys()),
    });
  }

  /** Finds closing orders whose number the venue did not tell. */
  adopt(): void {
    const { books, calls, orders } = this.#parts.context;
    // Elsewhere each is found by what it carries: one that carries nothing is somebody else's.
    if (calls.close === undefined) return;
    const rolls = [...this.#awaited.values(), ...this.#underway.values()];
    for (const { from: { contractId }, newestOrderId } of rolls) {
      for (const order of orders.open()) {
        if (order.contractId !== contractId) continue;
        for (const [index, work] of order.works.entries()) {
          const closes = order.roll === "close" || (index > 0 && work.terms.kind === "market");
          if (!closes || work.venueId !== null || mayBeNone(work)) continue;
          const action = work.side > 0 ? "Buy" : "Sell";
          const found = [...books.orders.values()].find((each) =>
            each.id > newestOrderId && each.contractId === order.contractId &&
            each.action === action && each.parentId === null &&
            books.clientIdOf(each.id) === null && orders.ofVenue(each.id) === undefined
          );
          if (found !== undefined) orders.placed(order, work, found.id);
        }
      }
    }
  }

  /** Does what is to be done next. */
  look(): void {
    this.#lookBack();
    for (const [symbol, awaited] of [...this.#awaited]) this.#prepare(symbol, awaited);
    for (const roll of [...this.#underway.values()]) this.#goOn(roll);
  }

  /** What comes back to a contract that was left, as by a trade that is voided, is rolled as well. */
  #lookBack(): void {
    const { context: { markets }, lots } = this.#parts;
    for (const [symbol, { current, lastTicks, others }] of markets) {
      if (others.length === 0 || lastTicks === null || this.owns(symbol)) continue;
      const from = others.find(({ contractId }) => lots.of(contractId).ours !== 0);
      if (from !== undefined) this.begin(symbol, current.contract, lastTicks, from);
    }
  }

  /** Nothing else may trade in the old contract, and everything that has is known. */
  #prepare(symbol: string, awaited: Awaited): void {
    const { context: { books, ledger, markets, orders }, lots } = this.#parts;
    const { contract, contractId, expectedTicks, from, newestOrderId } = awaited;
    if (contractId === null) return void this.#lookUp(symbol, awaited);
    const market = markets.get(symbol)!, to = { contract, contractId };
    const others = [...orders.open()].filter((order) =>
      order.contractId === from.contractId && order.entryId === null && order.ended === null
    );
    for (const order of others) {
      const isWorking = order.works.some((work) => this.#stateOf(work)?.phase === "working");
      // One for the market ends by itself.
      if (isWorking && order.terms.kind !== "market") orders.withdraw(order);
    }
    const { lots: held, ours, overrun } = lots.of(from.contractId);
    const said = books.positions.get(from.contractId) ?? 0;
    if (others.length > 0 || overrun !== 0 || said !== held) return;
    const isAgain = from.contractId !== market.current.contractId;
    const roll: Underway = {
      ...{ kind: "rolling", roll: ++this.#rolls, symbol, from, to, expectedTicks },
      // The exits of what comes back were taken over, or have ended.
      parts: isAgain ? [{ lots: ours, exits: [] }] : rolledParts(this.#parts, market, from, ours),
      newestOrderId,
    };
    ledger.append(roll);
    addContract(market, to);
    this.#awaited.delete(symbol);
    this.#underway.set(symbol, roll);
  }

  async #lookUp(symbol: string, awaited: Awaited): Promise<void> {
    const { changed, clock, findContract, markets } = this.#parts.context;
    if (clock.now() < awaited.askAt) return;
    awaited.askAt = Infinity;
    try {
      awaited.contractId = await findContract(awaited.contract, markets.get(symbol)!.instrument);
      this.#stuck.delete(symbol);
    } catch (error) {
      awaited.askAt = clock.now() + ASK_AGAIN_MS;
      const isLong = clock.now() - awaited.since >= ASKED_LONG_MS;
      if (isLong) this.#halt(symbol, `${symbol} cannot be rolled: ${(error as Error).message}`);
    }
    changed();
  }

  #goOn(roll: Underway): void {
    const { context: { books }, lots } = this.#parts;
    const { from, symbol } = roll;
    // Whoever listens hears of these exits again from the next contract, by the same numbers.
    this.#leaveExits(roll);
    const closing = this.#ordersOf(symbol, 0);
    if (!closing.every((order) => this.#isOver(order))) return;
    const { lots: held, ours, overrun } = lots.of(from.contractId);
    const wanted = roll.parts.reduce((sum, part) => sum + part.lots, 0);
    if (ours !== 0) {
      // What opened the other side is closed by whoever looks after that.
      if (overrun === 0 && Math.sign(ours) === Math.sign(wanted)) this.#close(roll, closing, ours);
      return;
    }
    if ((books.positions.get(from.contractId) ?? 0) !== held || this.#mayExitsTrade(roll)) return;
    let left = -closing.reduce((sum, order) => sum + this.#traded(order), this.#opened(roll));
    let isDone = true;
    for (const [index, part] of roll.parts.entries()) {
      const side = Math.sign(part.lots);
      const lots = side * Math.max(0, Math.min(side * part.lots, side * left));
      left -= lots;
      isDone = this.#open(roll, index, lots) && isDone;
    }
    if (isDone && this.#parts.reporter.waitingForFee.size === 0) this.#end(roll);
  }

  /** What rolls before one have opened more than closed, as a trade was voided: signed lots. */
  #opened({ roll, symbol }: Underway): number {
    const first = FIRST_ID + roll * IDS_OF_ROLL;
    return [...this.#parts.context.orders.all()].filter((order) =>
      order.symbol === symbol && order.roll !== undefined && order.id < first
    ).reduce((sum, order) => sum + this.#traded(order), 0);
  }

  #close(roll: Underway, closing: readonly OwnOrder[], ours: number): void {
    if (closing.length >= MOST_ATTEMPTS && !this.#mayTryAgain(closing)) {
      const { from: { contract }, symbol } = roll;
      return this.#halt(symbol, `${ours} lots of ${contract} could not be closed to be rolled`);
    }
    this.#send(roll, 0, closing.length, { lots: -ours, exits: [], contract: roll.from });
  }

  /** @returns whether nothing more comes of it */
  #open(roll: Underway, index: number, lots: number): boolean {
    const opening = this.#ordersOf(roll.symbol, index + 1);
    if (!opening.every((order) => this.#isOver(order))) return false;
    const missing = lots - opening.reduce((sum, order) => sum + this.#traded(order), 0);
    if (missing === 0 || Math.sign(missing) !== Math.sign(lots)) return true;
    if (opening.length >= MOST_ATTEMPTS) {
      const { symbol, to: { contract } } = roll;
      this.#short.set(symbol, roll.roll);
      this.#halt(symbol, `${missing} lots of ${contract} could not be opened after a roll`);
      return true;
    }
    const { exits } = roll.parts[index]!;
    this.#send(roll, index + 1, opening.length, { lots: missing, exits, contract: roll.to });
    return false;
  }

  #send(
    { expectedTicks, roll, symbol }: Underway,
    part: number,
    attempt: number,
    { contract, exits, lots }: Pick<RolledPart, "exits" | "lots"> & {
      readonly contract: TradedContract;
    },
  ): void {
    const { context: { books, markets, onTrouble, orders, rules }, sender } = this.#parts;
    const id = FIRST_ID + roll * IDS_OF_ROLL + part * IDS_OF_PART + attempt * IDS_OF_ATTEMPT;
    const { tickSize } = markets.get(symbol)!.instrument;
    const left = averageTicks(books, this.#ordersOf(symbol, 0), tickSize) ?? expectedTicks;
    const side = Math.sign(lots);
    const distance = (kind: string, levelTicks: number): number =>
      Math.max(
        rules.leastStopTicks,
        kind === "take-profit" ? side * (levelTicks - left) : side * (left - levelTicks),
      );
    const [order, legs] = sentOrders(symbol, contract.contractId, {
      ...{ id, lots, reason: "roll", decidedAt: 0 },
      exits: exits.map(({ kind, levelTicks }, index) => ({
        ...{ id: id + 1 + index, kind: kind as "take-profit" | "stop-loss" },
        distanceTicks: distance(kind, levelTicks),
      })),
    }, expectedTicks);
    let own: OwnOrder;
    try {
      own = orders.add(
        { ...order, roll: part === 0 ? "close" : "open" },
        legs.map((leg, index) => ({ ...leg, toldAs: exits[index]!.toldAs })),
      );
    } catch (error) {
      // It is tried again: what was not written down a process that begins again would do twice.
      return onTrouble(`a roll waits as it cannot be written down: ${(error as Error).message}`);
    }
    void sender.submit(own, "exit");
  }

  #end({ parts, roll, symbol, to }: Underway): void {
    const { context, tell } = this.#parts;
    const { ledger, markets, orders } = context;
    ledger.append({ kind: "rolled", roll });
    this.#underway.delete(symbol);
    this.#stuck.delete(symbol);
    enterContract(markets.get(symbol)!, to);
    // What was not opened again needs no exits any more.
    for (const { toldAs } of parts.flatMap(({ exits }) => exits)) {
      const taken = orders.known(toldAs);
      const entry = taken?.entryId == null ? undefined : orders.get(taken.entryId);
      const isThere = entry?.contractId === to.contractId && this.#traded(entry) !== 0;
      if (!isThere) tell(symbol, { kind: "cancelled", orderId: toldAs });
    }
    context.changed();
  }

  #leaveExits({ from, parts }: Underway): void {
    const { orders } = this.#parts.context;
    const taken = new Set(parts.flatMap(({ exits }) => exits.map(({ toldAs }) => toldAs)));
    for (const order of orders.open()) {
      const isLeft = order.contractId === from.contractId && order.entryId !== null &&
        order.ended === null && taken.has(toldNumber(order));
      if (isLeft) orders.end(order, "rolled", `taken over from ${from.contract}`);
    }
  }

  /** Whether an exit may still trade, or may have of which nothing was heard. */
  #mayExitsTrade({ from }: Underway): boolean {
    return [...this.#parts.context.orders.open()].some((order) =>
      order.contractId === from.contractId && order.entryId !== null && !this.#isOver(order)
    );
  }

  /** Orders of the roll of an instrument: 0 those that close, then by part. */
  #ordersOf(symbol: string, part: number): readonly OwnOrder[] {
    const { orders } = this.#parts.context;
    const first = FIRST_ID + this.#underway.get(symbol)!.roll * IDS_OF_ROLL + part * IDS_OF_PART;
    const found: OwnOrder[] = [];
    for (let id = first; id < first + MOST_TRIED * IDS_OF_ATTEMPT; id += IDS_OF_ATTEMPT) {
      const order = orders.get(id);
      if (order === undefined) break;
      found.push(order);
    }
    return found;
  }

  /** Whether nothing more can come of an order, and everything that has is known. */
  #isOver(order: OwnOrder): boolean {
    // One that ended before it had a number is known by its end alone after a restart.
    if (order.works.length === 0) return order.ended !== null;
    return order.works.every((work) => {
      if (mayBeNone(work)) return true;
      const state = this.#stateOf(work);
      return state !== null && state.phase === "ended" &&
        (hasEnded(order) || isAllKnown(work, state));
    });
  }

  #traded(order: OwnOrder): number {
    return tradedLots(this.#parts.context.books, order);
  }

  /** A venue that has refused is asked again a minute later, as what is held has to go. */
  #mayTryAgain(closing: readonly OwnOrder[]): boolean {
    const last = Math.max(...closing.flatMap(({ works }) => works.map(({ sentAt }) => sentAt)));
    return closing.length < MOST_TRIED && this.#parts.context.clock.now() - last >= 60_000;
  }

  #halt(symbol: string, reason: string): void {
    if (!this.#stuck.has(symbol)) this.#parts.onHalt(reason);
    this.#stuck.add(symbol);
  }

  #stateOf({ venueId }: VenueWork): VenueOrderState | null {
    return venueId === null ? null : this.#parts.context.books.stateOf(venueId);
  }
}

/** Orders that close what is held, before nobody tries any more. */
const MOST_TRIED = 30;

/** Whether there provably is no order at the venue. */
function mayBeNone({ state }: VenueWork): boolean {
  return state === "refused" || state === "absent";
}
