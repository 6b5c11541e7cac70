import {
  exitGroup,
  levelTicks,
  type MarketBar,
  type OrderGroup,
  type TickBar,
  type WorkingLeg,
} from "./working_orders.ts";

/** In a bar of so many ticks a path may turn at each of them. */
const FEW_TICKS = 64;

/**
 * The prices at which it can matter that a path turns round because a stop trails: where the stop
 * then stands at, or just short of, something else. In a bar of few ticks these are all of them; in
 * a wide one, what lies up to two trailing distances from an extreme, the open, the close or a level.
 *
 * @returns rising
 */
export function turningPoints(groups: readonly OrderGroup[], market: MarketBar): readonly number[] {
  const legs = groups.flatMap(({ legs }) => legs.flatMap((leg) => [leg, ...exitsOf(leg, market)]));
  const distances = new Set(legs.flatMap(({ terms, type }) => type.trail(terms) ?? []));
  const { closeTicks, highTicks, lowTicks, openTicks } = market.bar;
  if (highTicks - lowTicks <= FEW_TICKS) {
    return Array.from({ length: highTicks - lowTicks + 1 }, (_, step) => lowTicks + step);
  }
  const { penetrationTicks } = market.rules;
  let turns = new Set([openTicks, highTicks, lowTicks, closeTicks]);
  for (const leg of legs) {
    const prices = [levelTicks(leg, market.rules), ...leg.type.prices(leg.terms)];
    for (const price of prices) turns.add(price).add(price - leg.side * penetrationTicks);
  }
  for (let round = 0; round < 2; round++) turns = widen(turns, distances, lowTicks, highTicks);
  return [...turns].toSorted((a, b) => a - b);
}

/**
 * The one price at which it can matter that a path turns round for a stop, where the bar reaches
 * nothing else than its group, whose orders close the same lots: short of the far end by its
 * distance, which fills it at that very end. Above the stop's first level it only fills better.
 *
 * @param trail its distance
 * @param live groups that the bar reaches
 * @returns null when others are reached
 */
export function turnOfOne(
  leg: WorkingLeg,
  trail: number,
  live: readonly OrderGroup[],
  bar: TickBar,
): readonly number[] | null {
  if (live.length > 1) return null;
  const isAlone = live[0]!.legs.every(({ exits, lots }) => lots === leg.lots && exits.length === 0);
  if (!isAlone) return null;
  return [leg.side > 0 ? bar.highTicks - trail : bar.lowTicks + trail];
}

/** The exits that an entry would have, were it filled at one of its prices or at the open. */
function exitsOf(entry: WorkingLeg, { bar, rules }: MarketBar): readonly WorkingLeg[] {
  if (entry.exits.length === 0) return [];
  const { side, terms, type } = entry;
  const quotes = [bar.openTicks, ...type.prices(terms)];
  const fills = new Set(quotes.flatMap((quote) => [quote, quote + side * rules.slippageTicks]));
  return [...fills].flatMap((ticks) => exitGroup(entry, ticks, entry.lots).legs);
}

function widen(
  turns: ReadonlySet<number>,
  distances: ReadonlySet<number>,
  lowTicks: number,
  highTicks: number,
): Set<number> {
  const wider = new Set<number>();
  for (const turn of turns) {
    for (const distance of [0, ...distances]) {
      for (const near of [turn - distance, turn + distance]) {
        for (const price of [near - 1, near, near + 1]) {
          if (price >= lowTicks && price <= highTicks) wider.add(price);
        }
      }
    }
  }
  return wider;
}
