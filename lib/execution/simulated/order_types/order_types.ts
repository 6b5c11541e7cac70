import type { ExitTerms, OrderKind, OrderTerms } from "../../../trading/mod.ts";
import { LIMIT_ORDER } from "./limit.ts";
import { MARKET_ORDER } from "./market.ts";
import type { ExitUse, OrderType, TermsOf } from "./order_type.ts";
import { STOP_LIMIT_ORDER } from "./stop_limit.ts";
import { STOP_ORDER } from "./stop.ts";
import { TRAILING_STOP_ORDER } from "./trailing_stop.ts";

/** Every kind of order that the simulated executor works. A new kind is a file and a line here. */
export const ORDER_TYPES: { readonly [Kind in OrderKind]: OrderType<TermsOf<Kind>> } = {
  "market": MARKET_ORDER,
  "limit": LIMIT_ORDER,
  "stop": STOP_ORDER,
  "stop-limit": STOP_LIMIT_ORDER,
  "trailing-stop": TRAILING_STOP_ORDER,
};

/** Their names. */
export const ORDER_KINDS = Object.keys(ORDER_TYPES) as readonly OrderKind[];

const EXITS = new Map(
  Object.values(ORDER_TYPES).flatMap(({ exit }) =>
    exit === null ? [] : [[exit.kind, exit] as const]
  ),
);

/** The kind of order that some terms are of. */
export function orderTypeOf<Terms extends OrderTerms>({ kind }: Terms): OrderType<Terms> {
  return ORDER_TYPES[kind] as unknown as OrderType<Terms>;
}

/** The kind of order that serves as an exit of a bracket. */
export function exitUseOf(kind: ExitTerms["kind"]): ExitUse<OrderTerms> {
  return EXITS.get(kind)!;
}
