import type { Bars, Continuous } from "../market/mod.ts";
import type { BarContract, JournaledBar } from "./journal_facts.ts";

/** One row of columns as a bar. */
export function barOfRow(bars: Bars, row: number): JournaledBar {
  // Shares are compared over their splits in the same columns, and are one contract.
  const continuous = bars.actions === undefined ? bars.continuous : undefined;
  return {
    time: bars.time[row]!,
    open: bars.open[row]!,
    high: bars.high[row]!,
    low: bars.low[row]!,
    close: bars.close[row]!,
    volume: bars.volume[row]!,
    ...(continuous === undefined ? {} : { contract: contractOf(continuous, row) }),
  };
}

function contractOf({ adjustment, contract, contracts, method }: Continuous, row: number) {
  return { name: contracts[contract[row]!]!, method, adjustment: adjustment[row]! };
}

/** Bars as columns. @param market how they are made */
export function barsOfRows(
  { instrument, intervalMs }: Pick<Bars, "instrument" | "intervalMs">,
  rows: readonly JournaledBar[],
): Bars {
  const column = (value: (bar: JournaledBar) => number): Float64Array =>
    Float64Array.from(rows, value);
  const [first] = rows;
  return {
    ...{ instrument, intervalMs, length: rows.length },
    time: column(({ time }) => time),
    open: column(({ open }) => open),
    high: column(({ high }) => high),
    low: column(({ low }) => low),
    close: column(({ close }) => close),
    volume: column(({ volume }) => volume),
    ...(first?.contract === undefined ? {} : {
      continuous: joined(rows.flatMap(({ contract }) => contract ?? []), first.contract.method),
    }),
  };
}

/** Another name or another adjustment is another contract: a file may name none of them. */
function joined(rows: readonly BarContract[], method: Continuous["method"]): Continuous {
  const contracts: string[] = [];
  const contract = new Int32Array(rows.length);
  rows.forEach(({ adjustment, name }, row) => {
    const before = rows[row - 1];
    if (before?.name !== name || before.adjustment !== adjustment) contracts.push(name);
    contract[row] = contracts.length - 1;
  });
  return {
    ...{ method, contract, contracts },
    adjustment: Float64Array.from(rows, ({ adjustment }) => adjustment),
  };
}
