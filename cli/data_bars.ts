import type { Command } from "commander";
import type { RollRow, WrittenDocument } from "../lib/data/mod.ts";
import { table } from "./console.ts";
import { addDataOptions, baseCommand, type DataFlags } from "./options.ts";

/** What every `data` command that reads bars is given. */
export interface BarsFlags extends Omit<DataFlags, "data"> {
  readonly json?: true;
}

/** A `data` command that reads bars. */
export function barsCommand(name: string, summary: string): Command {
  return addDataOptions(
    baseCommand(name, summary)
      .option(
        "--symbol <symbol>",
        "instrument, for example MES, 6E or SPY (default: from the file's name)",
      ),
  );
}

/** What a written file holds, for people. */
export function writtenText(document: WrittenDocument): string {
  return [
    `${document.path}: ${
      document.rows.toLocaleString("en")
    } rows, ${document.first} to ${document.last}`,
    ...document.notes.map((note) => `- ${note}`),
  ].join("\n");
}

/** The roll table for people; times of day only where bars have them. */
export function rollsText(rolls: readonly RollRow[]): string {
  const isDaily = rolls.every(({ time }) => time.endsWith("T00:00:00.000Z"));
  const price = (value: number | null): string =>
    value === null ? "?" : String(Number(value.toPrecision(12)));
  return table(
    ["first bar", "from", "to", "old close", "new close", "gap", "rule"],
    rolls.map(({ from, fromPrice, gap, rule, time, to, toPrice }) => [
      isDaily ? time.slice(0, 10) : `${time.slice(0, 16)}Z`,
      ...[from, to, price(fromPrice), price(toPrice)],
      ...[String(Number(gap.toPrecision(8))), rule ?? "?"],
    ]),
  );
}
