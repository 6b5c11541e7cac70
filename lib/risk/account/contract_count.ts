import { parseContractCode } from "../../market/mod.ts";

/**
 * How micro contracts count against a limit of minis. `weighted`: so many micros are a mini.
 * `as-minis`: each is one. `separate`: each kind has its own limit. `one-kind`: the same, and only
 * one kind may be held at a time.
 */
export const CONTRACT_COUNTINGS = ["weighted", "as-minis", "separate", "one-kind"] as const;

/** How micro contracts count. */
export type ContractCounting = typeof CONTRACT_COUNTINGS[number];

/** A limit on the contracts of an account. */
export interface ContractLimit {
  /** Largest number of minis, which is what every contract counts as that is no micro. */
  readonly minis: number;
  /** Largest number of micros; as many as the minis are worth when absent. */
  readonly micros?: number;
  /** Micros that are worth one mini. */
  readonly microsPerMini: number;
  /** How micros count. */
  readonly counting: ContractCounting;
}

/**
 * Roots of the exchanges' micro contracts: indices, metals, energy, currencies, crypto, grains,
 * yields. What is not among them counts as a mini, which is the stricter reading.
 */
const MICROS = new Set(
  ("MES MNQ MYM M2K MGC SIL MHG MCL MNG M6E M6B M6A MCD MSF MJY MIR MBT MET " +
    "MZC MZW MZS MZM MZL 10Y 2YY 5YY 30Y").split(" "),
);

/** Asked for at every mark, of few symbols. */
const KNOWN_ROOTS = new Map<string, string>();

/** Root of a symbol: `MES` of `MESZ5` and of `MES`, also of a future that does not ship. */
export function rootOf(symbol: string): string {
  const known = KNOWN_ROOTS.get(symbol);
  if (known !== undefined) return known;
  const code = symbol.trim().toUpperCase();
  const root = parseContractCode(code)?.root.symbol ?? CONTRACT.exec(code)?.[1] ?? code;
  KNOWN_ROOTS.set(symbol, root);
  return root;
}

const CONTRACT = /^([A-Z0-9]{2,3})[FGHJKMNQUVXZ](?:\d{4}|\d{1,2})$/;

/** Whether a symbol is that of a micro contract. */
export function isMicro(symbol: string): boolean {
  return MICROS.has(rootOf(symbol));
}

/**
 * The largest position in an instrument, either side, beside what else is held; at least 0.
 * Positions are counted without regard to their side: a hedge saves nothing.
 *
 * @param held signed lots by symbol
 * @example
 * ```ts
 * import { mostContracts } from "./contract_count.ts";
 * import { assertEquals } from "../../../tests/assert.ts";
 *
 * const limit = { minis: 5, microsPerMini: 10, counting: "weighted" } as const;
 * assertEquals(mostContracts(limit, "ES", { MNQ: -11 }), 3);
 * assertEquals(mostContracts(limit, "MES", { NQ: 4 }), 10);
 * assertEquals(mostContracts({ ...limit, counting: "as-minis" }, "MES", { NQ: 4 }), 1);
 * ```
 */
export function mostContracts(
  { counting, micros, microsPerMini, minis }: ContractLimit,
  symbol: string,
  held: Readonly<Record<string, number>>,
): number {
  let otherMinis = 0, otherMicros = 0;
  for (const [name, lots] of Object.entries(held)) {
    if (name === symbol) continue;
    if (isMicro(name)) otherMicros += Math.abs(lots);
    else otherMinis += Math.abs(lots);
  }
  const wantsMicro = isMicro(symbol);
  const mostMicros = micros ?? minis * microsPerMini;
  let most: number;
  if (counting === "as-minis") most = minis - otherMinis - otherMicros;
  else if (counting === "weighted") {
    const left = minis * microsPerMini - otherMinis * microsPerMini - otherMicros;
    most = wantsMicro ? Math.min(left, mostMicros - otherMicros) : Math.floor(left / microsPerMini);
  } else if (counting === "one-kind" && (wantsMicro ? otherMinis : otherMicros) > 0) most = 0;
  else most = wantsMicro ? mostMicros - otherMicros : minis - otherMinis;
  return Math.max(0, most);
}
