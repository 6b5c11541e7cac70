import { basename } from "node:path";
import { InputError, nearestName } from "../../core/mod.ts";
import type { CorporateAction } from "../../market/mod.ts";
import { ACTION_FORMS, type ActionForm } from "./action_forms.ts";
import { type ActionRow, listsOfRows } from "./action_rows.ts";
import {
  type DayOrder,
  dayOrderOf,
  isAmbiguous,
  readAmount,
  readDate,
  readKind,
  readRatio,
} from "./written_action.ts";

/** Corporate actions of one share, and what was seen while they were read. */
export interface ReadActions {
  /** Oldest first; dividends as they were paid. */
  readonly actions: readonly CorporateAction[];
  /** Plain sentences. */
  readonly notes: readonly string[];
}

/** An action that may still be counted in later shares. */
interface FoundAction extends CorporateAction {
  readonly isAdjusted: boolean;
}

const SYMBOL_NAMES = ["symbol", "ticker"];
const EMPTY = /^\s*(|-|nan|na|n\/a|null|none)\s*$/i;

/**
 * Reads corporate actions from CSV or JSON files: one's own list, or what yfinance, Nasdaq, Massive
 * (Polygon), Alpha Vantage and Tiingo give (see `ACTION_FORMS`). Splits and dividends may lie in
 * files of their own; a row that two files share counts once.
 *
 * @param symbol whose rows are taken from a file of several; empty where it is not known
 * @throws {InputError} for a file in no known form, and for a row that cannot be true, with its line
 */
export function readActions(paths: readonly string[], symbol: string): ReadActions {
  const found: FoundAction[] = [];
  const notes: string[] = [];
  for (const path of paths) {
    const { actions, forms } = readFile(path, symbol);
    const splits = actions.filter(({ kind }) => kind === "split").length;
    notes.push(
      `${basename(path)} has ${count(splits, "split")} and ` +
        `${count(actions.length - splits, "dividend")}: ${forms.join(", ")}.`,
    );
    found.push(...actions);
  }
  const unique = withoutTwins(found);
  return { actions: asPaid(unique, notes), notes };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function readFile(
  path: string,
  symbol: string,
): { readonly actions: FoundAction[]; readonly forms: readonly string[] } {
  const lists = listsOfRows(bytesOf(path)).map((rows) => ofSymbol(rows, symbol, path));
  const actions: FoundAction[] = [];
  const forms = new Set<string>();
  for (const rows of lists) {
    const form = formOf(rows);
    if (form === null) continue;
    forms.add(form.title);
    actions.push(...actionsOf(rows, form, path));
  }
  if (forms.size > 0) return { actions, forms: [...forms] };
  const names = [...lists[0]?.[0]?.cells.keys() ?? []].filter((name) => name !== "");
  throw new InputError(
    names.length === 0
      ? "Cannot find corporate actions in the file"
      : `Cannot read corporate actions from the columns ${names.slice(0, 12).join(", ")}`,
    {
      where: path,
      remedy: "write date,kind,value with rows such as 2020-08-31,split,4 and " +
        "2020-08-07,dividend,0.82",
    },
  );
}

function bytesOf(path: string): Uint8Array {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new InputError("Cannot read the file of corporate actions", {
      where: path,
      remedy: "check the path",
      cause: error,
    });
  }
}

/** The rows of one symbol; all of them where none is named. */
function ofSymbol(rows: readonly ActionRow[], symbol: string, path: string): ActionRow[] {
  const name = SYMBOL_NAMES.find((one) => rows[0]?.cells.has(one));
  if (name === undefined) return [...rows];
  const symbolOf = (row: ActionRow): string => (row.cells.get(name) ?? "").trim().toUpperCase();
  const symbols = [...new Set(rows.map(symbolOf))];
  if (symbol === "" && symbols.length === 1) return [...rows];
  if (symbols.includes(symbol.toUpperCase())) {
    return rows.filter((row) => symbolOf(row) === symbol.toUpperCase());
  }
  const near = nearestName(symbol.toUpperCase(), symbols);
  throw new InputError(
    `Cannot find corporate actions of ${symbol} in the file: it has those of ${
      symbols.slice(0, 10).join(", ")
    }`,
    { where: path, remedy: near === null ? "give the file of the share" : `did you mean ${near}?` },
  );
}

function formOf(rows: readonly ActionRow[]): ActionForm | null {
  const names = new Set(rows.flatMap((row) => [...row.cells.keys()]));
  return ACTION_FORMS.find((form) =>
    form.names.every((name) => names.has(name)) && form.date.some((name) => names.has(name))
  ) ?? null;
}

function actionsOf(rows: readonly ActionRow[], form: ActionForm, path: string): FoundAction[] {
  const dateName = form.date.find((name) => rows.some(({ cells }) => cells.has(name)))!;
  const dates = rows.map(({ cells }) => cells.get(dateName) ?? "");
  const order = dayOrderOf(dates) ?? form.dateOrder ?? null;
  return rows.flatMap((row) => {
    const place = `${path}, row ${row.place}`;
    const values = valuesOf(row, form, place);
    if (values.length === 0) return [];
    const date = dateOf(row.cells.get(dateName) ?? "", order, place);
    return values.map(({ kind, value }) => ({
      ...{ date, kind, value },
      isAdjusted: kind === "dividend" && form.dividendsAdjusted === true,
    }));
  });
}

function dateOf(text: string, order: DayOrder | null, where: string): string {
  if (order === null && isAmbiguous(text)) {
    throw new InputError(`Cannot tell day and month of '${text.trim()}'`, {
      where,
      remedy: "write dates as YYYY-MM-DD",
    });
  }
  const date = readDate(text, order ?? "mdy");
  if (date !== null) return date;
  throw new InputError(`Cannot read '${text.trim().slice(0, 30)}' as the date of an action`, {
    where,
    remedy: "write it as YYYY-MM-DD",
  });
}

type Value = Pick<CorporateAction, "kind" | "value">;

/** What a row says happened; nothing for a day of prices without an action. */
function valuesOf({ cells }: ActionRow, form: ActionForm, where: string): Value[] {
  if (form.kind !== undefined) return [statedValue(cells, form, where)];
  const values: Value[] = [];
  const { cashTypes, dividend, split, splitParts } = form;
  const textOf = (name: string): string => cells.get(name) ?? "";
  if (split !== undefined && !EMPTY.test(textOf(split))) {
    const value = readRatio(textOf(split));
    // Sources of prices write 0 or 1 on a day without a split.
    if (value !== 0 && value !== 1) values.push(splitOf(value, textOf(split), where));
  }
  if (splitParts !== undefined) {
    const [before, after] = splitParts.map((name) => readAmount(textOf(name)));
    const text = splitParts.map(textOf).toReversed().join(" for ");
    values.push(splitOf(after! / before!, text, where));
  }
  if (dividend !== undefined && !EMPTY.test(textOf(dividend))) {
    const value = readAmount(textOf(dividend));
    const type = cashTypes === undefined ? undefined : cells.get(cashTypes.name)?.toLowerCase();
    if (value !== 0 && type !== undefined && !cashTypes!.are.includes(type)) {
      throw unknownKind(type, where);
    }
    if (value !== 0) values.push(dividendOf(value, textOf(dividend), where));
  }
  return values;
}

/** A row of one's own list has to say something. */
function statedValue(
  cells: ReadonlyMap<string, string>,
  form: ActionForm,
  where: string,
): Value {
  const written = cells.get(form.kind!) ?? "";
  const kind = readKind(written);
  if (kind === null) throw unknownKind(written, where);
  const names = form.value!.filter((name) => !EMPTY.test(cells.get(name) ?? ""));
  const text = names.length === 0 ? "" : cells.get(names[0]!)!;
  if (kind === "dividend") return dividendOf(readAmount(text), text, where);
  const ratio = readRatio(text);
  if (ratio !== 1) return splitOf(ratio, text, where);
  throw new InputError("Cannot use a split of one share for one: it changes nothing", {
    where,
    remedy: "write shares after it for each one before, such as 4 or 1:10",
  });
}

function unknownKind(kind: string, where: string): InputError {
  return new InputError(`Cannot use an action of kind '${kind.trim().slice(0, 30)}'`, {
    where,
    remedy: "write split or dividend; what else a holder gets counts as a dividend of its worth",
  });
}

function splitOf(value: number, text: string, where: string): Value {
  if (value > 0 && Number.isFinite(value)) return { kind: "split", value };
  throw new InputError(`Cannot use '${text.trim().slice(0, 30)}' as the ratio of a split`, {
    where,
    remedy: "write shares after it for each one before, above 0, such as 4 or 1:10",
  });
}

function dividendOf(value: number, text: string, where: string): Value {
  if (value > 0 && Number.isFinite(value)) return { kind: "dividend", value };
  throw new InputError(`Cannot use '${text.trim().slice(0, 30)}' as the amount of a dividend`, {
    where,
    remedy: "write dollars a share, above 0, such as 0.82",
  });
}

/** Oldest first, a row that two files share once. */
function withoutTwins(found: readonly FoundAction[]): FoundAction[] {
  const seen = new Map<string, FoundAction>();
  for (const action of found) {
    const key = `${action.date} ${action.kind} ${action.value}`;
    if (!seen.has(key)) seen.set(key, action);
  }
  const actions = [...seen.values()].sort((a, b) => a.date < b.date ? -1 : a.date > b.date ? 1 : 0);
  const splits = actions.filter(({ kind }) => kind === "split");
  const twice = splits.findIndex(({ date }, i) => date === splits[i + 1]?.date);
  if (twice < 0) return actions;
  throw new InputError(
    `Cannot use two splits on ${splits[twice]!.date}: ${splits[twice]!.value} and ` +
      `${splits[twice + 1]!.value} for one`,
    { where: "--actions", remedy: "keep the true one" },
  );
}

/** Amounts below this are rounded away when they are turned back. */
const SMALLEST_AMOUNT = 1e-4;

/** Dividends as they were paid: those in later shares are multiplied by the splits after them. */
function asPaid(found: readonly FoundAction[], notes: string[]): CorporateAction[] {
  const splits = found.filter(({ kind }) => kind === "split");
  let turnedBack = 0;
  const actions = found.map(({ date, isAdjusted, kind, value }): CorporateAction => {
    const later = splits.reduce((all, split) => split.date > date ? all * split.value : all, 1);
    if (!isAdjusted || later === 1) return { date, kind, value };
    turnedBack++;
    const paid = Math.round(value * later / SMALLEST_AMOUNT) * SMALLEST_AMOUNT;
    return { date, kind, value: Number(paid.toFixed(4)) };
  });
  if (turnedBack > 0) {
    notes.push(
      `${count(turnedBack, "dividend")} ${turnedBack === 1 ? "was" : "were"} in shares after ` +
        "later splits and turned back into what was paid.",
    );
  }
  return actions;
}
