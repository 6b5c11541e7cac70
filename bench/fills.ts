/**
 * The order book's fills in one bar against every path that the price could take through it: how
 * often they leave more equity than the worst path, as much, and less, and how often no path brings
 * them about. Markets are random: brackets, groups, trailing stops, partial fills, held positions.
 *
 * Run: `deno task bench fills [--json]`
 */
import {
  compareWithPaths,
  type MarketSize,
  randomMarket,
} from "../tests/fixtures/one_bar_markets.ts";

/** Markets of each size, from the first seed on. */
const CAMPAIGNS: readonly (MarketSize & { readonly markets: number; readonly seed: number })[] = [
  { mostTicks: 6, mostOrders: 4, markets: 12_000, seed: 1_000_000 },
  { mostTicks: 8, mostOrders: 6, markets: 8_000, seed: 2_000_000 },
  { mostTicks: 14, mostOrders: 5, markets: 1_900, seed: 3_000_000 },
  { mostTicks: 90, mostOrders: 2, markets: 100, seed: 4_000_000 },
];

function campaign({ markets, seed, ...size }: typeof CAMPAIGNS[number]) {
  const counts = {
    markets: 0,
    traded: 0,
    leftAChoice: 0,
    more: 0,
    equal: 0,
    less: 0,
    impossible: 0,
  };
  for (let next = seed; counts.markets < markets; next++) {
    const comparison = compareWithPaths(randomMarket(next, size), true);
    if (comparison === null) continue;
    const { bookMicros, fills, isPossible, leastMicros, mostMicros } = comparison;
    counts.markets++;
    if (fills.length > 0) counts.traded++;
    if (leastMicros < mostMicros) counts.leftAChoice++;
    if (bookMicros > leastMicros) counts.more++;
    else if (bookMicros < leastMicros) counts.less++;
    else counts.equal++;
    if (!isPossible) counts.impossible++;
  }
  return { ...size, firstSeed: seed, ...counts };
}

const report = { campaigns: CAMPAIGNS.map(campaign) };
console.log(Deno.args.includes("--json") ? JSON.stringify(report, null, 2) : report);
