import { netResult, type TransitionTable, turnover } from "../environment/transition_table.ts";
import { marketReward, type RewardSettings } from "../reward/additive_reward.ts";
import { softmax } from "../policy/softmax.ts";

/** The market as a learner sees it: finite actions, and what each would be paid at each row. */
export interface LearningMarket {
  /** What every action earns at every row. */
  readonly table: TransitionTable;
  /** Positions to choose from, in full positions, ascending; 0 is one of them. */
  readonly actions: readonly number[];
  /** Standard deviation of a full long position's result: the unit of rewards. */
  readonly reference: number;
  /** What is paid. */
  readonly reward: RewardSettings;
}

/** A stretch of rows that is traded from one starting position. */
export interface LearningEpisode {
  /** First row of the table. */
  readonly from: number;
  /** Number of rows. */
  readonly length: number;
  /** Index of the action held before the first decision. */
  readonly start: number;
}

/** What every transition of an episode pays; all arrays row-major `[length, actions, actions]`. */
export interface EpisodeRewards {
  /** Reward without its drawdown term. */
  readonly reward: Float64Array;
  /** Net result in reference deviations. */
  readonly result: Float64Array;
}

/** Index of staying flat. */
export function flatAction(actions: readonly number[]): number {
  return actions.indexOf(0);
}

/** Works out what each transition of an episode pays, from each position held to each one wanted. */
export function episodeRewards(market: LearningMarket, episode: LearningEpisode): EpisodeRewards {
  const { actions, reference, reward: settings, table } = market;
  const count = actions.length;
  const reward = new Float64Array(episode.length * count * count);
  const result = new Float64Array(reward.length);
  let at = 0;
  for (let row = episode.from; row < episode.from + episode.length; row++) {
    for (const previous of actions) {
      for (const next of actions) {
        const net = netResult(table, row, previous, next) / reference;
        result[at] = net;
        const traded = turnover(table, row, previous, next);
        reward[at++] = marketReward(net, next, traded, settings);
      }
    }
  }
  return { reward, result };
}

/**
 * Probabilities of an episode's actions given each position held, from the logits of its rows.
 * Where only staying flat is possible it has probability 1.
 *
 * @param outputs row-major `[rows, width]`, of which the first `actions²` columns are logits
 * @param first row of `outputs` with which the episode begins
 * @returns row-major `[length, actions, actions]`
 */
export function episodeProbabilities(
  { actions, table }: Pick<LearningMarket, "actions" | "table">,
  episode: LearningEpisode,
  outputs: Float32Array,
  { first, width }: { readonly first: number; readonly width: number },
): Float64Array {
  const count = actions.length, flat = flatAction(actions);
  const probabilities = new Float64Array(episode.length * count * count);
  for (let step = 0; step < episode.length; step++) {
    const isForced = table.forced[episode.from + step] === 1;
    for (let previous = 0; previous < count; previous++) {
      const at = (step * count + previous) * count;
      if (isForced) probabilities[at + flat] = 1;
      else softmax(outputs, (first + step) * width + previous * count, probabilities, at, count);
    }
  }
  return probabilities;
}
