import type { BacktestDocument } from "../tasks/backtest.ts";
import { table } from "./console.ts";
import { paint } from "./paint.ts";

type Metrics = BacktestDocument["metrics"];

/** The result of a backtest as a person reads it in a terminal. */
export function backtestSummary(document: BacktestDocument): string {
  const { period } = document;
  const own = {
    name: document.strategy,
    metrics: document.metrics,
    sharpeInterval: document.sharpeInterval,
  };
  return [
    paint("bold", document.verdict),
    "",
    `${document.symbol}, ${day(period.from)} to ${day(period.to)}: ` +
    `${period.bars.toLocaleString("en")} bars, ${period.days.toLocaleString("en")} days, ` +
    (period.outOfSample ? "out of sample" : paint("red", "IN SAMPLE")),
    "",
    comparisonTable([own, ...document.others]),
    ...blendLines(document.blend),
    "",
    ...findingLines(document.findings),
    "",
    `costs ×${document.costSensitivity.map((item) => item.factor).join(", ×")}: net ` +
    document.costSensitivity.map((item) => money(item.metrics["netUsd"]?.value)).join(", "),
    "",
    `report  ${document.report}`,
    `json    ${document.json}`,
    `${Math.round(document.barsPerSecond).toLocaleString("en")} bars/s, ${
      document.seconds.toFixed(1)
    } s, ONNX Runtime ${document.engine}`,
  ].join("\n");
}

/** What each part gave to a blend, in words; nothing without one. */
export function blendLines(blend: BacktestDocument["blend"]): string[] {
  if (blend === null) return [];
  return ["", blend.summary, ...blend.parts.map(({ text }) => `- ${text}`)];
}

/** Strategies side by side, each Sharpe ratio with its interval; a note is marked and stands below. */
export function comparisonTable(
  strategies: readonly {
    readonly name: string;
    readonly metrics: Metrics;
    readonly sharpeInterval: readonly [number, number] | null;
  }[],
): string {
  const notes = new Set(strategies.flatMap(({ metrics }) => metrics["sharpe"]?.note ?? []));
  const rows = table(
    ["strategy", "net", "Sharpe", "95 % interval", "PSR", "max drawdown", "trades", "costs"],
    strategies.map(({ name, metrics, sharpeInterval }) => [
      name,
      money(metrics["netUsd"]?.value),
      fixed(metrics["sharpe"]?.value) + (metrics["sharpe"]?.note === undefined ? "" : "*"),
      sharpeInterval === null ? "n/a" : sharpeInterval.map((end) => end.toFixed(2)).join(" … "),
      fixed(metrics["probabilisticSharpe"]?.value),
      percent(metrics["maxDrawdown"]?.value),
      String(metrics["trades"]?.value ?? "n/a"),
      money(metrics["costsUsd"]?.value),
    ]),
  );
  return [rows, ...[...notes].map((note) => `* ${note}`)].join("\n");
}

/** One line a finding, the severity first. */
export function findingLines(findings: BacktestDocument["findings"]): string[] {
  return findings.map((finding) => `${mark(finding.severity)} ${finding.text}`);
}

function mark(severity: "good" | "note" | "warn" | "bad"): string {
  const color = { good: "green", note: "gray", warn: "yellow", bad: "red" } as const;
  return paint(color[severity], severity.padEnd(4));
}

function money(value: number | null | undefined): string {
  if (typeof value !== "number") return "n/a";
  const text = Math.abs(value).toLocaleString("en", { maximumFractionDigits: 0 });
  return `${value < 0 ? "-" : ""}$${text}`;
}

function fixed(value: number | null | undefined): string {
  return typeof value === "number" ? value.toFixed(2) : "n/a";
}

function percent(value: number | null | undefined): string {
  return typeof value === "number" ? `${(100 * value).toFixed(1)} %` : "n/a";
}

function day(instant: string): string {
  return instant.slice(0, 16).replace("T", " ");
}
