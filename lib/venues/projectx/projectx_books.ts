import type { JsonValue } from "../../core/mod.ts";
import type {
  ContractKey,
  ListedOrder,
  VenueBooks,
  VenueFill,
  VenueOrderState,
  VenueOrderVersion,
} from "../broker/venue_books.ts";
import {
  ORDER_STATUS,
  ORDER_TYPE,
  type ProjectXAccount,
  type ProjectXOrder,
  readProjectXAccount,
  readProjectXOrder,
  readProjectXPosition,
  readProjectXTrade,
} from "./gateway_entities.ts";

type End = NonNullable<VenueOrderState["end"]>;

const ENDS: Readonly<Record<number, End>> = {
  [ORDER_STATUS.filled]: "filled",
  [ORDER_STATUS.cancelled]: "canceled",
  [ORDER_STATUS.expired]: "expired",
  [ORDER_STATUS.rejected]: "rejected",
};

/** An order never goes back: a message that is late says how it was. */
const RANKS: Readonly<Record<number, number>> = {
  [ORDER_STATUS.pending]: 1,
  [ORDER_STATUS.suspended]: 2,
  [ORDER_STATUS.open]: 3,
  [ORDER_STATUS.pendingCancellation]: 4,
  ...{ [ORDER_STATUS.filled]: 5, [ORDER_STATUS.cancelled]: 5 },
  ...{ [ORDER_STATUS.expired]: 5, [ORDER_STATUS.rejected]: 5 },
};
const ENDED = 5;

const TYPES: Readonly<Record<number, string>> = {
  [ORDER_TYPE.limit]: "Limit",
  [ORDER_TYPE.market]: "Market",
  [ORDER_TYPE.stop]: "Stop",
};

interface KnownOrder {
  readonly told: ProjectXOrder;
  /** Rises with each change of lots or prices. */
  readonly version: number;
  /** Lots that had traded by the word that said its end; null where that did not say it. */
  readonly countedAtEnd: number | null;
}

interface KnownFill {
  readonly fill: VenueFill;
  readonly feeUsd: number;
}

/**
 * The gateway's entities as they were heard, in whatever order, however often: by events, which leave
 * out what they please, and by requests. What was left out is as it was heard before.
 */
export class ProjectXBooks implements VenueBooks {
  readonly #accountId: number;
  readonly #onTrouble: (reason: string) => void;
  readonly #onHalt: (reason: string) => void;
  readonly #orders = new Map<number, KnownOrder>();
  readonly #views = new Map<number, ListedOrder>();
  readonly #byTag = new Map<string, number>();
  #unseen: number[] = [];
  readonly #fills = new Map<number, KnownFill>();
  readonly #fillViews = new Map<number, VenueFill>();
  readonly #fillsOf = new Map<number, number[]>();
  readonly #positions = new Map<ContractKey, number>();
  readonly #foreign = new Set<number>();
  readonly #overWith = new Map<number, string>();
  readonly #endedBefore = new Map<number, End>();
  readonly #strange = new Set<string>();
  #account: ProjectXAccount | null = null;
  #fillChanges = 0;

  /** Of one account: entities of others are passed over. */
  constructor(
    accountId: number,
    onTrouble: (reason: string) => void,
    onHalt: (reason: string) => void,
  ) {
    this.#accountId = accountId;
    this.#onTrouble = onTrouble;
    this.#onHalt = onHalt;
  }

  get cashUsd(): number | null {
    return this.#account?.balance ?? null;
  }

  get positions(): ReadonlyMap<ContractKey, number> {
    return this.#positions;
  }

  get fills(): ReadonlyMap<number, VenueFill> {
    return this.#fillViews;
  }

  get orders(): ReadonlyMap<number, ListedOrder> {
    return this.#views;
  }

  get fillChanges(): number {
    return this.#fillChanges;
  }

  isForeign(orderId: number): boolean {
    return this.#foreign.has(orderId);
  }

  /** The gateway does not know an order of this account. */
  disown(orderId: number): void {
    this.#foreign.add(orderId);
  }

  clientIdOf(orderId: number): string | null {
    return this.#orders.get(orderId)?.told.customTag ?? null;
  }

  orderWith(clOrdId: string): number | null {
    return this.#byTag.get(clOrdId) ?? null;
  }

  takeUnseen(): readonly number[] {
    const unseen = this.#unseen;
    this.#unseen = [];
    return unseen;
  }

  feeUsd(fillId: number): number | null {
    return this.#fills.get(fillId)?.feeUsd ?? null;
  }

  fillsOf(orderId: number): readonly VenueFill[] {
    const ids = this.#fillsOf.get(orderId) ?? [];
    return ids.toSorted((a, b) => a - b).map((id) => this.#fillViews.get(id)!);
  }

  endWithSession(orderId: number, evidence: string): void {
    this.#overWith.set(orderId, evidence);
  }

  endedBefore(orderId: number, end: End): void {
    this.#endedBefore.set(orderId, end);
  }

  /** Takes an order in. @returns its number; null for what is none of this account */
  takeOrder(value: JsonValue): number | null {
    const told = readProjectXOrder(value);
    if (told === null) return null;
    if (told.accountId !== null && told.accountId !== this.#accountId) return null;
    this.#noteStatus(told);
    const known = this.#orders.get(told.id);
    if (known === undefined) this.#unseen.push(told.id);
    const next = merged(known, told);
    this.#orders.set(told.id, next);
    const { contractId, customTag, parentOrderId: parentId, side } = next.told;
    if (customTag !== null) this.#byTag.set(customTag, told.id);
    const action = side === 0 ? "Buy" : side === 1 ? "Sell" : "";
    this.#views.set(told.id, { id: told.id, contractId, action, parentId });
    return told.id;
  }

  /** Takes a trade in; what was voided does not come again. */
  takeTrade(value: JsonValue): void {
    const trade = readProjectXTrade(value);
    if (trade === null) return this.#alarm("a trade that cannot be read");
    if (trade.accountId !== this.#accountId) return;
    const { contractId, id, orderId, price, size: qty, time } = trade;
    const action = trade.side === 0 ? "Buy" : "Sell";
    this.#keepFill(
      { id, orderId, contractId, time, action, qty, price, isActive: !trade.isVoided },
      trade.fees + trade.commissions,
    );
  }

  takeFill(fill: VenueFill): void {
    // Its cost was told with it.
    this.#keepFill(fill, 0);
  }

  /** Takes a position in. */
  takePosition(value: JsonValue): void {
    const position = readProjectXPosition(value);
    if (position === null) return this.#alarm("a position that cannot be read");
    if (position.accountId !== this.#accountId) return;
    if (position.lots === null) {
      return this.#alarm(`a position of ${position.contractId} to neither side`);
    }
    this.#positions.set(position.contractId, position.lots);
  }

  /** Takes all positions in: what is not among them is flat. */
  takePositions(values: readonly JsonValue[]): void {
    for (const contractId of this.#positions.keys()) this.#positions.set(contractId, 0);
    for (const value of values) this.takePosition(value);
  }

  /** A contract of which nothing was held when positions were asked for. */
  expect(contractId: ContractKey): void {
    if (!this.#positions.has(contractId)) this.#positions.set(contractId, 0);
  }

  /** Takes an account in. */
  takeAccount(value: JsonValue): void {
    const account = readProjectXAccount(value);
    if (account?.id !== this.#accountId) return;
    const wasOpen = this.#account?.canTrade ?? true;
    if (wasOpen && !account.canTrade) this.#onHalt("the firm has locked the account");
    this.#account = { ...account, balance: account.balance ?? this.#account?.balance ?? null };
  }

  stateOf(orderId: number): VenueOrderState {
    const known = this.#orders.get(orderId);
    const all = this.fillsOf(orderId);
    const { countedAtEnd = null, told } = known ?? {};
    const state = {
      reason: "",
      version: known === undefined ? null : versionOf(known),
      filled: lotsOf(all.filter(({ isActive }) => isActive)),
      heardFilled: lotsOf(all),
      saidFilled: told?.fillVolume ?? 0,
      isCounted: countedAtEnd !== null,
      evidence: known === undefined ? "" : `order ${orderId}`,
    };
    const end = ENDS[told?.status ?? -1];
    if (end !== undefined) return { ...state, phase: "ended", end };
    const before = this.#endedBefore.get(orderId);
    if (before !== undefined && known === undefined) {
      return { ...state, phase: "ended", end: before, evidence: "the ledger", isCounted: true };
    }
    const over = this.#overWith.get(orderId);
    if (over !== undefined) return { ...state, phase: "ended", end: "expired", evidence: over };
    return { ...state, phase: openPhase(told, all.length), end: null };
  }

  #keepFill(fill: VenueFill, feeUsd: number): void {
    const known = this.#fillViews.get(fill.id);
    if (known !== undefined && !known.isActive) return;
    const isNews = known === undefined || known.isActive !== fill.isActive ||
      known.price !== fill.price || known.qty !== fill.qty;
    if (isNews) this.#fillChanges++;
    this.#fillViews.set(fill.id, fill);
    this.#fills.set(fill.id, { fill, feeUsd });
    if (known !== undefined) return;
    this.#fillsOf.set(fill.orderId, [...this.#fillsOf.get(fill.orderId) ?? [], fill.id]);
  }

  #noteStatus({ id, status }: ProjectXOrder): void {
    if (status === null || RANKS[status] !== undefined) return;
    this.#alarm(`status ${status} of order ${id}, which is taken as one that may trade`);
  }

  #alarm(what: string): void {
    if (this.#strange.has(what)) return;
    this.#strange.add(what);
    this.#onTrouble(`the gateway tells of ${what}`);
  }
}

/** What is newer counts; what is older or left out fills only gaps. */
function merged(known: KnownOrder | undefined, told: ProjectXOrder): KnownOrder {
  const isEnd = rankOf(told) === ENDED;
  if (known === undefined) {
    return { told, version: 1, countedAtEnd: isEnd ? told.fillVolume : null };
  }
  const before = known.told;
  const isOld = rankOf(before) === ENDED
    ? !isEnd || told.updatedAt < before.updatedAt
    : !isEnd && (told.updatedAt < before.updatedAt ||
      (!(told.updatedAt > before.updatedAt) && rankOf(told) < rankOf(before)));
  const [first, second] = isOld ? [before, told] : [told, before];
  const next: ProjectXOrder = {
    id: told.id,
    accountId: first.accountId ?? second.accountId,
    contractId: first.contractId ?? second.contractId,
    createdAt: Number.isNaN(first.createdAt) ? second.createdAt : first.createdAt,
    updatedAt: Number.isNaN(first.updatedAt) ? second.updatedAt : first.updatedAt,
    status: first.status ?? second.status,
    type: first.type ?? second.type,
    side: first.side ?? second.side,
    size: first.size ?? second.size,
    limitPrice: first.limitPrice ?? second.limitPrice,
    stopPrice: first.stopPrice ?? second.stopPrice,
    // Lots that have traded never become fewer.
    fillVolume: first.fillVolume === null && second.fillVolume === null
      ? null
      : Math.max(first.fillVolume ?? 0, second.fillVolume ?? 0),
    customTag: first.customTag ?? second.customTag,
    parentOrderId: first.parentOrderId ?? second.parentOrderId,
  };
  const isChanged = next.size !== before.size || next.limitPrice !== before.limitPrice ||
    next.stopPrice !== before.stopPrice;
  return {
    told: next,
    version: known.version + (isChanged ? 1 : 0),
    countedAtEnd: isEnd ? told.fillVolume ?? known.countedAtEnd : known.countedAtEnd,
  };
}

function rankOf({ status }: ProjectXOrder): number {
  return RANKS[status ?? -1] ?? 0;
}

function versionOf({ told, version: id }: KnownOrder): VenueOrderVersion | null {
  const { limitPrice: price, size, stopPrice, type } = told;
  if (size === null) return null;
  return { id, orderQty: size, orderType: TYPES[type ?? -1] ?? "", price, stopPrice };
}

function openPhase(
  told: ProjectXOrder | undefined,
  fills: number,
): Exclude<VenueOrderState["phase"], "ended"> {
  const status = told?.status;
  if (fills > 0 || status === ORDER_STATUS.open) return "working";
  if (status === ORDER_STATUS.pendingCancellation) return "working";
  if (status === ORDER_STATUS.suspended) return "suspended";
  return told === undefined ? "none" : "pending";
}

function lotsOf(fills: readonly VenueFill[]): number {
  return fills.reduce((sum, { qty }) => sum + qty, 0);
}
