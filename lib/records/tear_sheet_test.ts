import fc from "fast-check";
import { assert, assertClose, assertEquals } from "../../tests/assert.ts";
import { InputError } from "../core/errors.ts";
import { downsampleRows } from "../report/downsample.ts";
import { jsonForScript, markup } from "../report/html.ts";
import { formatDecimal, formatMetric, formatPlain, formatPrice } from "../report/number_format.ts";
import { parseTearSheet } from "./parse_tear_sheet.ts";
import { drawdowns, histogram, rollingSharpe, yearlyReturns } from "../report/return_series.ts";
import { simulateTearSheet } from "../../tests/fixtures/simulate_tear_sheet.ts";
import { tearSheetToJson } from "./tear_sheet.ts";

function assertThrowsInput(work: () => unknown, part: string): void {
  try {
    work();
  } catch (error) {
    assert(error instanceof InputError && error.message.includes(part), String(error));
    return;
  }
  throw new Error(`nothing was thrown, expected: ${part}`);
}

Deno.test("parseTearSheet() reads back what tearSheetToJson() wrote", () => {
  const sheet = simulateTearSheet({ seed: 3, days: 30 });
  assertEquals(parseTearSheet(tearSheetToJson(sheet)), sheet);
});

Deno.test("parseTearSheet() names the place of a fault", () => {
  const sheet = simulateTearSheet({ seed: 3, days: 5 });
  assertThrowsInput(() => parseTearSheet("{"), "no JSON");
  assertThrowsInput(() => parseTearSheet(JSON.stringify({ ...sheet, format: 2 })), "'format'");
  const [first, ...others] = sheet.strategies;
  const short = { ...first!, equity: { time: [1, 2], usd: [1] } };
  assertThrowsInput(
    () => parseTearSheet(JSON.stringify({ ...sheet, strategies: [short, ...others] })),
    "'strategies.0.equity'",
  );
});

Deno.test("tearSheetToJson() refuses NaN, which JSON would turn into null", () => {
  const sheet = simulateTearSheet({ seed: 3, days: 5 });
  let message = "";
  try {
    tearSheetToJson({ ...sheet, findings: [{ severity: "note", text: "x", value: NaN }] });
  } catch (error) {
    message = String(error);
  }
  assertEquals(
    message,
    "RangeError: Cannot write a tear sheet as its numbers must be finite: current value is NaN in 'value'",
  );
});

Deno.test("downsampleRows() keeps ends and extremes, rises and respects the limit", () => {
  const series = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 300 });
  fc.assert(fc.property(series, fc.integer({ min: 4, max: 60 }), (values, limit) => {
    const rows = downsampleRows(values, limit);
    const kept = rows.map((row) => values[row]!);
    return rows.length <= Math.max(limit, 4) && rows[0] === 0 &&
      rows.at(-1) === values.length - 1 &&
      rows.every((row, i) => i === 0 || row > rows[i - 1]!) &&
      Math.max(...kept) === Math.max(...values) && Math.min(...kept) === Math.min(...values);
  }));
});

Deno.test("markup() escapes every hole", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const { html } = markup`<i title="${text}">${[text, text]}</i>`;
    const inside = html.slice('<i title="'.length, -"</i>".length);
    return !inside.includes("<") && !inside.includes("'") && inside.split('"').length === 2;
  }));
});

Deno.test("jsonForScript() cannot leave its element and reads back the same", () => {
  const line = String.fromCharCode(0x2028, 0x2029);
  fc.assert(fc.property(fc.string(), (text) => {
    const value = { text: `</script><!--${line}${text}` };
    const { html } = jsonForScript(value);
    assertEquals(JSON.parse(html), value);
    return !/[<>&\u2028\u2029]/.test(html);
  }));
});

Deno.test("formatMetric() writes numbers the same in every locale", () => {
  const minus = "\u2212";
  assertEquals(formatMetric(-0.12345, "fraction"), `${minus}12.35%`);
  assertEquals(formatMetric(0.99999, "probability"), ">99.9%");
  assertEquals(formatMetric(1, "probability"), ">99.9%");
  assertEquals(formatMetric(0, "probability"), "<0.1%");
  assertEquals(formatMetric(-1234.5, "usd"), `${minus}$1,235`);
  assertEquals(formatMetric(-0.001, "ratio"), "0.00");
  assertEquals(formatMetric(1234567, "count"), "1,234,567");
  assertEquals(formatMetric(2.5, "bars"), "2.5");
  assertEquals(formatDecimal(999.999, 2), "1,000.00");
  assertEquals(formatPlain(0.0000123), `1.23e${minus}5`);
  assertEquals(formatPlain(0.5), "0.5");
  assertEquals(formatPrice(4700.25), "4,700.25");
  assertEquals(formatPrice(1.08765), "1.08765");
});

Deno.test("drawdowns() and rollingSharpe() agree with the golden vector of the metrics", () => {
  // Published as a check of empyrical-reloaded's formulas: Sharpe 1.7079349521, drawdown -0.03.
  const returns = [0.01, -0.02, 0.03, 0, -0.01, 0.02, -0.005, 0.015, -0.03, 0.01];
  assertClose(rollingSharpe(returns, 10).at(-1)!, 1.7079349521, 1e-9);
  let equity = 1;
  const curve = [1, ...returns.map((value) => equity *= 1 + value)];
  assertClose(Math.min(...drawdowns(curve)), -0.03, 1e-12);
  assertEquals(rollingSharpe([0.01, 0.01, 0.01], 3), [null, null, null]);
  assertEquals(drawdowns([100, 80, 120, 90]), [0, 0.8 - 1, 0, -0.25]);
});

Deno.test("yearlyReturns() compounds days into months and years", () => {
  const [year] = yearlyReturns(["2024-01-02", "2024-01-03", "2024-03-01"], [0.1, 0.1, -0.5]);
  assert(Math.abs(year!.months[0]! - 0.21) < 1e-12);
  assertEquals(year!.months[1], null);
  assert(Math.abs(year!.total - (1.21 * 0.5 - 1)) < 1e-12);
});

Deno.test("what is lost entirely stays lost in every figure of a page", () => {
  assertEquals(drawdowns([100, 50, -25, -25]), [0, -0.5, -1, -1]);
  const [year] = yearlyReturns(["2024-01-02", "2024-01-03", "2024-02-01"], [-1.5, -1.5, 0.2]);
  assertEquals([year!.months[0], year!.total], [-1, -1]);
  const dust = Array.from({ length: 5 }, (_, day) => 0.001 + 2e-12 * (day % 2));
  assertEquals(rollingSharpe(dust, 5).at(-1), null);
});

Deno.test("histogram() counts every value once and never mixes gains with losses", () => {
  const values = fc.array(fc.double({ min: -0.1, max: 0.1, noNaN: true }), { minLength: 2 });
  fc.assert(fc.property(values, (returns) => {
    const bins = histogram(returns);
    if (bins === null) return Math.max(...returns) - Math.min(...returns) <= 1e-12;
    const total = bins.count.reduce((sum, count) => sum + count, 0);
    return total === returns.length && bins.centre.every((c) => Math.abs(c) > bins.width / 4);
  }));
});
