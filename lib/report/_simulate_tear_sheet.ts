import { createRandom, type Random } from "../utils/random.ts";
import type { PolicyPanel } from "./policy_panel.ts";
import type {
  CostCase,
  MetricDefinition,
  MetricValue,
  MetricValues,
  ReliabilityCurve,
  StrategyResult,
  TearSheet,
  TradeRow,
} from "./tear_sheet.ts";

const DAY_MS = 86_400_000;
const BARS_PER_DAY = 78;
const BAR_MS = 300_000;
const START = Date.UTC(2022, 0, 3, 14, 30);
const CAPITAL = 100_000;

const DEFINITIONS: Readonly<Record<string, MetricDefinition>> = {
  netReturn: {
    label: "Net return",
    unit: "fraction",
    definition:
      "Change of equity over the whole period as a share of the capital, after all costs.",
    better: "higher",
  },
  sharpe: {
    label: "Sharpe ratio",
    unit: "ratio",
    definition: "Mean of daily returns over their standard deviation, times the root of 252.",
    better: "higher",
  },
  psr: {
    label: "PSR",
    unit: "probability",
    definition: "Probability that the true Sharpe ratio is above 0, given length, skew and tails.",
    better: "higher",
  },
  maxDrawdown: {
    label: "Max drawdown",
    unit: "fraction",
    definition: "Deepest fall from the highest equity so far.",
    better: "higher",
  },
  trades: { label: "Trades", unit: "count", definition: "Round trips.", better: "neither" },
  costsUsd: {
    label: "Costs",
    unit: "usd",
    definition: "Commissions, fees and slippage in dollars.",
    better: "lower",
  },
  profitFactor: {
    label: "Profit factor",
    unit: "ratio",
    definition: "Sum of gains over sum of losses, per day.",
    better: "higher",
  },
  volatility: {
    label: "Volatility",
    unit: "fraction",
    definition: "Standard deviation of daily returns times the root of 252.",
    better: "lower",
  },
};

function sharpeOf(values: readonly number[]): number | null {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));
  return sd > 0 ? mean / sd * Math.sqrt(252) : null;
}

function measured(value: number | null, reason: string): MetricValue {
  return value === null ? { value, reason } : { value };
}

function metricsOf(
  equity: readonly number[],
  value: readonly number[],
  trades: number,
  costs: number,
): MetricValues {
  const sharpe = sharpeOf(value);
  const flat = "The returns do not vary, so the ratio is not defined.";
  const gains = value.filter((v) => v > 0).reduce((sum, v) => sum + v, 0);
  const losses = -value.filter((v) => v < 0).reduce((sum, v) => sum + v, 0);
  let peak = CAPITAL, deepest = 0;
  for (const usd of equity) {
    peak = Math.max(peak, usd);
    deepest = Math.min(deepest, usd / peak - 1);
  }
  const logistic = sharpe === null
    ? null
    : 1 / (1 + Math.exp(-1.7 * sharpe * Math.sqrt(value.length / 252)));
  const mean = value.reduce((sum, v) => sum + v, 0) / value.length;
  return {
    netReturn: { value: equity.at(-1)! / CAPITAL - 1 },
    sharpe: measured(sharpe, flat),
    psr: measured(logistic, flat),
    maxDrawdown: { value: deepest },
    trades: { value: trades },
    costsUsd: { value: costs },
    profitFactor: measured(losses > 0 ? gains / losses : null, "There was no losing day."),
    volatility: { value: sharpe === null ? 0 : mean / sharpe * 252 },
  };
}

function strategyOf(
  name: string,
  role: StrategyResult["role"],
  day: readonly string[],
  time: readonly number[],
  returns: readonly number[],
  trades: number,
): StrategyResult {
  let usd = CAPITAL;
  const equity = returns.map((r) => usd *= 1 + r);
  const value = equity.map((e, i) => e / (equity[i - 1] ?? CAPITAL) - 1);
  const metrics = metricsOf(equity, value, trades, trades * 3.74);
  const sharpe = metrics["sharpe"]!.value;
  const half = 1.96 * Math.sqrt(252 / value.length);
  return {
    name,
    role,
    metrics,
    sharpeInterval: sharpe === null ? null : [sharpe - half, sharpe + half],
    equity: { time, usd: equity },
    dailyReturns: { day, value },
  };
}

function simulatePrice(random: Random, days: readonly number[]): TearSheet["price"] {
  const time: number[] = [], close: number[] = [];
  let price = 4700;
  for (const start of days) {
    for (let bar = 0; bar < BARS_PER_DAY; bar++) {
      price *= Math.exp(0.0012 * random.normal() + 2e-6);
      time.push(start + bar * BAR_MS);
      close.push(Math.round(price * 4) / 4);
    }
  }
  return { time, close };
}

function simulateTrades(random: Random, price: TearSheet["price"], count: number): TradeRow[] {
  const stride = Math.floor(price.time.length / Math.max(1, count));
  return Array.from({ length: count }, (_, index) => {
    const entry = index * stride, held = 1 + random.integer(Math.max(1, stride - 2));
    const exit = Math.min(price.time.length - 1, entry + held);
    const move = price.close[exit]! - price.close[entry]!;
    // Right side 54 times of 100.
    const side = (random.uniform() < 0.54 ? 1 : -1) * (Math.sign(move) || 1);
    return {
      entryTime: price.time[entry]!,
      exitTime: price.time[exit]!,
      lots: 2 * side,
      entryPrice: price.close[entry]!,
      exitPrice: price.close[exit]!,
      netUsd: Math.round((move * side * 10 - 7.48) * 100) / 100,
      feesUsd: 7.48,
      barsHeld: held,
      exitReason: ["signal", "time limit", "stop"][random.integer(3)]!,
    };
  });
}

function simulateCalibration(random: Random): ReliabilityCurve[] {
  return ["down", "flat", "up"].map((name) => ({
    name: `forest: ${name}`,
    bins: Array.from({ length: 7 }, (_, bin) => {
      const meanPredicted = 0.2 + 0.05 * bin, rows = 120 + random.integer(900);
      const observed = meanPredicted + 0.02 * random.normal();
      const half = 1.96 * Math.sqrt(observed * (1 - observed) / rows);
      return { meanPredicted, observed, low: observed - half, high: observed + half, rows };
    }),
  }));
}

/**
 * A tear sheet of made-up strategies on a simulated price, for tests and examples. The same seed
 * gives the same sheet.
 */
export function simulateTearSheet(
  options: { seed: number; days: number; trades?: number; perBarEquity?: boolean },
): TearSheet {
  const random = createRandom(options.seed);
  const days: number[] = [];
  for (let at = START; days.length < options.days; at += DAY_MS) {
    if (new Date(at).getUTCDay() % 6 !== 0) days.push(at);
  }
  const day = days.map((time) => new Date(time).toISOString().slice(0, 10));
  const price = simulatePrice(random, days);
  const trades = simulateTrades(random, price, options.trades ?? 3 * options.days);
  const market = days.map((_, i) =>
    price.close[(i + 1) * BARS_PER_DAY - 1]! / price.close[i * BARS_PER_DAY]! - 1
  );
  const simulate = (
    name: string,
    role: StrategyResult["role"],
    of: (i: number) => number,
    n: number,
  ) => strategyOf(name, role, day, days, days.map((_, i) => of(i)), n);
  const strategies = [
    simulate(
      "Forest + policy blend",
      "model",
      () => 0.00035 + 0.0058 * random.normal(),
      trades.length,
    ),
    simulate("Flat", "baseline", () => 0, 0),
    simulate("Buy and hold", "baseline", (i) => market[i]!, 1),
    simulate(
      "Momentum, 252 days",
      "baseline",
      (i) => market[i]! * Math.sign(market[i - 1] ?? 1) * 0.9,
      38,
    ),
    simulate("MACD", "baseline", () => 0.00004 + 0.006 * random.normal(), 211),
    simulate("Logistic regression", "baseline", () => 0.0001 + 0.004 * random.normal(), 540),
  ];
  const model = strategies[0]!;
  if (options.perBarEquity) {
    let usd = CAPITAL;
    const curve = price.time.map(() => usd *= 1 + 0.0002 * random.normal());
    strategies.forEach((strategy, index) =>
      strategies[index] = { ...strategy, equity: { time: price.time, usd: curve } }
    );
  }
  const costCase = (factor: number): CostCase => ({
    factor,
    metrics: {
      netReturn: { value: model.metrics["netReturn"]!.value! - 0.11 * (factor - 1) },
      sharpe: { value: model.metrics["sharpe"]!.value! - 0.55 * (factor - 1) },
      maxDrawdown: { value: model.metrics["maxDrawdown"]!.value! * (0.7 + 0.3 * factor) },
    },
  });
  const columns =
    "return_1 return_6 rsi_14 atr_14 volume_z minute_of_day gap range_12 ema_ratio skew_78 high_low_ratio day_of_week"
      .split(" ");
  const sharpe = model.metrics["sharpe"]!.value!;
  return {
    format: 1,
    title: "Forest and policy blend on micro S&P 500",
    subtitle:
      "Walk-forward test on simulated 5-minute bars: refitted every month on the past two years, decided at the close, filled at the next open.",
    runId: "2025-02-03-7f3a91c2",
    createdAt: "2025-02-03T21:14:07Z",
    command: "deno task backtest --data bars.parquet --model forest@7 --seed 7",
    verdict:
      "Made-up strategies on a simulated price: this page shows what a report holds, not a result.",
    findings: [
      {
        severity: "good",
        text:
          "Every trade of the model is inside its risk limits; the largest loss as a share of equity is this.",
        value: 0.0312,
      },
      { severity: "note", text: "Trades a day, on average.", value: 3 },
      {
        severity: "warn",
        text:
          "Twice the assumed costs would take most of the edge: the Sharpe ratio falls by this much.",
        value: 0.55,
      },
      {
        severity: "bad",
        text: "The deflated Sharpe ratio over 40 tried configurations is below 0.95.",
        value: 0.7124,
      },
    ],
    instrument: { symbol: "MES", name: "Micro E-mini S&P 500", intervalMs: BAR_MS },
    period: {
      from: day[0]!,
      to: day.at(-1)!,
      bars: price.time.length,
      days: day.length,
      outOfSample: true,
    },
    metricDefinitions: DEFINITIONS,
    strategies,
    trades,
    price,
    calibration: simulateCalibration(random),
    importances: columns.map((column, i) => ({
      column,
      permutation: 0.02 / (i + 1) - 0.002,
      impurity: 0.3 / (i + 1.5),
    })),
    costSensitivity: [0, 1, 2, 3].map(costCase),
    models: [
      {
        name: "forest",
        version: 7,
        kind: "random-forest",
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        metrics: { logLoss: 1.0731, brier: 0.6502 },
      },
      {
        name: "policy",
        version: 3,
        kind: "offline-rl",
        sha256: "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
        metrics: { logLoss: null, brier: null },
        comparisons: [{ name: "logistic", metrics: { logLoss: 1.09, brier: 0.66 } }],
        curves: [{ training: [1.1, 1.02, 0.99], validation: [1.09, 1.05, 1.06] }],
        remarks: ["Member 1 stopped after 3 epochs."],
      },
    ],
    assumptions: [
      { name: "Commission and fees", value: "$0.62 a lot and side" },
      { name: "Slippage", value: "1 tick a side" },
      { name: "Fills", value: "market orders at the next bar's open" },
      { name: "Margin", value: "$2,300 a lot, dated table of the exchange" },
      { name: "Data", value: "sha256 3b7e…91aa, simulated, seed 7" },
      { name: "Versions", value: "trading-ai 0.1.0, Deno 2.9.6" },
    ],
    reproduce: [
      "git checkout 4c1d2e9",
      "deno task backtest --data bars.parquet --model forest@7 --seed 7",
    ],
    policies: [simulatePolicy(random)],
    sections: [{
      title: "Known optimum",
      text:
        "The simulated world has a best strategy that can be computed; the model reaches this share of it.",
      table: {
        columns: ["Strategy", "Sharpe ratio", "Share of optimum"],
        rows: [["Optimum", 2.054, 1], ["Forest + policy blend", sharpe, sharpe / 2.054], [
          "Flat",
          null,
          0,
        ]],
      },
    }],
  };
}

/** A policy of two members, one of which stops early. */
function simulatePolicy(random: Random): PolicyPanel {
  const look = (step: number) => ({
    step,
    validation: 0.1 * (1 - Math.exp(-step / 60)) + 0.005 * random.normal(),
    turnover: 0.6 - step / 1000,
    entropy: 0.2 + 0.6 * Math.exp(-step / 60),
  });
  const member = (seed: number, looks: number) => ({
    seed,
    bestStep: 20 * looks,
    stopped: looks < 12 ? "patience" : "steps",
    evidenceMean: 0.09,
    looks: Array.from({ length: looks }, (_, index) => look(20 * (index + 1))),
  });
  const value = Array.from({ length: 24 }, (_, index) => index - 11.5);
  return {
    name: "policy v1",
    verdict: "On 900 bars it made 0.0900 standard deviations a bar after costs.",
    isFollowed: true,
    members: [member(1, 12), member(2, 7)],
    optimum: 0.11,
    rewardTerms: [
      { term: "return", sum: 80, share: 0.9 },
      { term: "variance", sum: -9, share: 0.1 },
    ],
    actions: [-1, 0, 1],
    histogram: [0.4, 0.2, 0.4],
    actionMaps: [{
      feature: "return_1",
      lines: [-1, 0, 1].map((held) => ({
        held,
        value,
        next: value.map((x) => Math.tanh(x / 4 + held / 2)),
      })),
    }],
  };
}
