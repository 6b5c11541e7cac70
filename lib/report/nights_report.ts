import type { NightRecord } from "../records/mod.ts";
import { type Markup, markup } from "./html.ts";
import { formatDay } from "./number_format.ts";
import { renderPlainPage } from "./render_page.ts";
import { headCell, numberCell, tableMarkup, textCell } from "./table_markup.ts";
import { writePlainPage } from "./night_report.ts";

/** None that looks like a loss. */
const COLOURS = ["--c0", "--c1", "--c3", "--c4", "--c5", "--c6", "--c7"];

/** A stretch of nights in which one version served in one size. */
interface Reign {
  readonly version: number;
  readonly sizeFactor: number;
  readonly nights: readonly NightRecord[];
  /** What brought it; null for what served when the first night began. */
  readonly by: NightRecord | null;
}

/**
 * All nights of a system as one self-contained page without a script: what served when and why, week by
 * week. The same nights give the same bytes.
 *
 * @param nights oldest first, at least one
 */
export function renderNightsReport(nights: readonly NightRecord[]): string {
  const last = nights.at(-1)!;
  const { attempts, symbol, system } = last;
  const reigns = reignsOf(nights);
  return renderPlainPage(
    `${system}, all nights`,
    markup`<main>
<header><h1>${system}: ${nights.length} ${
      nights.length === 1 ? "night" : "nights"
    }, ${reigns.length}
${reigns.length === 1 ? "version" : "versions"} in service</h1>
<p class="note">On ${symbol}, up to ${last.data.lastBar}; ${attempts} ${
      attempts === 1 ? "recipe" : "recipes"
    } tried, ${
      last.shadow === null ? "none" : `version ${last.shadow.version}`
    } in the shadow.</p></header>
<section><h2>What served</h2>${timeline(reigns)}${reignTable(reigns)}</section>
<section><h2>Week by week</h2>${weekTable(nights)}</section>
<section><h2>Night by night, newest first</h2>${nightTable(nights)}</section>
</main>`,
  );
}

/**
 * Writes the page of all nights, wholly or not at all.
 *
 * @throws {InputError} when the folder cannot be written
 */
export function writeNightsReport(nights: readonly NightRecord[], path: string): Promise<void> {
  return writePlainPage(renderNightsReport(nights), path);
}

function reignsOf(nights: readonly NightRecord[]): Reign[] {
  const [first] = nights;
  let reign: Reign & { nights: NightRecord[] } = {
    ...{ version: first!.champion.version, sizeFactor: first!.champion.sizeFactor ?? 1 },
    ...{ nights: [], by: null },
  };
  const reigns = [reign];
  for (const night of nights) {
    reign.nights.push(night);
    const move = night.moves.at(-1);
    if (move === undefined) continue;
    const { sizeFactor, toVersion: version } = move;
    reign = { version, sizeFactor, nights: [], by: night };
    reigns.push(reign);
  }
  return reigns;
}

/** Bars of the same height, as wide as a version served in nights; what was just moved has none yet. */
function timeline(reigns: readonly Reign[]): Markup {
  const width = 1_000, height = 34;
  const total = reigns.reduce((sum, { nights }) => sum + weightOf(nights), 0);
  let left = 0;
  const bars = reigns.map(({ by, nights, sizeFactor, version }, index) => {
    const wide = width * weightOf(nights) / total, x = left;
    left += wide;
    const isBack = by?.moves.at(-1)?.kind === "rollback";
    const tall = height * sizeFactor;
    return markup`<g><title>v${version}, ${nights.length} nights</title>
<rect x="${x.toFixed(1)}" y="${(height - tall).toFixed(1)}" width="${
      Math.max(1, wide - 2).toFixed(1)
    }" height="${tall.toFixed(1)}" fill="var(${
      isBack ? "--loss" : COLOURS[index % COLOURS.length]!
    })"/>${
      wide < 34
        ? markup``
        : markup`<text x="${(x + wide / 2).toFixed(1)}" y="${
          height + 16
        }" text-anchor="middle" font-size="13" fill="var(--muted)">v${version}</text>`
    }</g>`;
  });
  return markup`<svg viewBox="0 0 ${width} ${height + 22}" width="100%" role="img"
aria-label="What served, night after night">${bars}</svg>
<p class="note">As wide as nights, as high as its size; a rollback is in the colour of a loss.</p>`;
}

/** What was moved last has served no night yet, and is shown all the same. */
function weightOf(nights: readonly NightRecord[]): number {
  return Math.max(0.5, nights.length);
}

function reignTable(reigns: readonly Reign[]): Markup {
  return tableMarkup(
    "trades",
    [
      headCell("since", "text"),
      headCell("version"),
      headCell("size"),
      headCell("nights"),
      headCell("why", "text"),
    ],
    reigns.toReversed().map(({ by, nights, sizeFactor, version }) =>
      markup`<tr>${textCell(by === null ? "the beginning" : formatDay(by.data.lastBar))}${
        numberCell(version)
      }${numberCell(sizeFactor)}${numberCell(nights.length)}${
        textCell(by?.headline ?? "served when the first night began")
      }</tr>`
    ),
  );
}

function weekTable(nights: readonly NightRecord[]): Markup {
  const weeks = new Map<string, NightRecord[]>();
  for (const night of nights) {
    const week = mondayOf(night.data.lastBar);
    weeks.set(week, [...weeks.get(week) ?? [], night]);
  }
  const count = (own: readonly NightRecord[], kind: "promote" | "rollback"): number =>
    own.flatMap(({ moves }) => moves).filter((move) => move.kind === kind).length;
  const decided = (own: readonly NightRecord[], outcome: string): number =>
    own.flatMap(({ decisions }) => decisions).filter((decision) => decision.outcome === outcome)
      .length;
  return tableMarkup(
    "trades",
    [
      headCell("week of", "text"),
      ...["nights", "new bars", "promoted", "rolled back", "refused", "recipes tried"].map((name) =>
        headCell(name)
      ),
      headCell("drift alarms"),
    ],
    [...weeks].toReversed().map(([week, own]) =>
      markup`<tr>${textCell(week)}${numberCell(own.length)}${
        numberCell(own.reduce((sum, { data }) => sum + data.newRows, 0))
      }${numberCell(count(own, "promote"))}${numberCell(count(own, "rollback"))}${
        numberCell(decided(own, "refuse"))
      }${
        numberCell(
          own.flatMap(({ decisions }) => decisions)
            .filter(({ question }) => question === "recipe").length,
        )
      }${numberCell(own.flatMap(({ drift }) => drift).filter(({ alarm }) => alarm).length)}</tr>`
    ),
  );
}

function nightTable(nights: readonly NightRecord[]): Markup {
  return tableMarkup(
    "trades",
    [headCell("night"), headCell("up to", "text"), headCell("what came of it", "text")],
    nights.toReversed().map(({ data, headline, number }) =>
      markup`<tr>${numberCell(number)}${textCell(formatDay(data.lastBar))}${
        textCell(headline)
      }</tr>`
    ),
  );
}

/** The Monday of the week of an instant, `YYYY-MM-DD` in UTC. */
function mondayOf(instant: string): string {
  const time = Date.parse(instant.slice(0, 10));
  const sinceMonday = (new Date(time).getUTCDay() + 6) % 7;
  return new Date(time - sinceMonday * 86_400_000).toISOString().slice(0, 10);
}
