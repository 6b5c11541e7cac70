import { dirname } from "node:path";
import { InputError } from "../core/mod.ts";
import type { NightRecord, PromotionDecision } from "../records/mod.ts";
import { type Markup, markup } from "./html.ts";
import { formatDay } from "./number_format.ts";
import { renderPlainPage } from "./render_page.ts";
import { headCell, numberCell, tableMarkup, textCell } from "./table_markup.ts";

/**
 * A night as one self-contained HTML page without a script: what changed, why, with what evidence, and
 * what would change its mind. The same night gives the same bytes.
 */
export function renderNightReport(night: NightRecord): string {
  const { data, decisions, finishedAt, headline, number, symbol, system } = night;
  return renderPlainPage(
    `${system}, night ${number}`,
    markup`<main>
<header><h1>${headline}</h1>
<p class="note">Night ${number} of ${system} on ${symbol}, finished ${finishedAt}: ${data.newRows} new
bars up to ${data.lastBar}, ${data.rows} in all.</p>${sessionNote(night)}</header>
<section><h2>Decisions</h2>${
      decisions.length === 0
        ? markup`<p class="empty">Nothing was to be decided: no newer weights, no recipe, nothing to
watch.</p>`
        : decisions.map(decisionSection)
    }</section>
${searchSection(night)}
${candidateSection(night)}
${driftSection(night)}
</main>`,
  );
}

/**
 * Writes the page of a night, wholly or not at all.
 *
 * @throws {InputError} when the folder cannot be written
 */
export function writeNightReport(night: NightRecord, path: string): Promise<void> {
  return writePlainPage(renderNightReport(night), path);
}

/**
 * Writes a page of nights, wholly or not at all.
 *
 * @throws {InputError} when the folder cannot be written
 */
export async function writePlainPage(html: string, path: string): Promise<void> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(`${path}.part`, html);
    await Deno.rename(`${path}.part`, path);
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof Deno.errors.NotCapable) throw cause;
    throw new InputError(`Cannot write the page of the night: ${cause.message}`, {
      where: path,
      remedy: "choose a folder that you may write to with --reports",
      cause,
    });
  }
}

function sessionNote({ session }: NightRecord): Markup {
  if (session === null) return markup``;
  const { account, closes, days, fills, shadowCloses } = session;
  return markup`<p class="note">Session ${account}: ${closes} closes at which the champion spoke,
${shadowCloses} at which somebody in the shadow did, ${fills} market orders filled, ${days} days.</p>`;
}

function decisionSection(decision: PromotionDecision): Markup {
  const { attempt, conditions, level, outcome, question, statistics, wouldChange } = decision;
  const spent = attempt === null || level === null
    ? markup``
    : markup`<p class="note">Attempt ${attempt}, at a level of ${
      Number(level.toPrecision(3))
    }.</p>`;
  return markup`<h3>${question}: ${outcome}</h3>${spent}
${
    tableMarkup(
      "trades",
      [headCell("asked for", "text"), headCell("holds", "text"), headCell("found", "text")],
      conditions.map(({ holds, name, text }) =>
        markup`<tr>${textCell(name)}${textCell(holds ? "yes" : "no")}${textCell(text)}</tr>`
      ),
    )
  }
${
    tableMarkup(
      "trades",
      [headCell("figure", "text"), headCell("value")],
      Object.entries(statistics).map(([name, value]) =>
        markup`<tr>${textCell(name)}${numberCell(value)}</tr>`
      ),
    )
  }
<p class="note">What would change its mind: ${wouldChange}.</p>`;
}

function searchSection({ search }: NightRecord): Markup {
  if (search === null) return markup``;
  const { bestScore, ownScore, part, refusal, study, trials } = search;
  const score = (value: number | null) => value === null ? "none" : Number(value.toPrecision(3));
  return markup`<section><h2>Search for a better recipe</h2>
<p>${trials} trials of ${part} in study ${study}: best score ${score(bestScore)}, the champion's own
settings ${score(ownScore)}. ${
    refusal === null ? "It became a candidate." : `No candidate: ${refusal}.`
  }</p></section>`;
}

function candidateSection({ candidates }: NightRecord): Markup {
  if (candidates.length === 0) return markup``;
  return markup`<section><h2>What the night made</h2>${
    tableMarkup(
      "trades",
      [
        headCell("for", "text"),
        headCell("version"),
        headCell("parts", "text"),
        headCell("leak check", "text"),
      ],
      candidates.map(({ leakCheckPassed, parts, question, renewedFrom, version }) =>
        markup`<tr>${
          textCell(renewedFrom === null ? question : `${question}, of the bars since the change`)
        }${numberCell(version)}${textCell(parts.join(", "))}${
          textCell(leakCheckPassed ? "passed" : "failed")
        }</tr>`
      ),
    )
  }</section>`;
}

function driftSection({ data, drift, poorerSince }: NightRecord): Markup {
  const since = poorerSince === null
    ? markup``
    : markup`<p>Results are poorer since ${
      formatDay(new Date(poorerSince * 86_400_000).toISOString())
    }: nights also make weights of the bars since then.</p>`;
  return markup`<section><h2>Drift up to ${formatDay(data.lastBar)}</h2>${since}${
    drift.length === 0
      ? markup`<p class="empty">Too few unseen bars to look for drift.</p>`
      : tableMarkup(
        "trades",
        [
          headCell("detector", "text"),
          headCell("of", "text"),
          headCell("alarm", "text"),
          headCell("found", "text"),
        ],
        drift.toSorted((a, b) => Number(b.alarm) - Number(a.alarm)).map((finding) =>
          markup`<tr>${textCell(finding.detector)}${textCell(finding.subject)}${
            textCell(finding.alarm ? "alarm" : "")
          }${textCell(finding.text)}</tr>`
        ),
      )
  }</section>`;
}
