import type { Continuous } from "../market/mod.ts";
import { entriesOf } from "./contract_entries.ts";
import { snapToTick } from "./decimal.ts";
import type { ProblemLog } from "./problems.ts";
import type { Table } from "./table.ts";

/** Raw prices of a file that joins several contracts, and how they are joined. */
export interface JoinedPrices {
  /** Raw opens, one a bar. */
  readonly open: Float64Array;
  /** Raw highs, one a bar. */
  readonly high: Float64Array;
  /** Raw lows, one a bar. */
  readonly low: Float64Array;
  /** Raw closes, one a bar. */
  readonly close: Float64Array;
  /** How the contracts are joined; absent for a file of one contract or a stock. */
  readonly continuous?: Continuous;
}

/** An adjustment that changes on more than this share of rows is no price difference of rolls. */
const MOST_ROLLS = 0.2;
const ROLLS_OF_A_SHORT_FILE = 3;

/**
 * The raw prices of a table. A file with back-adjusted prices and the raw close beside them
 * gives its adjustment as the difference of the two, constant between rolls; the raw open, high
 * and low are the adjusted ones less that difference. Prices are snapped to ticks, so the same
 * row gives the same bits wherever the file ends. A file written by `writeBars` names its
 * adjustment itself.
 */
export function joinedPrices(
  table: Table,
  tickSize: number,
  log: ProblemLog,
  notes: string[],
): JoinedPrices {
  const { numbers } = table;
  const prices = {
    open: numbers.get("open")!,
    high: numbers.get("high")!,
    low: numbers.get("low")!,
    close: numbers.get("close")!,
  };
  for (const method of ["difference", "ratio"] as const) {
    const adjustment = numbers.get(
      method === "difference" ? "adjustmentDifference" : "adjustmentRatio",
    );
    if (adjustment === undefined) continue;
    const contract = table.contract ?? new Int32Array(table.rows);
    const contracts = table.contracts.length > 0 ? table.contracts : ["#1"];
    const entries = entriesOf(table, contract, contracts.length);
    return {
      ...prices,
      continuous: {
        ...{ method, adjustment, contract, contracts },
        ...(entries === null ? {} : { entries }),
      },
    };
  }
  const rawClose = numbers.get("rawClose");
  return rawClose === undefined ? prices : removeAdjustment(table, rawClose, tickSize, log, notes);
}

function removeAdjustment(
  table: Table,
  rawClose: Float64Array,
  tickSize: number,
  log: ProblemLog,
  notes: string[],
): JoinedPrices {
  const adjustedClose = table.numbers.get("close")!;
  const difference = adjustedClose.map((close, i) => snapToTick(close - rawClose[i]!, tickSize));
  const first = difference.find((value) => !Number.isNaN(value)) ?? 0;
  const adjustment = difference.map((value) => snapToTick(value - first, tickSize));
  const contract = new Int32Array(table.rows);
  let rolls = 0;
  for (let i = 1; i < table.rows; i++) {
    if (adjustment[i] !== adjustment[i - 1]) rolls++;
    contract[i] = rolls;
  }
  if (rolls > Math.max(ROLLS_OF_A_SHORT_FILE, table.rows * MOST_ROLLS)) {
    const column = table.names.get("close")!;
    const detail = `${column} less ${table.names.get("rawClose")} changes in ${rolls} of ` +
      `${table.rows} rows; a difference-adjusted file changes at rolls only`;
    log.add("adjustment-not-constant", table.lines[0]!, rolls, detail, column);
  }
  notes.push(
    `The prices are back-adjusted; raw prices were restored from ${table.names.get("rawClose")}. ` +
      `${rolls} ${
        rolls === 1 ? "roll" : "rolls"
      } found; a roll without a price difference leaves no trace.`,
  );
  const raw = (column: Float64Array): Float64Array =>
    column.map((price, i) => snapToTick(price - difference[i]!, tickSize));
  return {
    open: raw(table.numbers.get("open")!),
    high: raw(table.numbers.get("high")!),
    low: raw(table.numbers.get("low")!),
    close: rawClose,
    continuous: {
      method: "difference",
      adjustment,
      contract,
      contracts: Array.from({ length: rolls + 1 }, (_, i) => `#${i + 1}`),
    },
  };
}
