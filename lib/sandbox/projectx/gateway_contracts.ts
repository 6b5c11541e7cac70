import { MONTH_LETTERS } from "../../market/mod.ts";
import type { ListedContract } from "../listed_contracts.ts";
import type { SandboxMarket } from "../sandbox_market.ts";

/** Roots of the gateway where they are not those of the exchange. */
const ROOTS: Readonly<Record<string, string>> = {
  ...{ ES: "EP", NQ: "ENQ", CL: "CLE", MCL: "MCLE", GC: "GCE", SI: "SIE", QG: "NQG" },
  ...{ "6A": "DA6", "6B": "BP6", "6C": "CA6", "6E": "EU6", E7: "EEU", "6J": "JY6", "6M": "MX6" },
  ...{ ZN: "TYA", ZF: "FVA" },
};

/** Contracts of other products that a search for a few letters finds too. */
const STRANGERS = ["ES", "MES", "NQ", "MNQ", "ZF", "ZN", "6J", "6M", "CL", "MCL"];

/** A contract as the gateway describes it. */
export interface GatewayContract {
  /** For example `CON.F.US.MES.Z26`. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly tickSize: number;
  readonly tickValue: number;
  readonly activeContract: boolean;
  /** For example `F.US.MES`. */
  readonly symbolId: string;
}

/** Contracts of the gateway: one of a future is active at a time. */
export class GatewayContracts {
  readonly #market: SandboxMarket;
  readonly #now: () => number;
  readonly #byId: ReadonlyMap<string, ListedContract>;
  #rolledBy = 0;

  /** Names the contracts of a market. */
  constructor(market: SandboxMarket, now: () => number) {
    this.#market = market;
    this.#now = now;
    const root = rootOf(market.instrument.symbol);
    this.#byId = new Map(
      market.contracts.map((contract) => [idOf(root, contract.month, contract.year), contract]),
    );
  }

  /** All that there ever were, by number. */
  get all(): ReadonlyMap<string, ListedContract> {
    return this.#byId;
  }

  /** The one that can be traded now; null when all have ended. */
  get active(): string | null {
    const [id] = [...this.#byId].filter(([, { lastTradeTime }]) => lastTradeTime > this.#now())
      .slice(this.#rolledBy)[0] ?? [];
    return id ?? null;
  }

  /** The next contract is the active one from now on. */
  roll(): void {
    this.#rolledBy++;
  }

  /** A contract as it is described; null when there is none with that number. */
  describe(id: string): GatewayContract | null {
    const listed = this.#byId.get(id);
    if (listed === undefined) return null;
    const { instrument } = this.#market;
    return {
      ...{ id, name: listed.name, description: `${instrument.name}: ${listed.name}` },
      ...{ tickSize: instrument.tickSize, tickValue: tickValue(instrument) },
      ...{ activeContract: id === this.active, symbolId: symbolIdOf(id) },
    };
  }

  /** What a search for a few letters finds: too much. */
  search(text: string): readonly GatewayContract[] {
    const { active } = this;
    const own = active === null ? null : this.describe(active);
    const letters = text.trim().toUpperCase();
    const { symbol } = this.#market.instrument;
    const isMeant = letters === "" || symbol.includes(letters) || letters.includes(symbol) ||
      (own?.name.includes(letters) ?? false);
    if (own === null || !isMeant) return [];
    const code = own.id.split(".").at(-1)!;
    const others = STRANGERS.filter((each) => each !== symbol).slice(0, 5).map((each) => ({
      ...own,
      id: `CON.F.US.${rootOf(each)}.${code}`,
      name: `${each}${code[0]}${code.at(-1)}`,
      description: `another future: ${each}`,
      symbolId: `F.US.${rootOf(each)}`,
    }));
    // The first that is found need not be the one that was meant.
    return [...others.slice(0, 2), own, ...others.slice(2)].slice(0, 20);
  }
}

/** `F.US.MES` of `CON.F.US.MES.Z26`. */
export function symbolIdOf(id: string): string {
  return id.split(".").slice(1, -1).join(".");
}

function rootOf(symbol: string): string {
  return ROOTS[symbol] ?? symbol;
}

function idOf(root: string, month: number, year: number): string {
  return `CON.F.US.${root}.${MONTH_LETTERS[month - 1]}${String(year % 100).padStart(2, "0")}`;
}

function tickValue({ pointValue, tickSize }: SandboxMarket["instrument"]): number {
  return Number((pointValue * tickSize).toPrecision(12));
}
