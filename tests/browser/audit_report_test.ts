import { auditSession } from "../../lib/evaluation/audit/audit_session.ts";
import { readStory } from "../../lib/evaluation/audit/read_story.ts";
import type { SessionAudit } from "../../lib/records/session_audit.ts";
import { renderAudit } from "../../lib/report/audit_report.ts";
import { loadCartesianPlotly } from "../../lib/report/load_cartesian_plotly.ts";
import { assert, assertEquals } from "../assert.ts";
import { DESKTOP, drawAll, isTooWide, launch, openReport, PHONE } from "../fixtures/chromium.ts";
import { inFolder } from "../fixtures/temporary_folder.ts";
import { troubledSession } from "../fixtures/troubled_session.ts";

async function sampleAudit(): Promise<SessionAudit> {
  const { journal, request } = await troubledSession(8, 400, ["slippage", "halt", "reject"]);
  const story = await readStory(journal.entries());
  const [bars] = story.bars;
  return {
    session: `<b onclick="alert(1)">hostile</b></script>`,
    mode: "paper",
    createdAt: "2026-11-30T11:00:00.000Z",
    period: { from: bars![0]!.bar.time, to: bars!.at(-1)!.bar.time, bars: bars!.length },
    systems: [{ symbol: "MES", system: "momentum@1", sha256: "1".repeat(64) }],
    inference: "wasm",
    reference: null,
    journal: { entries: 1, sha256: "a".repeat(64) },
    ...await auditSession(story, request),
    verdict: "The session earned less than its backtest.",
    notes: ["In sample."],
  };
}

Deno.test({
  name: "an audit's page works in Chromium: its chart, its sums, phone and dark",
  // The browser is a child process of the package's own making.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const browser = await launch();
    if (browser === null) return;
    try {
      await inFolder(async (folder) => {
        const audit = await sampleAudit(), path = `${folder}/audit.html`;
        await Deno.writeTextFile(path, await renderAudit(audit, await loadCartesianPlotly()));
        for (const options of [PHONE, { ...DESKTOP, colorScheme: "dark" as const }]) {
          await openReport(browser, path, options, async (page) => {
            assertEquals(await drawAll(page), 1);
            assert(!await isTooWide(page));
            assertEquals(await page.locator("h1").textContent(), audit.session);
            // The page's sums are what a reader adds up himself.
            const cells = await page.locator("table.sums td:nth-child(2)").allTextContents();
            const cents = cells.map((text) =>
              Math.round(100 * Number(text.replace("−", "-").replaceAll(/[$,]/g, "")))
            );
            const [backtest, ...parts] = cents, session = parts.pop();
            assertEquals(parts.reduce((sum, part) => sum + part, backtest!), session);
          });
        }
      });
    } finally {
      await browser.close();
    }
  },
});
