/**
 * How good does the best of many useless strategies look? Random positions on a random walk, and
 * what the statistics say about the winner.
 *
 * Run: `deno run examples/how_much_is_luck.ts`
 */
import {
  createRandom,
  deflatedSharpe,
  estimateSharpe,
  expectedMaximumSharpe,
  probabilisticSharpe,
} from "../mod.ts";

const DAYS = 252;
const TRIALS = 200;
const random = createRandom(1);

const estimates = Array.from({ length: TRIALS }, () => {
  const returns = Float64Array.from({ length: DAYS }, () => 0.01 * random.normal());
  return estimateSharpe(returns)!;
});
const sharpes = estimates.map((estimate) => estimate.sharpe);
const mean = sharpes.reduce((sum, value) => sum + value, 0) / TRIALS;
const variance = sharpes.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (TRIALS - 1);
const winner = estimates.reduce((best, one) => one.sharpe > best.sharpe ? one : best);
const annual = Math.sqrt(252);

console.log(`best of ${TRIALS} useless strategies: Sharpe ${(winner.sharpe * annual).toFixed(2)}`);
console.log(
  `expected best of noise: ${(expectedMaximumSharpe(TRIALS, variance) * annual).toFixed(2)}`,
);
console.log(`PSR, blind to the ${TRIALS} tries: ${probabilisticSharpe(winner, 0).toFixed(3)}`);
console.log(`deflated, aware of them: ${deflatedSharpe(winner, TRIALS, variance).toFixed(3)}`);
