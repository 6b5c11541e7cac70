import { basename } from "node:path";
import { versions } from "../core/program.ts";
import { type OpenedData, rollsOf } from "../data/mod.ts";
import type { RunConditions } from "../engine/mod.ts";
import { actionRows, DAY_MS, fundingOf, type Instrument } from "../market/mod.ts";
import type { TearSheet } from "../records/mod.ts";
import type { SizingSettings } from "../risk/mod.ts";

/** What a page's numbers rest on, in the order in which it is shown. */
export function assumptions(
  { codeSha256, conditions, opened }: {
    readonly conditions: RunConditions;
    readonly opened: Pick<OpenedData, "source">;
    readonly codeSha256: string;
  },
): TearSheet["assumptions"] {
  const { instrument } = conditions.bars;
  return [
    { name: "Decision and fill", value: "decided at a bar's close, filled at the next bar's open" },
    { name: "Fee", value: `${usd(conditions.costs.feePerSideMicros / 1e6)} per lot and side` },
    {
      name: "Slippage",
      value:
        `${conditions.costs.slippageTicks} tick(s) of ${instrument.tickSize} against you on every fill`,
    },
    { name: "Starting cash", value: usd(conditions.initialCashUsd) },
    {
      name: "Position",
      value: `${sizeText(conditions.sizing)}${lotText(instrument)}, the same for every strategy`,
    },
    ...currencyRow(instrument),
    ...fundingRow(conditions),
    ...actionsRow(conditions),
    ...contractsRow(conditions),
    {
      name: "Margin",
      value: conditions.marginPerLotUsd === null
        ? "paid in full"
        : `${
          usd(conditions.marginPerLotUsd)
        } initial per lot when the test begins, by date; entries ` +
          "without it are refused, and what equity cannot maintain is closed" +
          outdatedMargin(conditions),
    },
    {
      name: "Session end",
      value: conditions.flattenAtSessionEnd ? "positions are closed" : "positions are kept",
    },
    { name: "Statistics", value: "daily net returns, 252 days a year, no interest on cash" },
    {
      name: "Sharpe interval",
      value:
        "95 %, Student's t, widened by skewness, kurtosis and positive autocorrelation of the daily " +
        "returns; with fewer than five losing days, or gaining ones, it holds zero",
    },
    { name: "Data", value: `${basename(opened.source.path)}, sha256 ${opened.source.sha256}` },
    { name: "Code", value: `sha256 ${codeSha256}` },
    ...Object.entries(versions()).map(([name, value]) => ({ name, value })),
  ];
}

/** Dollars with their cents, and further decimals where there are any. */
function usd(amount: number): string {
  const decimals = /\.(\d+)$/.exec(String(Number(amount.toFixed(6))))?.[1]?.length ?? 0;
  return `$${amount.toFixed(Math.max(2, decimals))}`;
}

function lotText({ lot }: Instrument): string {
  return lot === undefined ? "" : ` of ${lot.size} ${lot.unit}`;
}

function currencyRow({ conversion }: Instrument): TearSheet["assumptions"] {
  if (conversion === undefined) return [];
  const { from, usd } = conversion;
  return [{ name: "Currency", value: `${from} counted at ${usd} dollars on all days, as given` }];
}

function fundingRow({ bars, from, to }: RunConditions): TearSheet["assumptions"] {
  if (bars.funding === undefined) return [];
  const payments = fundingOf(bars).filter(({ row }) => row >= from && row < to).length;
  return [{
    name: "Funding",
    value: `${payments} payments as given, each on the position held when it is due, at its mark ` +
      "price or else the price of the bar",
  }];
}

/** Why contracts were changed while they were tested. */
function contractsRow({ bars, from, to }: RunConditions): TearSheet["assumptions"] {
  if (bars.continuous === undefined || bars.actions !== undefined) return [];
  const rules = rollsOf(bars).filter(({ row }) => row > from && row < to)
    .map(({ rule }) => rule ?? "whoever joined them");
  const counts = [...new Set(rules)].map((rule) =>
    `${rules.filter((other) => other === rule).length} by ${rule}`
  );
  return [{
    name: "Contracts",
    value:
      `${rules.length} roll(s)${counts.length === 0 ? "" : `, ${counts.join(", ")}`}; orders ` +
      "trade at raw prices, a roll costs a round trip; the table is in the JSON file",
  }];
}

/** What happened to the shares while they were tested. */
function actionsRow({ bars, from, to }: RunConditions): TearSheet["assumptions"] {
  if (bars.actions === undefined) return [];
  const kinds = actionRows(bars).filter(({ row }) => row > from && row < to)
    .flatMap(({ actions }) => actions.map(({ kind }) => kind));
  const splits = kinds.filter((kind) => kind === "split").length;
  return [{
    name: "Corporate actions",
    value:
      `${splits} split(s): lots held, ordered and set become as many new ones, a fraction is ` +
      `paid out; ${kinds.length - splits} dividend(s) in cash at the open of their ex-date, in ` +
      "equity and in no trade",
  }];
}

/** Says so where days are tested for which nobody has looked margins up. */
function outdatedMargin({ bars, margin, session, to }: RunConditions): string {
  const { marginKnownUntil, margin: known } = bars.instrument;
  const isOwn = margin.overnight !== known;
  if (marginKnownUntil === undefined || isOwn) return "";
  if (session.tradeDay[to - 1]! <= Date.parse(marginKnownUntil) / DAY_MS) return "";
  return `; no margin after ${marginKnownUntil} is known, so the last one stands for later days: ` +
    "give today's with --margin";
}

function sizeText(sizing: SizingSettings): string {
  if (sizing.kind === "fixed") return `${sizing.lots} lot(s)`;
  const { annualVolatility, maxLeverage } = sizing;
  return `lots by volatility, ${percent(annualVolatility)} of equity a year and at most ` +
    `${maxLeverage} times equity`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}
