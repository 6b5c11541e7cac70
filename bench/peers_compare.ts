import type { Episode, TickColumns } from "./peers_cases.ts";
import type { PeerRun, UnitFill } from "./peers_engine.ts";
import { PEER_RULES, peerFills, type PeerRule } from "./peers_rules.ts";

/** Why an episode differs: one rule, two at once, or nothing that we know of. */
export type Reason = PeerRule | `${PeerRule} + ${PeerRule}` | "unexplained";

/** Two engines on the episodes of a case. */
export interface Comparison {
  readonly episodes: number;
  readonly peerFills: number;
  /** Fills of both with the same bar, side and price. */
  readonly agreeing: number;
  /** How many differ, by the reason. */
  readonly differingEpisodes: Readonly<Partial<Record<Reason, number>>>;
  /** Peer's equity less ours, dollars. */
  readonly equityDifferenceUsd: number;
  /** What is left of it when the explained episodes are taken out, dollars. */
  readonly unaccountedUsd: number;
}

/** What money is made of. */
export interface Money {
  readonly tickUsd: number;
  readonly feeUsd: number;
}

/** Compares fill by fill, episode by episode. */
export function compareRuns(
  [ours, peer]: readonly [PeerRun, PeerRun],
  episodes: readonly Episode[],
  ticks: TickColumns,
  money: Money,
): Comparison {
  const own = byEpisode(ours.fills, episodes), other = byEpisode(peer.fills, episodes);
  const differing: Partial<Record<Reason, number>> = {};
  let agreeing = 0, explainedUsd = 0;
  episodes.forEach((episode, i) => {
    agreeing += commonFills(own[i]!, other[i]!);
    if (isSame(own[i]!, other[i]!)) return;
    const reason = reasonOf(other[i]!, episode, ticks);
    differing[reason] = (differing[reason] ?? 0) + 1;
    if (reason === "unexplained") return;
    explainedUsd += worthUsd(other[i]!, ticks, money) - worthUsd(own[i]!, ticks, money);
  });
  const equityDifferenceUsd = peer.equityUsd - ours.equityUsd;
  return {
    episodes: episodes.length,
    peerFills: peer.fills.length,
    agreeing,
    differingEpisodes: differing,
    equityDifferenceUsd: cents(equityDifferenceUsd),
    unaccountedUsd: cents(equityDifferenceUsd - explainedUsd),
  };
}

/** An episode has at most an entry and an exit, and ends with the bar after its close. */
function byEpisode(
  fills: readonly UnitFill[],
  episodes: readonly Episode[],
): readonly (readonly UnitFill[])[] {
  const parts: UnitFill[][] = episodes.map(() => []);
  let i = 0;
  for (const fill of fills) {
    while (
      i + 1 < parts.length && (parts[i]!.length === 2 || fill.bar > episodes[i]!.closeBar + 1)
    ) {
      i++;
    }
    parts[i]!.push(fill);
  }
  return parts;
}

function isEqual(a: UnitFill, b: UnitFill): boolean {
  return a.bar === b.bar && a.side === b.side && a.priceTicks === b.priceTicks;
}

function isSame(a: readonly UnitFill[], b: readonly UnitFill[]): boolean {
  return a.length === b.length && commonFills(a, b) === a.length;
}

function commonFills(a: readonly UnitFill[], b: readonly UnitFill[]): number {
  return a.filter((fill) => b.some((other) => isEqual(fill, other))).length;
}

/** A reason counts only when its rule reproduces the peer's fills exactly. */
function reasonOf(fills: readonly UnitFill[], episode: Episode, ticks: TickColumns): Reason {
  const rules = Object.keys(PEER_RULES) as PeerRule[];
  const reproduces = (chosen: readonly PeerRule[]) =>
    isSame(fills, peerFills(ticks, episode, new Set(chosen)));
  const alone = rules.find((rule) => reproduces([rule]));
  if (alone !== undefined) return alone;
  const pair = rules.flatMap((a, i) => rules.slice(i + 1).map((b) => [a, b] as const))
    .find(reproduces);
  return pair === undefined ? "unexplained" : `${pair[0]} + ${pair[1]}`;
}

/** Profit after fees; what stays open is worth the last close. */
function worthUsd(fills: readonly UnitFill[], { close }: TickColumns, money: Money): number {
  const last = close.at(-1)!;
  return fills.reduce(
    (sum, { priceTicks, side }) => sum + side * (last - priceTicks) * money.tickUsd - money.feeUsd,
    0,
  );
}

function cents(usd: number): number {
  return Math.round(usd * 100) / 100 + 0;
}
