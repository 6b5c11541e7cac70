import { exactMicros } from "../../trading/mod.ts";
import { FillLedger, type PairedFills } from "../fill_ledger.ts";

/** A fill as the books have it. */
export interface BookedFill {
  readonly fillId: number;
  /** 0 for none. */
  readonly orderId: number;
  /** Signed. */
  readonly lots: number;
  readonly ticks: number;
  readonly feeMicros: number;
}

/** What an account holds of one contract, and has traded of it in this session. */
export class ContractBook {
  /** Number of its position. */
  readonly positionId: number;
  #fills: BookedFill[] = [];
  #ledger = new FillLedger();
  #realisedTicks = 0;
  bought = 0;
  boughtTicks = 0;
  sold = 0;
  soldTicks = 0;
  prevPos = 0;
  prevTicks: number | null = null;

  /** Begins flat. */
  constructor(positionId: number) {
    this.positionId = positionId;
  }

  /** Signed lots. */
  get lots(): number {
    return this.#ledger.lots;
  }

  /** Sum of signed lots times their price, ticks. */
  get valueTicks(): number {
    return this.#ledger.valueTicks;
  }

  /** Profit of all that is closed, ticks of one lot. */
  get realisedTicks(): number {
    return this.#realisedTicks;
  }

  /** All fills, oldest first. */
  get fills(): readonly BookedFill[] {
    return this.#fills;
  }

  /** Books a fill; what it closes. */
  book(fill: BookedFill): readonly PairedFills[] {
    this.#fills.push(fill);
    const { lots, ticks } = fill;
    if (lots > 0) {
      this.bought += lots;
      this.boughtTicks += lots * ticks;
    } else {
      this.sold -= lots;
      this.soldTicks -= lots * ticks;
    }
    return this.#pair(fill);
  }

  /** Books anew with one fill gone or changed; all pairs that there are then. */
  amend(fillId: number, changed: BookedFill | null): readonly PairedFills[] {
    const fills = this.#fills.flatMap((fill) =>
      fill.fillId !== fillId ? [fill] : changed === null ? [] : [changed]
    );
    this.#fills = [];
    this.#ledger = new FillLedger();
    this.#realisedTicks = 0;
    this.bought =
      this.boughtTicks =
      this.sold =
      this.soldTicks =
        0;
    return fills.flatMap((fill) => this.book(fill));
  }

  /** A new session begins. */
  roll(): void {
    this.prevPos = this.lots;
    this.prevTicks = this.lots === 0 ? null : this.valueTicks / this.lots;
    this.bought =
      this.boughtTicks =
      this.sold =
      this.soldTicks =
        0;
  }

  #pair({ fillId, lots, ticks }: BookedFill): readonly PairedFills[] {
    const pairs = this.#ledger.book(fillId, lots, ticks);
    for (const pair of pairs) {
      this.#realisedTicks += pair.lots * (pair.sellTicks - pair.buyTicks);
    }
    return pairs;
  }
}

/** Cash and positions of one account; cash = start + realised - fees + changes by hand, always. */
export class AccountBook {
  readonly id: number;
  readonly name: string;
  readonly userId: number;
  /** Host that knows it. */
  readonly host: "demo" | "live";
  readonly #startMicros: number;
  readonly #tickValueMicros: number;
  readonly #contracts = new Map<number, ContractBook>();
  #changedMicros = 0;
  #realisedBeforeSession = 0;
  #realisedBeforeWeek = 0;
  /** Whether it takes no orders at all any more. */
  isClosed = false;
  /** What the venue, or a person, has done to it. */
  adminAction = "Normal";

  /** Begins with cash and flat. */
  constructor(
    of: Pick<AccountBook, "id" | "name" | "userId" | "host">,
    startMicros: number,
    tickValueMicros: number,
  ) {
    this.id = of.id;
    this.name = of.name;
    this.userId = of.userId;
    this.host = of.host;
    this.#startMicros = exactMicros(startMicros);
    this.#tickValueMicros = exactMicros(tickValueMicros);
  }

  /** The book of a contract, where there is one. */
  find(contractId: number): ContractBook | undefined {
    return this.#contracts.get(contractId);
  }

  /** The book of a contract; a new one gets the number. */
  contract(contractId: number, nextId: () => number): ContractBook {
    let found = this.#contracts.get(contractId);
    if (found === undefined) this.#contracts.set(contractId, found = new ContractBook(nextId()));
    return found;
  }

  /** All books by contract. */
  get contracts(): ReadonlyMap<number, ContractBook> {
    return this.#contracts;
  }

  /** Start plus all realised, less all fees, plus what was changed by hand. */
  get cashMicros(): number {
    return exactMicros(
      this.#startMicros + this.#changedMicros + this.realisedMicros - this.feesMicros,
    );
  }

  /** Profit of all that was closed, before fees. */
  get realisedMicros(): number {
    return this.#sum((book) => book.realisedTicks * this.#tickValueMicros);
  }

  /** All fees. */
  get feesMicros(): number {
    return this.#sum((book) => book.fills.reduce((sum, { feeMicros }) => sum + feeMicros, 0));
  }

  /** Profit closed in this session, before fees. */
  get sessionMicros(): number {
    return this.realisedMicros - this.#realisedBeforeSession;
  }

  /** Profit closed in this week. */
  get weekMicros(): number {
    return this.realisedMicros - this.#realisedBeforeWeek;
  }

  /** Adds cash, or takes it. */
  change(micros: number): void {
    this.#changedMicros = exactMicros(this.#changedMicros + micros);
  }

  /** A new session begins, perhaps with a new week. */
  roll(isNewWeek: boolean): void {
    this.#realisedBeforeSession = this.realisedMicros;
    if (isNewWeek) this.#realisedBeforeWeek = this.realisedMicros;
    for (const book of this.#contracts.values()) book.roll();
  }

  #sum(of: (book: ContractBook) => number): number {
    let sum = 0;
    for (const book of this.#contracts.values()) sum += of(book);
    return sum;
  }
}
