import { basename } from "node:path";
import { InputError } from "../core/mod.ts";
import type { FundingRate } from "../market/mod.ts";
import { nextLine, splitLine } from "./csv_scanner.ts";
import { detectStampForm, stampReader } from "./timestamps.ts";
import { unpack } from "./unpack.ts";
import { writtenColumn } from "./written_stamps.ts";

/*
 * Names of columns as exchanges write them, without case and punctuation: Binance's monthly files
 * (`calc_time`, `last_funding_rate`) and its request `fundingRate` (`fundingTime`, `markPrice`),
 * Bybit's (`fundingRateTimestamp`), OKX's (`realizedRate`). A file without a header has the time
 * first and the rate second, as QuantConnect LEAN keeps them.
 */
const TIME_NAMES = [
  ...["fundingtime", "fundingratetimestamp", "calctime", "timestamp", "time", "datetime", "date"],
];
const RATE_NAMES = ["realizedrate", "lastfundingrate", "fundingrate", "rate"];
const PRICE_NAMES = ["markprice", "mark", "price"];
const SYMBOL_NAMES = ["symbol", "instid", "instrument", "instrumentname"];

const SEPARATORS = [44, 59, 9, 124];

/** No exchange lets a payment become larger; what is, was meant as a percentage. */
const HIGHEST_RATE = 0.05;
/** Usual payments are a basis point or two: where half of them are larger, so are they. */
const HIGHEST_USUAL_RATE = 0.003;
const FEWEST_USUAL = 3;

/**
 * Reads the funding payments of a perpetual contract from a CSV or JSON file, packed or not. Times
 * without a zone are UTC, as exchanges keep them.
 *
 * @param symbol whose rows are taken from a file of several, for example `BTCUSDT.P`
 * @returns oldest first
 * @throws {InputError} naming the first line that cannot be true
 */
export function readFunding(path: string, symbol: string): FundingRate[] {
  const lines = linesOf(unpack(readBytes(path), basename(path)).bytes);
  const { body, find } = columnsOf(lines, path);
  const [timeField, rateField] = [find(TIME_NAMES), find(RATE_NAMES)];
  if (timeField < 0 || rateField < 0) {
    throw new InputError("Cannot read funding as its columns are not known", {
      where: `${path}, row ${body}`,
      remedy: "name them time and rate, and mark_price where there is one",
    });
  }
  const priceField = find(PRICE_NAMES), symbolField = find(SYMBOL_NAMES);
  const rows = lines.slice(body).map(({ cells, line }) => ({
    line,
    time: cells[timeField] ?? "",
    rate: cells[rateField] ?? "",
    price: priceField < 0 ? "" : cells[priceField] ?? "",
    symbol: symbolField < 0 ? "" : cells[symbolField] ?? "",
  }));
  const wanted = ofSymbol(rows, symbol, path);
  const readTime = timeReader(wanted.map(({ time }) => time));
  const found = wanted.map((row): FundingRate & { readonly line: number } => {
    const time = readTime(row.time);
    if (Number.isNaN(time)) throw unread(path, row.line, "time", row.time, "2024-01-01T08:00:00Z");
    const price = row.price === "" ? NaN : Number(row.price);
    if (row.price !== "" && !(price > 0)) {
      throw unread(path, row.line, "mark price", row.price, "42310.5, or leave it empty");
    }
    return {
      ...{ time, rate: rateOf(row.rate, path, row.line), line: row.line },
      ...(Number.isNaN(price) ? {} : { price }),
    };
  }).sort((a, b) => a.time - b.time);
  requireUsual(found, path);
  for (const [index, { line, time }] of found.entries()) {
    if (index === 0 || found[index - 1]!.time !== time) continue;
    throw new InputError(
      `Cannot take two payments at one time: current value is ${new Date(time).toISOString()}`,
      {
        where: `${path}, row ${line}`,
        remedy: `keep one, the other is row ${found[index - 1]!.line}`,
      },
    );
  }
  return found.map(({ line: _, ...payment }) => payment);
}

function requireUsual(payments: readonly FundingRate[], path: string): void {
  const sizes = payments.map(({ rate }) => Math.abs(rate)).sort((a, b) => a - b);
  const median = sizes[sizes.length >> 1] ?? 0;
  if (payments.length < FEWEST_USUAL || median <= HIGHEST_USUAL_RATE) return;
  throw new InputError(
    `Cannot believe funding of which half is above ${Number((100 * median).toPrecision(3))} % of ` +
      "the position at a time",
    { where: path, remedy: "give shares such as 0.0001, or percentages with their sign: 0.01%" },
  );
}

function readBytes(path: string): Uint8Array {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new InputError("Cannot read the file of funding", {
      ...{ where: path, remedy: "check the path", cause: error },
    });
  }
}

interface Line {
  readonly cells: readonly string[];
  /** Number of the line, from 1. */
  readonly line: number;
}

function linesOf(bytes: Uint8Array): Line[] {
  const lines: Line[] = [];
  const fields = (start: number, separator: number): number =>
    splitLine(bytes, start, separator).length;
  let separator = SEPARATORS[0]!, line = 0;
  for (let start = 0; start < bytes.length; start = nextLine(bytes, start)) {
    line++;
    if (lines.length === 0) {
      separator = SEPARATORS.toSorted((a, b) => fields(start, b) - fields(start, a))[0]!;
    }
    const cells = splitLine(bytes, start, separator).map((cell) => cell.replace(/^\uFEFF/, ""));
    if (cells.some((cell) => cell !== "")) lines.push({ cells, line });
  }
  return lines;
}

/** Where the rows begin, and which field has one of some names; without a header by its place. */
function columnsOf(
  lines: readonly Line[],
  path: string,
): { readonly body: number; readonly find: (names: readonly string[]) => number } {
  const first = lines[0];
  if (first === undefined) {
    throw new InputError("Cannot read funding from an empty file", {
      ...{ where: path, remedy: "give time and rate of each payment" },
    });
  }
  const names = first.cells.map((cell) => cell.toLowerCase().replace(/[^a-z]/g, ""));
  const isHeader = names.every((name, field) => name !== "" || first.cells[field] === "");
  if (!isHeader) {
    const places = [TIME_NAMES, RATE_NAMES];
    return { body: 0, find: (wanted) => places.indexOf(wanted as string[]) };
  }
  // The more telling name first, wherever it stands.
  return {
    body: 1,
    find: (wanted) => wanted.map((name) => names.indexOf(name)).find((field) => field >= 0) ?? -1,
  };
}

function ofSymbol<Row extends { readonly symbol: string }>(
  rows: readonly Row[],
  symbol: string,
  path: string,
): readonly Row[] {
  const plain = (text: string): string =>
    text.toUpperCase().replace(/(-SWAP|-PERP|\.P)$/, "").replace(/[^A-Z0-9]/g, "");
  const symbols = [...new Set(rows.map((row) => plain(row.symbol)))];
  const found = rows.filter((row) => plain(row.symbol) === plain(symbol));
  if (symbols.length < 2 && (symbols[0] ?? "") === "") return rows;
  if (found.length > 0) return found;
  throw new InputError(`Cannot find funding of ${symbol} in the file`, {
    where: path,
    remedy: `it has that of ${symbols.slice(0, 5).join(", ")}`,
  });
}

/** Reads stamps in the form of the first; without a zone they are UTC. */
function timeReader(cells: readonly string[]): (cell: string) => number {
  const encoder = new TextEncoder();
  const form = detectStampForm(cells[0] ?? "", "auto");
  const read = form === null ? writtenColumn(cells, null, false)?.read : stampReader(form);
  return (cell) => {
    const bytes = encoder.encode(cell);
    return read?.(bytes, 0, bytes.length) ?? NaN;
  };
}

/** A share, or a percentage where its sign says so. */
function rateOf(cell: string, path: string, line: number): number {
  const percent = /^([-+]?[\d.]+(?:e[-+]?\d+)?)\s*%$/i.exec(cell.trim());
  const rate = percent === null ? Number(cell) : Number(percent[1]) / 100;
  if (cell.trim() === "" || Number.isNaN(rate)) {
    throw unread(path, line, "rate", cell, "0.0001 for a basis point");
  }
  if (Math.abs(rate) <= HIGHEST_RATE) return rate;
  throw new InputError(`Cannot believe a funding rate: current value is ${cell}`, {
    where: `${path}, row ${line}`,
    remedy: "give shares such as 0.0001, or percentages with their sign such as 0.01%",
  });
}

function unread(
  path: string,
  line: number,
  what: string,
  cell: string,
  example: string,
): InputError {
  return new InputError(`Cannot read the ${what} of a payment: current value is '${cell}'`, {
    where: `${path}, row ${line}`,
    remedy: `write it as ${example}`,
  });
}
