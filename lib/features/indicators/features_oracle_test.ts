import { EMA, RSI, StochasticOscillator } from "trading-signals";
import type { Bars } from "../../market/bars.ts";
import { findInstrument } from "../../market/instruments.ts";
import { assert, assertClose } from "../../../tests/assert.ts";
import { computeFeatures, FEATURES } from "../features.ts";

/** One feature without lags: a column. */
function feature(bars: Bars, name: string, periods: readonly number[]): Float32Array {
  const entry = { feature: name, ...(periods.length === 0 ? {} : { periods: [periods] }) };
  return computeFeatures(bars, { features: [entry] }, { sessionAt: () => null }).values;
}

/** 300 bars from MINSTD (x · 16807 mod 2^31 - 1, from 12345), which Python repeats exactly. */
function oracleBars(): Bars {
  const length = 300;
  let x = 12_345;
  const next = (limit: number): number => (x = x * 16_807 % 2_147_483_647) % limit;
  const column = () => new Float64Array(length);
  const open = column(), high = column(), low = column(), close = column(), volume = column();
  let ticks = 20_000;
  for (let row = 0; row < length; row++) {
    const first = ticks += next(21) - 10;
    const last = ticks += next(21) - 10;
    open[row] = first / 4;
    close[row] = last / 4;
    high[row] = (Math.max(first, last) + next(9)) / 4;
    low[row] = (Math.min(first, last) - next(9)) / 4;
    volume[row] = 100 + next(900);
  }
  return {
    instrument: findInstrument("ES"),
    intervalMs: 60_000,
    length,
    time: Float64Array.from({ length }, (_, row) => row * 60_000),
    open,
    high,
    low,
    close,
    volume,
  };
}

/**
 * Name, periods, values at rows 70 and 299 of the bars above, and how they were made with pandas
 * 3.1.1 and TA-Lib 0.8.2 (O, H, L, C, V series; R = C.pct_change(); ema(s, n) =
 * s.ewm(span=n, adjust=False).mean(); M = ema(C, 5) - ema(C, 12); T = (H + L + C) / 3).
 */
const ORACLE: readonly [string, number[], number, number, string][] = [
  ["return", [7], -0.001197007481296808, -0.00045119566852158677, "C / C.shift(7) - 1"],
  ["gap", [], -4.99500499500094e-05, -0.00020065211938802285, "O / C.shift(1) - 1"],
  ["body", [], 0.00034954559073204834, 0.00035108837395927375, "(C - O) / C"],
  [
    "momentum",
    [20],
    0.10279998907943341,
    -0.995614989090989,
    "R.rolling(20).mean() / R.rolling(20).std() * sqrt(20)",
  ],
  [
    "efficiency",
    [10],
    -0.030303030303030304,
    -0.36585365853658536,
    "(C - C.shift(10)) / C.diff().abs().rolling(10).sum()",
  ],
  ["volatility", [20], 0.00043848629468613685, 0.0004160117426109046, "R.rolling(20).std()"],
  [
    "exponential-volatility",
    [20],
    0.0004150439942527071,
    0.0003819056382463967,
    "sqrt(R.ewm(span=20, adjust=False).var(bias=True))",
  ],
  [
    "volatility-ratio",
    [5, 60],
    0.6869355275914137,
    0.5481012188435719,
    "R.rolling(5).std() / R.rolling(60).std()",
  ],
  [
    "average-true-range",
    [14],
    0.00081408898648607,
    0.0007739423740852333,
    "talib.ATR(H, L, C, 14) / C",
  ],
  [
    "range-volatility",
    [20],
    0.0005239296914260283,
    0.00042791495543600147,
    "sqrt((((H - L) / C) ** 2).rolling(20).mean() / (4 * log(2)))",
  ],
  ["range", [], 0.0007490262658543893, 0.0009027986758952753, "(H - L) / C"],
  [
    "average-distance",
    [20],
    -0.00034704883651257,
    -0.0006043735580298562,
    "(C - talib.SMA(C, 20)) / C",
  ],
  [
    "exponential-distance",
    [20],
    -0.00012251175814017304,
    -0.0005133577404797374,
    "(C - ema(C, 20)) / C",
  ],
  ["macd", [5, 12], -0.0001245676385161541, -0.00026169218466366235, "M / C"],
  [
    "macd-histogram",
    [5, 12, 4],
    -6.67693437981745e-05,
    4.986844143882843e-05,
    "(M - ema(M[11:], 4)) / C",
  ],
  [
    "trend-correlation",
    [20],
    -0.21954766819665095,
    -0.8916889113298428,
    "C.rolling(20).corr(Series(arange(300)))",
  ],
  [
    "directional-movement",
    [5],
    -0.5335823921460054,
    -2.2292990796624785,
    "talib.PLUS_DI(H, L, C, 5) - talib.MINUS_DI(H, L, C, 5)",
  ],
  [
    "average-directional-index",
    [5],
    17.60333980659522,
    18.785148418859745,
    "talib.ADX(H, L, C, 5)",
  ],
  ["rsi", [14], 49.43016218293231, 40.74627163637162, "talib.RSI(C, 14)"],
  [
    "stochastic",
    [14, 3],
    34.64052287581703,
    28.930232558139625,
    "talib.STOCH(H, L, C, 14, 3, 0, 3, 0)[0]",
  ],
  [
    "bollinger",
    [20],
    -0.7440606012968365,
    -0.9094728156161953,
    "(C - C.rolling(20).mean()) / C.rolling(20).std(ddof=0)",
  ],
  ["close-location", [], 0.7333333333333333, 0.1111111111111111, "(2 * C - H - L) / (H - L)"],
  [
    "relative-volume",
    [20],
    0.2115644367219865,
    -0.7605075145086024,
    "log(V / V.rolling(20).mean())",
  ],
  [
    "signed-volume",
    [20],
    0.18055058991776904,
    -0.18707110890104425,
    "(sign(C.diff()) * V).rolling(20).sum() / V.rolling(20).sum()",
  ],
  [
    "volume-price-distance",
    [20],
    -0.00028156341577770483,
    -0.0006590927482687798,
    "(C - (T * V).rolling(20).sum() / V.rolling(20).sum()) / C",
  ],
];

Deno.test("computeFeatures() equals pandas and TA-Lib for every feature of prices and volume", () => {
  const bars = oracleBars();
  for (const [name, periods, early, late] of ORACLE) {
    const values = feature(bars, name, periods);
    // TA-Lib starts directional sums one bar short; that has faded to 1e-6 by row 70.
    const relative = name.includes("directional") ? 1e-5 : 2e-7;
    assertClose(values[70]!, early, relative * Math.max(Math.abs(early), 1e-4));
    assertClose(values[299]!, late, 2e-7 * Math.max(Math.abs(late), 1e-4));
  }
  const checked = new Set(ORACLE.map(([name]) => name));
  const unchecked = FEATURES.filter(({ name }) => !checked.has(name));
  assert(unchecked.every(({ group }) => group === "session-clock"));
});

Deno.test("computeFeatures() equals trading-signals bar by bar where the two define alike", () => {
  const bars = oracleBars();
  const candle = (row: number) => ({
    high: bars.high[row]!,
    low: bars.low[row]!,
    close: bars.close[row]!,
  });
  const compare = (values: Float32Array, expectedAt: (row: number) => number | null): void => {
    for (let row = 0; row < bars.length; row++) {
      const expected = expectedAt(row);
      if (expected !== null && !Number.isNaN(values[row])) {
        assertClose(values[row]!, expected, 2e-7 * Math.max(1e-4, Math.abs(expected)));
      }
    }
  };
  const rsi = new RSI(14);
  compare(feature(bars, "rsi", [14]), (row) => rsi.add(bars.close[row]!));
  const stochastic = new StochasticOscillator({ kPeriod: 14, kSlowingPeriod: 3, dPeriod: 1 });
  compare(
    feature(bars, "stochastic", [14, 3]),
    (row) => stochastic.add(candle(row))?.stochK ?? null,
  );
  const ema = new EMA(20);
  compare(feature(bars, "exponential-distance", [20]), (row) => {
    const average = ema.add(bars.close[row]!);
    return average === null ? null : (bars.close[row]! - average) / bars.close[row]!;
  });
});

Deno.test("average-directional-index follows Wilder's recipe from its first value on", () => {
  // Sums of the first `period` true ranges and movements, as in Wilder (1978), chapter IV.
  const bars = oracleBars();
  const { high, low, close } = bars;
  const period = 5;
  const wilder = (values: readonly number[]): number[] => {
    let average = values.slice(0, period).reduce((a, b) => a + b) / period;
    return [
      average,
      ...values.slice(period).map((value) => average = (average * (period - 1) + value) / period),
    ];
  };
  const rows = Array.from({ length: bars.length - 1 }, (_, i) => i + 1);
  const range = rows.map((i) =>
    Math.max(
      high[i]! - low[i]!,
      Math.abs(high[i]! - close[i - 1]!),
      Math.abs(low[i]! - close[i - 1]!),
    )
  );
  const up = rows.map((i) => high[i]! - high[i - 1]!);
  const down = rows.map((i) => low[i - 1]! - low[i]!);
  const trueRange = wilder(range);
  const plus = wilder(up.map((move, i) => move > down[i]! && move > 0 ? move : 0));
  const minus = wilder(down.map((move, i) => move > up[i]! && move > 0 ? move : 0));
  const index = trueRange.map((average, i) => {
    const [p, m] = [plus[i]! / average, minus[i]! / average];
    return 100 * Math.abs(p - m) / (p + m);
  });
  const expected = wilder(index);
  const values = feature(bars, "average-directional-index", [period]);
  expected.forEach((value, i) => assertClose(values[2 * period - 1 + i]!, value, 1e-5));
});
