import type { AuditCause, AuditDifference, SessionAudit } from "../records/mod.ts";
import { AXIS, type Figure, LAYOUT } from "./figure.ts";
import { figureMarkup } from "./figure_markup.ts";
import { type Markup, markup } from "./html.ts";
import { loadCartesianPlotly } from "./load_cartesian_plotly.ts";
import { formatDecimal, formatInstant } from "./number_format.ts";
import { renderPage } from "./render_page.ts";
import { headCell, tableMarkup, textCell } from "./table_markup.ts";
import { type ReportPaths, writePair } from "./write_pair.ts";

/** Differences that the page lists; all of them are in its JSON. */
const LISTED = 500;

/**
 * An audit as one self-contained HTML page: the verdict, what each cause made, and everything that
 * differs. The same audit gives the same bytes.
 *
 * @param plotly bytes of Plotly's cartesian bundle, see `loadCartesianPlotly`
 */
export async function renderAudit(audit: SessionAudit, plotly: Uint8Array): Promise<string> {
  const figure = causesFigure(audit);
  const body = markup`<main>
${headSection(audit)}
${notesSection(audit)}
<section>${figureMarkup(figure, "h2")}${sumTable(audit)}</section>
${evidenceSection(audit)}
${comparedSection(audit)}
${differenceSection(audit)}
<footer><p>Times are UTC. Each cause has what repairing it alone makes; what they made together beyond
that is their interaction. The parts add up to the micro-dollar.</p></footer>
</main>`;
  return await renderPage(`Audit of ${audit.session}`, body, [figure], plotly);
}

/**
 * Writes `<name>.html` and `<name>.json` into the folder, which is made when it is missing.
 *
 * @param name file name without an ending: letters, digits, dot, hyphen and underscore
 * @throws {InputError} when the name is no plain file name or the folder cannot be written
 */
export async function writeAudit(
  audit: SessionAudit,
  folder: string,
  name: string,
): Promise<ReportPaths> {
  return await writePair(folder, name, async () => ({
    json: `${JSON.stringify(audit, null, 2)}\n`,
    html: await renderAudit(audit, await loadCartesianPlotly()),
  }));
}

function headSection(audit: SessionAudit): Markup {
  const { createdAt, inference, journal, mode, period, pnl, reference, systems } = audit;
  const facts: readonly (readonly [string, string])[] = [
    ["Session earned", dollars(pnl.session)],
    ["Its backtest", dollars(pnl.replay)],
    ["Difference", dollars(pnl.difference)],
    ["Period", `${formatInstant(period.from)} to ${formatInstant(period.to)}`],
    ["Bars", formatDecimal(period.bars, 0)],
    ["Bars that count as true", reference ?? "those of the journal"],
    ["Inference engine", inference],
    ["Journal", `${formatDecimal(journal.entries, 0)} entries, ${journal.sha256.slice(0, 12)}`],
    ["Written", `${createdAt.slice(0, 16).replace("T", " ")} UTC`],
  ];
  const traded = systems.map(({ symbol, system }) => `${symbol} by ${system}`).join(", ");
  return markup`<header><p class="eyebrow">Audit · ${mode}</p><h1>${audit.session}</h1>
<p class="subtitle">${traded}</p>
<p class="verdict">${audit.verdict}</p>
<dl class="facts">${
    facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)
  }</dl></header>`;
}

function notesSection({ notes }: SessionAudit): Markup {
  if (notes.length === 0) return markup``;
  return markup`<section><h2>To know</h2><ul>${
    notes.map((note) => markup`<li>${note}</li>`)
  }</ul></section>`;
}

/** From the backtest's profit to the session's, cause by cause. */
function causesFigure(audit: SessionAudit): Figure {
  const { causes, interaction, pnl, residual } = audit;
  const base = { id: "causes", title: "From the backtest to the session" };
  if (pnl.differenceMicros === 0 && causes.length === 0) {
    return { kind: "empty", ...base, reason: "Both earned the same." };
  }
  const steps = [
    ...causes.map(({ name, usd }) => [name, usd] as const),
    ["together", interaction] as const,
    ["unexplained", residual] as const,
  ];
  return {
    kind: "chart",
    ...base,
    note: "Dollars that each cause made of the profit when it alone is repaired; below 0 it cost.",
    height: 60 + 34 * steps.length,
    legend: [],
    data: [{
      type: "bar",
      orientation: "h",
      y: steps.map(([name]) => name),
      x: steps.map(([, usd]) => usd),
      marker: { color: steps.map(([, usd]) => usd < 0 ? "@c2" : "@c0") },
      hovertemplate: "%{y}: $%{x:,.2f}<extra></extra>",
    }],
    layout: {
      ...LAYOUT,
      xaxis: { ...AXIS, tickformat: "$~s", zeroline: true, zerolinecolor: "@muted" },
      yaxis: { ...AXIS, autorange: "reversed" },
    },
  };
}

function sumTable({ causes, interaction, pnl, residual }: SessionAudit): Markup {
  const row = (name: string, usd: string, count: string, means: string): Markup =>
    markup`<tr><th scope="row">${name}</th><td>${usd}</td><td>${count}</td>${textCell(means)}</tr>`;
  return tableMarkup("sums", [
    headCell("Cause", "text"),
    headCell("Dollars"),
    headCell("Times"),
    headCell("What it is", "text"),
  ], [
    row("backtest", dollars(pnl.replay), "", "what the systems earn on these bars"),
    ...causes.map(({ count, isRepaired, means, name, usd }) =>
      row(name, isRepaired ? dollars(usd) : "not known", formatDecimal(count, 0), means)
    ),
    row("together", dollars(interaction), "", "what they made together beyond that"),
    row("unexplained", dollars(residual), "", "what nothing in the journal explains"),
    row("session", dollars(pnl.session), "", "what it earned"),
  ]);
}

function evidenceSection({ causes }: SessionAudit): Markup {
  if (causes.length === 0) return markup``;
  return markup`<section><h2>Evidence</h2>
<p class="note">Entries of the journal that show each cause.</p>${
    causes.map(evidenceDetails)
  }</section>`;
}

function evidenceDetails({ count, evidence, name }: AuditCause): Markup {
  const rows = evidence.map(({ sequence, text }) =>
    markup`<tr><td>${sequence}</td>${textCell(text)}</tr>`
  );
  const more = count > evidence.length
    ? `, the first ${evidence.length} of ${count}`
    : ` (${count})`;
  return markup`<details><summary>${name}${more}</summary>
${tableMarkup("evidence", [headCell("Entry"), headCell("What it shows", "text")], rows)}</details>`;
}

function comparedSection({ compared }: SessionAudit): Markup {
  const rows = Object.entries(compared).map(([kind, { different, replay, session }]) =>
    markup`<tr><th scope="row">${kind}s</th>${
      [session, replay, different].map((count) => markup`<td>${formatDecimal(count, 0)}</td>`)
    }</tr>`
  );
  const heads = [headCell("Compared", "text"), ...["Session", "Backtest", "Different"].map(count)];
  return markup`<section><h2>What was compared</h2>${
    tableMarkup("compared", heads, rows)
  }</section>`;
}

function count(label: string): Markup {
  return headCell(label);
}

function differenceSection({ differences }: SessionAudit): Markup {
  if (differences.length === 0) return markup``;
  const more = differences.length > LISTED
    ? markup`<p class="note">The first ${LISTED} of ${
      formatDecimal(differences.length, 0)
    }; all of them are in the JSON beside this page.</p>`
    : "";
  const heads = ["Time", "What", "Session", "Backtest", "Because of"]
    .map((label) => headCell(label, "text"));
  return markup`<section><h2>Everything that differs</h2>${more}
${
    tableMarkup("differences", [...heads, headCell("Entry")], differences.slice(0, LISTED).map(row))
  }</section>`;
}

function row({ causes, kind, replay, sequence, session, time }: AuditDifference): Markup {
  const texts = [
    ...[formatInstant(time), kind, session ?? "none", replay ?? "none"],
    causes.length === 0 ? "not explained" : causes.join(", "),
  ];
  return markup`<tr>${texts.map(textCell)}<td>${sequence ?? ""}</td></tr>`;
}

function dollars(usd: number): string {
  return `${usd < 0 ? "−" : ""}$${formatDecimal(Math.abs(usd), 2)}`;
}
