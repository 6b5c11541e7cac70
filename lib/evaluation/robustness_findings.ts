import type { FindingFacts } from "./finding_facts.ts";
import { dollars, finding, percent } from "./finding_text.ts";
import type { Finding } from "../records/mod.ts";

/** A single day above this share of the profit makes the result an accident. */
const ONE_DAY_SHARE = 0.5;
/** Daily returns that go together more than this are one and the same idea. */
const LIKENESS = 0.9;
/** A neighbouring setting that keeps less than this of the profit is a cliff. */
const CLIFF_SHARE = 0.5;
/** More repeated bars than this, or so many in a row, are a feed that stood still. */
const STALE_SHARE = 0.01;
const STALE_RUN = 10;

/** Whether a result would survive other days, other settings and other data. */
export function robustnessFindings(facts: FindingFacts): Finding[] {
  return [
    ...cliff(facts),
    ...halves(facts),
    ...oneDay(facts),
    ...fall(facts),
    ...likeness(facts),
    ...stalePrices(facts),
    ...missingBars(facts),
    ...offTick(facts),
  ];
}

function cliff({ neighbours, netUsd }: FindingFacts): Finding[] {
  if (neighbours === undefined || neighbours.others.length === 0 || netUsd <= 0) return [];
  const worst = neighbours.others.reduce((a, b) => a.netUsd <= b.netUsd ? a : b);
  const kept = worst.netUsd / netUsd;
  if (kept >= CLIFF_SHARE) return [];
  return [
    finding(
      worst.netUsd <= 0 ? "bad" : "warn",
      `It stands at a cliff: with the ${neighbours.setting} at ${worst.value} instead of ` +
        `${neighbours.value} it makes ${dollars(worst.netUsd)} and not ${dollars(netUsd)}.`,
      kept,
    ),
  ];
}

function halves({ halvesNetUsd, netUsd }: FindingFacts): Finding[] {
  if (halvesNetUsd === undefined || netUsd <= 0) return [];
  const [older, newer] = halvesNetUsd;
  if (older > 0 && newer > 0) return [];
  const [good, bad] = older > newer ? ["older", "newer"] : ["newer", "older"];
  const [most, least] = [Math.max(older, newer), Math.min(older, newer)];
  return [
    finding(
      "warn",
      `All of the profit is in the ${good} half of the test: ${dollars(most)}, against ` +
        `${dollars(least)} in the ${bad} one.`,
      least,
    ),
  ];
}

function oneDay({ bestDayUsd, netUsd }: FindingFacts): Finding[] {
  if (bestDayUsd === undefined || netUsd <= 0 || bestDayUsd <= ONE_DAY_SHARE * netUsd) return [];
  const share = bestDayUsd / netUsd;
  return [finding("warn", `One day makes ${percent(share)} of the profit.`, share)];
}

function fall({ deepestFallUsd, netUsd }: FindingFacts): Finding[] {
  if (deepestFallUsd === undefined || netUsd <= 0 || deepestFallUsd <= netUsd) return [];
  return [
    finding(
      "warn",
      `On the way it fell by ${dollars(deepestFallUsd)}, more than the ${dollars(netUsd)} it made.`,
      deepestFallUsd,
    ),
  ];
}

function likeness({ likest }: FindingFacts): Finding[] {
  if (likest === undefined || Math.abs(likest.correlation) <= LIKENESS) return [];
  const { correlation, name } = likest;
  const what = correlation > 0 ? name : `the opposite of ${name}`;
  return [
    finding(
      "warn",
      `It does what ${what} does: their daily returns correlate at ${correlation.toFixed(2)}.`,
      correlation,
    ),
  ];
}

function stalePrices({ staleBars }: FindingFacts): Finding[] {
  if (staleBars === undefined) return [];
  const { bars, count, longest } = staleBars;
  const share = count / bars;
  if (!(share > STALE_SHARE) && longest < STALE_RUN) return [];
  return [
    finding(
      "warn",
      `Prices are stale: ${
        percent(share)
      } of the bars repeat the bar before, up to ${longest} in a ` +
        "row, and nobody could have traded there.",
      share,
    ),
  ];
}

function missingBars({ missedSessionCloses: missed }: FindingFacts): Finding[] {
  if (missed === undefined || missed === 0) return [];
  return [
    finding(
      "warn",
      `Positions were closed a session late ${missed} time(s), as the session's last bar is missing.`,
      missed,
    ),
  ];
}

function offTick({ offTickShare: share }: FindingFacts): Finding[] {
  if (share === undefined || share === 0) return [];
  return [
    finding(
      "note",
      `${percent(share)} of the prices lie off the tick grid and were rounded to it; adjusted ` +
        "prices do.",
      share,
    ),
  ];
}
