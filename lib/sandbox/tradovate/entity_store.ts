/** A thing of the venue that has a number, as its JSON has it. */
export interface VenueEntity {
  /** Above 0, unique among its type. */
  readonly id: number;
  /** What else its type has; see the venue's documents. */
  readonly [field: string]: unknown;
}

/** Types of entities that the sandbox keeps, with the name that a snapshot gives their list. */
export const SNAPSHOT_LISTS = {
  user: "users",
  account: "accounts",
  accountRiskStatus: "accountRiskStatuses",
  marginSnapshot: "marginSnapshots",
  cashBalance: "cashBalances",
  currency: "currencies",
  position: "positions",
  fillPair: "fillPairs",
  order: "orders",
  contract: "contracts",
  contractMaturity: "contractMaturities",
  product: "products",
  exchange: "exchanges",
  command: "commands",
  commandReport: "commandReports",
  executionReport: "executionReports",
  orderVersion: "orderVersions",
  fill: "fills",
  fillFee: "fillFees",
  orderStrategy: "orderStrategies",
  orderStrategyLink: "orderStrategyLinks",
  orderStrategyType: "orderStrategyTypes",
  contractGroup: "contractGroups",
} as const;

/** Types that no snapshot has. */
const OTHER_TYPES = [
  "cashBalanceLog",
  "contractMargin",
  "productMargin",
  "productSession",
] as const;

/** Name of a type of entities. */
export type EntityType = keyof typeof SNAPSHOT_LISTS | typeof OTHER_TYPES[number];

/** All of them. */
export const ENTITY_TYPES: readonly EntityType[] = [
  ...Object.keys(SNAPSHOT_LISTS) as (keyof typeof SNAPSHOT_LISTS)[],
  ...OTHER_TYPES,
];

/** Something that became, changed or ended. */
export interface EntityChange {
  readonly entityType: string;
  readonly eventType: "Created" | "Updated" | "Deleted";
  readonly entity: VenueEntity | readonly VenueEntity[];
}

/** Which entities hang on which. */
export const MASTERS: Readonly<Partial<Record<EntityType, readonly [EntityType, string][]>>> = {
  account: [["user", "userId"]],
  cashBalance: [["account", "accountId"]],
  cashBalanceLog: [["account", "accountId"]],
  marginSnapshot: [["account", "id"]],
  accountRiskStatus: [["account", "id"]],
  position: [["account", "accountId"]],
  order: [["account", "accountId"]],
  orderStrategy: [["account", "accountId"]],
  command: [["order", "orderId"]],
  orderVersion: [["order", "orderId"]],
  fill: [["order", "orderId"]],
  commandReport: [["command", "commandId"]],
  executionReport: [["command", "commandId"]],
  fillFee: [["fill", "id"]],
  fillPair: [["position", "positionId"]],
  orderStrategyLink: [["orderStrategy", "orderStrategyId"]],
  contractMaturity: [["product", "productId"]],
  productSession: [["product", "id"]],
  productMargin: [["product", "id"]],
  contractMargin: [["contract", "id"]],
  contract: [["contractMaturity", "contractMaturityId"]],
  product: [["exchange", "exchangeId"]],
};

/** All entities of the venue; their numbers rise through all types together. */
export class EntityStore {
  readonly #tables = new Map<EntityType, Map<number, VenueEntity>>();
  #lastId: number;

  /** @param firstId number of the first entity */
  constructor(firstId: number) {
    this.#lastId = firstId - 1;
    for (const type of ENTITY_TYPES) this.#tables.set(type, new Map());
  }

  /** A number that no entity has. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** One entity; undefined when there is none with that number. */
  get(type: EntityType, id: number): VenueEntity | undefined {
    return this.#tables.get(type)!.get(id);
  }

  /** All of a type, oldest first. */
  list(type: EntityType): readonly VenueEntity[] {
    return [...this.#tables.get(type)!.values()];
  }

  /** Puts a new one in. */
  create(type: EntityType, entity: VenueEntity): EntityChange {
    this.#tables.get(type)!.set(entity.id, entity);
    return { entityType: type, eventType: "Created", entity };
  }

  /** Changes some of its fields; those given as undefined go. */
  update(type: EntityType, id: number, fields: Record<string, unknown>): EntityChange {
    const before = this.get(type, id);
    if (before === undefined) throw new RangeError(`there is no ${type} ${id}`);
    const entity = withoutUndefined({ ...before, ...fields }) as VenueEntity;
    this.#tables.get(type)!.set(id, entity);
    return { entityType: type, eventType: "Updated", entity };
  }

  /** Changes what is there, or puts it in. */
  put(type: EntityType, entity: VenueEntity): EntityChange {
    return this.get(type, entity.id) === undefined
      ? this.create(type, entity)
      : this.update(type, entity.id, entity);
  }

  /** Takes one out. */
  remove(type: EntityType, id: number): EntityChange {
    const entity = this.get(type, id);
    if (entity === undefined) throw new RangeError(`there is no ${type} ${id}`);
    this.#tables.get(type)!.delete(id);
    return { entityType: type, eventType: "Deleted", entity };
  }

  /** Forgets what is not to be kept, without a word. */
  retain(type: EntityType, isKept: (entity: VenueEntity) => boolean): void {
    const table = this.#tables.get(type)!;
    for (const [id, entity] of table) if (!isKept(entity)) table.delete(id);
  }
}

/** An entity without the fields that have no value. */
export function withoutUndefined(
  fields: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
