import type { ExitTerms } from "../lib/trading/order.ts";
import type { Episode, TickColumns } from "./peers_cases.ts";
import type { UnitFill } from "./peers_engine.ts";

/** How a peer's fills differ from ours, by name of the rule. */
export const PEER_RULES = {
  "trails-closes":
    "the peer's trailing stop follows closes only, from the decision on; ours follows every price from the fill on, by the worst path",
  "exits-from-next-bar":
    "the peer's exits begin to work one bar after their entry fills; ours with the fill",
  "stop-before-open":
    "a bar opens beyond the target and comes back to the stop: the peer fills the stop, ours the target at the open, which came first",
  "refuses-bracket":
    "the peer refuses a bracket whose exits do not enclose the last close; ours count from the fill",
  "gap-at-price":
    "a bar opens beyond the price of a stop or of a resting limit: the peer fills at that price, which was not there; ours at the open",
  "high-before-low":
    "a bar reaches stop and target of a long position: the peer takes its high for first, ours the worse",
  "closes-at-last-open":
    "when data end the peer closes at the open of the last bar, before its last close is known; ours at the last close",
  "stays-open": "when data end the peer leaves the position open; ours closes it at the last close",
  "misses-touch":
    "the peer's trailing stop is a sum of floats that misses by a rounding error a price that just touches it",
} as const;
/** Name of a rule that a peer has and we have not. */
export type PeerRule = keyof typeof PEER_RULES;

/**
 * The fills of one episode under a peer's rules: an implementation of its own, which a reason for
 * a disagreement has to reproduce.
 *
 * @param rules none of them gives our own rules; trailing stops are known as the peer has them
 */
export function peerFills(
  ticks: TickColumns,
  episode: Episode,
  rules: ReadonlySet<PeerRule>,
): readonly UnitFill[] {
  const { request } = episode;
  const side = Math.sign(request.lots);
  const trails = (request.exits ?? []).some(({ kind }) => kind === "trailing-stop");
  if (trails && !rules.has("trails-closes")) return [];
  if (rules.has("refuses-bracket") && isRefused(ticks, episode)) return [];
  const entry = entryFill(ticks, episode, side, rules);
  if (entry === null) return [];
  const leave = exitFill(ticks, episode, entry, rules) ?? forcedClose(ticks, episode, rules);
  return leave === null ? [entry] : [entry, { ...leave, side: -side }];
}

type PricedFill = Pick<UnitFill, "bar" | "priceTicks">;

function isRefused(ticks: TickColumns, { bar, request }: Episode): boolean {
  const close = ticks.close[bar]!, open = ticks.open[bar + 1]!;
  const move = Math.sign(request.lots) * (open - close);
  return (request.exits ?? []).some(({ distanceTicks, kind }) =>
    distanceTicks <= (kind === "stop-loss" ? move : kind === "take-profit" ? -move : -Infinity)
  );
}

function entryFill(
  ticks: TickColumns,
  { bar, closeBar, request: { terms } }: Episode,
  side: number,
  rules: ReadonlySet<PeerRule>,
): UnitFill | null {
  for (let row = bar + 1; row <= Math.min(closeBar, ticks.open.length - 1); row++) {
    const isGapIgnored = rules.has("gap-at-price");
    const priceTicks = terms?.kind === "limit"
      ? limitPrice(ticks, row, side, terms.limitTicks, isGapIgnored && row > bar + 1)
      : terms?.kind === "stop"
      ? stopPrice(ticks, row, side, terms.stopTicks, isGapIgnored)
      : ticks.open[row]!;
    if (priceTicks !== null) return { bar: row, side, priceTicks };
  }
  return null;
}

/** @param side 1 buys at the limit or below */
function limitPrice(
  ticks: TickColumns,
  row: number,
  side: number,
  limit: number,
  isGapIgnored: boolean,
): number | null {
  const open = ticks.open[row]!;
  if (side * (limit - open) >= 0) return isGapIgnored ? limit : open;
  const best = side > 0 ? ticks.low[row]! : ticks.high[row]!;
  return side * (limit - best) >= 0 ? limit : null;
}

/** @param side 1 buys at the stop or above: a limit seen from the other side */
function stopPrice(
  ticks: TickColumns,
  row: number,
  side: number,
  stop: number,
  isGapIgnored: boolean,
): number | null {
  return limitPrice(ticks, row, -side, stop, isGapIgnored);
}

function exitFill(
  ticks: TickColumns,
  { bar, closeBar, request }: Episode,
  entry: UnitFill,
  rules: ReadonlySet<PeerRule>,
): PricedFill | null {
  const side = -entry.side;
  const distance = (kind: ExitTerms["kind"]) =>
    request.exits?.find((exit) => exit.kind === kind)?.distanceTicks ?? null;
  const trail = distance("trailing-stop");
  const target = distance("take-profit");
  const loss = distance("stop-loss") ?? trail;
  if (loss === null) return null;
  let stop = (trail === null ? entry.priceTicks : ticks.close[bar]!) + side * loss;
  const limit = target === null ? null : entry.priceTicks - side * target;
  const isGapIgnored = rules.has("gap-at-price");
  const waits = rules.has("exits-from-next-bar") || trail !== null;
  for (let row = entry.bar + (waits ? 1 : 0); row <= closeBar; row++) {
    const isMissed = trail !== null && rules.has("misses-touch") &&
      missesTouch(ticks, row, side, [stop, trail]);
    const stopped = isMissed ? null : stopPrice(ticks, row, side, stop, isGapIgnored);
    const won = limit === null ? null : limitPrice(ticks, row, side, limit, isGapIgnored);
    const isWonAtOpen = limit !== null && side * (limit - ticks.open[row]!) >= 0;
    const isWonFirst = (isWonAtOpen && !rules.has("stop-before-open")) ||
      (side < 0 && rules.has("high-before-low"));
    const priceTicks = isWonFirst ? won ?? stopped : stopped ?? won;
    if (priceTicks !== null) return { bar: row, priceTicks };
    if (trail !== null) {
      stop = side * Math.min(side * stop, side * (ticks.close[row]! + side * trail));
    }
  }
  return null;
}

/** Whether floats put the stop, a close and the distance added up, beyond the price it equals. */
function missesTouch(
  { high, low, priceOf }: TickColumns,
  row: number,
  side: number,
  [stop, trail]: readonly [number, number],
): boolean {
  const extreme = side > 0 ? high[row]! : low[row]!;
  const sum = priceOf(stop - side * trail) + side * priceOf(trail);
  return extreme === stop && side * (priceOf(extreme) - sum) < 0;
}

function forcedClose(
  { close, open }: TickColumns,
  { closeBar }: Episode,
  rules: ReadonlySet<PeerRule>,
): PricedFill | null {
  const bar = closeBar + 1, last = open.length - 1;
  if (bar <= last) return { bar, priceTicks: open[bar]! };
  if (rules.has("stays-open")) return null;
  return { bar: last, priceTicks: rules.has("closes-at-last-open") ? open[last]! : close[last]! };
}
