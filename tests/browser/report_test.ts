/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { assert, assertEquals } from "../assert.ts";
import { simulateTearSheet } from "../fixtures/simulate_tear_sheet.ts";
import type { TearSheet } from "../../lib/records/tear_sheet.ts";
import { writeReport } from "../../lib/report/write_report.ts";
import { DESKTOP, drawAll, isTooWide, launch, openReport, PHONE } from "../fixtures/chromium.ts";

/**
 * Equity, drawdown, rolling, trades, 3 classes, 2 cost charts, importances, distribution; of a
 * policy three curves, its reward and an action map.
 */
const CHARTS = 17;
const HOSTILE = `<img src=x onerror="document.title='owned'"></script>\u2028`;

async function checkNumbers(page: Page, sheet: TearSheet): Promise<void> {
  for (const { name, metrics } of sheet.strategies) {
    const row = page.locator("table.headline tbody tr")
      .and(page.locator(`[data-strategy="${selectorText(name)}"]`));
    for (const key of ["sharpe", "trades"]) {
      const cell = row.locator(`td[data-metric="${key}"] .cell-value`);
      const value = metrics[key]!.value;
      if (value === null) {
        assertEquals(await cell.locator(".term").textContent(), "n/a");
        continue;
      }
      const number = cell.locator("data");
      assertEquals(Number(await number.getAttribute("value")), value);
      const shown = (await number.textContent())!.replace("\u2212", "-").replaceAll(",", "");
      assert(Math.abs(Number(shown) - value) <= 0.005, `${name} ${key}: ${shown} for ${value}`);
    }
  }
}

/** A string inside a quoted attribute selector. */
function selectorText(text: string): string {
  return text.replace(/["\\]/g, "\\$&").replaceAll("\u2028", "\\2028 ");
}

Deno.test({
  name: "a written report works in Chromium: desktop, phone, dark, hostile names, no request",
  // The browser is a child process of the package's own making.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const browser = await launch();
    if (browser === null) return;
    const folder = await Deno.makeTempDir();
    try {
      const plain = simulateTearSheet({ seed: 5, days: 90 });
      const [model, ...baselines] = plain.strategies;
      const sheet = {
        ...plain,
        strategies: [{ ...model!, name: HOSTILE }, ...baselines],
        importances: [{ column: HOSTILE, permutation: 0.1, impurity: 0.2 }],
      };
      const { html } = await writeReport(sheet, folder, "report");

      await openReport(browser, html, DESKTOP, async (page) => {
        const title = await page.title();
        assertEquals(await drawAll(page), CHARTS);
        await checkNumbers(page, sheet);
        assertEquals(await page.title(), title);
        assert(!await isTooWide(page));
      });

      await openReport(browser, html, PHONE, async (page) => {
        assertEquals(await drawAll(page), CHARTS);
        assert(!await isTooWide(page));
        await page.locator("td[data-metric=sharpe] .cell-label .term").first().tap();
        assert(await page.locator(":popover-open").isVisible());
        await page.keyboard.press("Escape");
        const range = () =>
          page.evaluate(() => {
            const chart = document.querySelector("#equity .chart") as unknown as {
              layout: { xaxis: { range: [number, number] } };
            };
            return chart.layout.xaxis.range.map((edge) => +new Date(edge));
          });
        const [before] = await range();
        await page.locator("#equity [data-days='7']").tap();
        const [after, end] = await range();
        assert(after! > before! && end! - after! <= 7 * 86_400_000);
      });

      await openReport(browser, html, { ...DESKTOP, colorScheme: "dark" }, async (page) => {
        assertEquals(await drawAll(page), CHARTS);
        const color = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        assertEquals(color, "rgb(17, 22, 28)");
        const line = page.locator("#equity .scatterlayer .trace").last().locator(".js-line");
        assert((await line.getAttribute("style"))!.includes("rgb(92, 179, 245)"));
        await page.emulateMedia({ colorScheme: "light" });
        await page.waitForFunction(() =>
          document.querySelector("#equity .scatterlayer .trace:last-child .js-line")
            ?.getAttribute("style")?.includes("rgb(0, 96, 168)")
        );
      });
    } finally {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});
