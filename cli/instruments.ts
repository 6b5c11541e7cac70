import { Command, InvalidArgumentError, Option } from "commander";
import { InputError } from "../lib/core/mod.ts";
import { OWN_INSTRUMENTS } from "../lib/core/program.ts";
import { readOwnInstruments } from "../lib/data/mod.ts";
import {
  INSTRUMENT_KINDS,
  type InstrumentDocument,
  type InstrumentKind,
  parseInstrument,
  type PriceFormat,
  priceText,
} from "../lib/market/mod.ts";
import {
  addInstrument,
  type InstrumentAddDocument,
  type InstrumentListDocument,
  type InstrumentShowDocument,
  listInstruments,
  showInstrument,
  termsLike,
} from "../tasks/instruments.ts";
import { table } from "./console.ts";
import { baseCommand, marginUsd, number, ownInstruments, readJson, userPath } from "./options.ts";
import { runCommand } from "./run.ts";

interface OwnFlags {
  readonly json?: true;
  readonly instruments?: string;
}

interface ListFlags extends OwnFlags {
  readonly kind?: InstrumentKind;
  readonly own?: true;
}

interface AddFlags extends OwnFlags {
  readonly document?: string;
  readonly like?: string;
  readonly symbol?: string;
  readonly name?: string;
  readonly kind?: InstrumentKind;
  readonly exchange?: string;
  readonly currency?: string;
  readonly tick?: number;
  readonly pointValue?: number;
  readonly priceFormat?: PriceFormat;
  readonly lot?: number;
  readonly unit?: string;
  readonly calendar?: string;
  readonly months?: string;
  readonly fundingHours?: number;
  readonly since?: string;
  readonly fee?: number;
  readonly margin?: number;
  readonly maintenance?: number;
  readonly source?: string;
  readonly sourceDate?: string;
}

/** `deno task instruments`. */
export function command(): Command {
  const instruments = new Command("instruments")
    .description("List, show and add what can be traded.");
  for (const child of [list(), show(), add()]) instruments.addCommand(child);
  return instruments;
}

function ownCommand(name: string, summary: string): Command {
  return baseCommand(name, summary).option(
    "--instruments <file>",
    "file of your own instruments (default: instruments.json beside deno.json)",
    userPath,
  );
}

function list(): Command {
  return ownCommand("list", "Everything that ships, and your own.")
    .argument("[text]", "only what has it in its symbol, name, exchange or calendar")
    .addOption(new Option("--kind <kind>", "only this kind").choices([...INSTRUMENT_KINDS]))
    .option("--own", "only your own")
    .action((text: string | undefined, options: ListFlags) =>
      runCommand(options, (context) => {
        const document = listInstruments(ownInstruments(options), {
          ...(text === undefined ? {} : { text }),
          ...(options.kind === undefined ? {} : { kind: options.kind }),
          isOwn: options.own ?? false,
        });
        context.result(document, () => listing(document));
      })
    );
}

function show(): Command {
  return ownCommand("show", "All that is known of one instrument, and where it is from.")
    .argument("<symbol>", "root such as ZC, or a contract such as ZCZ25")
    .action((symbol: string, options: OwnFlags) =>
      runCommand(options, (context) => {
        const document = showInstrument(symbol, ownInstruments(options), context.now());
        context.result(document, () => description(document));
      })
    );
}

function add(): Command {
  return ownCommand("add", "Describe an instrument of your own, in your file.")
    .option("--document <file>", "JSON of the instrument, as `instruments show --json` has it")
    .option("--like <symbol>", "take over the terms of a known one; flags below change them")
    .option("--symbol <symbol>", "symbol in capitals, for example DOTUSD")
    .option("--name <text>", "full name")
    .addOption(new Option("--kind <kind>", "what is traded").choices([...INSTRUMENT_KINDS]))
    .option("--exchange <name>", "where it trades")
    .option("--currency <code>", "currency of its prices, for example USD")
    .option("--tick <size>", "smallest price step", number(0, 1e9))
    .option("--point-value <money>", "money for a price move of 1 in one lot", number(0, 1e9))
    .addOption(
      new Option("--price-format <format>", "how its market writes prices")
        .choices(["decimal", "32nds", "8ths"]),
    )
    .option("--lot <size>", "units in one lot: of coins, metals and currencies", number(0, 1e9))
    .option("--unit <name>", "of what, for example BTC")
    .option("--calendar <name>", "when it trades, for example cme-equity or always")
    .option("--months <letters>", "delivery months of a future, for example HMUZ")
    .option("--funding-hours <n>", "hours between payments of a perpetual", number(0, 24))
    .option("--since <date>", "first date of the fee and the margin")
    .option("--fee <usd>", "all-in fee per lot and side", number(0, 1e4))
    .option("--margin <usd>", "initial margin per lot", marginUsd)
    .option("--maintenance <usd>", "margin that keeps a lot", marginUsd)
    .option("--source <page>", "page that the figures are from")
    .option("--source-date <date>", "date of that page, or on which you read it", isoDateText)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  deno task instruments add --symbol DOTUSD --name Polkadot --kind crypto \\\n" +
        "    --exchange Coinbase --currency USD --tick 0.001 --lot 0.1 --unit DOT --calendar always\n" +
        "  deno task instruments add --like ZC --symbol XC --name 'Mini corn' --tick 0.125 \\\n" +
        "    --point-value 10\n",
    )
    .action((options: AddFlags) =>
      runCommand(options, (context) => {
        const path = options.instruments ?? OWN_INSTRUMENTS;
        const document = addInstrument(path, requestedDocument(options));
        context.result(document, () => addition(document));
      })
    );
}

function isoDateText(text: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) {
    throw new InvalidArgumentError("It must be a date such as 2026-11-30.");
  }
  return text;
}

/** The instrument that the flags describe; whether its figures go together the schema says. */
function requestedDocument(options: AddFlags): InstrumentDocument {
  const { document: path, like } = options;
  if (path !== undefined && like !== undefined) {
    throw new InputError("Cannot take --document and --like: both say what the instrument is", {
      remedy: "leave one of them out",
    });
  }
  const base = path !== undefined
    ? documentOf(path)
    : like === undefined
    ? {}
    : termsLike(like, readOwnInstruments(options.instruments ?? OWN_INSTRUMENTS) ?? []);
  const { lot, pointValue = lot, source, sourceDate, tick, unit } = options;
  const unitName = unit ?? base.lot?.unit;
  const said = Object.fromEntries(
    ([
      "symbol",
      "name",
      "kind",
      "exchange",
      "currency",
      "priceFormat",
      "calendar",
      "months",
    ] as const)
      .flatMap((key) => options[key] === undefined ? [] : [[key, options[key]]]),
  ) as Partial<InstrumentDocument>;
  if (source !== undefined && sourceDate === undefined) {
    throw new InputError("Cannot note a source without its date", {
      where: "--source",
      remedy: "add --source-date YYYY-MM-DD",
    });
  }
  const document = {
    ...base,
    ...said,
    ...(said.symbol === undefined ? {} : { symbol: said.symbol.toUpperCase() }),
    ...(tick === undefined ? {} : { tickSize: tick }),
    ...(pointValue === undefined ? {} : { pointValue }),
    ...(lot === undefined ? {} : { lot: { size: lot, unit: unitName ?? "" } }),
    ...(options.fundingHours === undefined ? {} : { fundingHours: options.fundingHours }),
    ...datedFigures(options),
    ...(source === undefined
      ? {}
      : { sources: [{ of: "terms", page: source, date: sourceDate! }] }),
  };
  return told(document);
}

/** Flags by the field that they fill; each instrument has all of these. */
const NEEDED: Readonly<Partial<Record<keyof InstrumentDocument, string>>> = {
  symbol: "--symbol",
  name: "--name",
  kind: "--kind",
  exchange: "--exchange",
  currency: "--currency",
  tickSize: "--tick",
  pointValue: "--point-value",
  calendar: "--calendar",
};

/** Asks for all that is missing at once. */
function told(document: Partial<InstrumentDocument>): InstrumentDocument {
  const missing = Object.entries(NEEDED)
    .filter(([field]) => document[field as keyof InstrumentDocument] === undefined)
    .map(([, flag]) => flag);
  if (missing.length === 0) return document as InstrumentDocument;
  throw new InputError(`Cannot describe the instrument without ${missing.join(", ")}`, {
    remedy: "give them, or take them over from a known one, for example --like ES",
  });
}

function datedFigures(
  { fee, maintenance, margin, since }: AddFlags,
): Pick<InstrumentDocument, "feePerSideUsd" | "margin"> {
  if (fee === undefined && margin === undefined) return {};
  if (since === undefined) {
    throw new InputError("Cannot note a fee or a margin without the date it is in force from", {
      where: "--since",
      remedy: "give the date, for example --since 2026-01-02",
    });
  }
  if ((margin === undefined) !== (maintenance === undefined)) {
    throw new InputError("Cannot note one margin without the other", {
      where: "--margin, --maintenance",
      remedy: "give both: what opens a lot and what keeps it",
    });
  }
  return {
    ...(fee === undefined ? {} : { feePerSideUsd: [{ from: since, usd: fee }] }),
    ...(margin === undefined ? {} : {
      margin: [{ from: since, initialUsd: margin, maintenanceUsd: maintenance! }],
    }),
  };
}

/** One instrument of a JSON file: bare, or as `instruments show --json` prints it. */
function documentOf(path: string): InstrumentDocument {
  const value = readJson(path);
  const shown = (value as { readonly document?: unknown } | null)?.document;
  return parseInstrument(shown ?? value, path);
}

function listing({ instruments }: InstrumentListDocument): string {
  if (instruments.length === 0) return "nothing of that name or kind";
  const rows = instruments.map((one) => [
    one.own ? `${one.symbol} *` : one.symbol,
    one.name,
    one.kind,
    one.exchange,
    one.currency,
    String(one.tickSize),
    String(one.tickValue),
    one.calendar,
  ]);
  const columns = ["symbol", "name", "kind", "exchange", "money", "tick", "worth", "calendar"];
  const own = instruments.some((one) => one.own) ? "\n* your own" : "";
  return `${table(columns, rows)}\n${instruments.length} instruments${own}`;
}

function description({ contract, document, own, sha256 }: InstrumentShowDocument): string {
  const { calendar, currency, exchange, kind, name, pointValue, symbol, tickSize } = document;
  const tickValue = Number((tickSize * pointValue).toPrecision(12));
  const written = document.priceFormat === undefined
    ? ""
    : `, written ${priceText(document, tickSize)}`;
  return [
    `${symbol}  ${name}, ${kind} on ${exchange}${own ? ", your own" : ""}`,
    `price: ${document.quotation ?? `in ${currency}`}; tick ${tickSize}${written}, worth ` +
    `${tickValue} ${currency} a lot`,
    ...(document.lot === undefined
      ? []
      : [`lot: ${document.lot.size} ${document.lot.unit}, the smallest step of a position`]),
    `calendar: ${calendar}`,
    ...(document.months === undefined ? [] : [`months: ${document.months}`]),
    ...(contract === null ? [] : [
      `${contract.code}: last trade ${
        contract.lastTradeTime.slice(0, 16).replace("T", " ")
      } UTC, ` +
      noticeText(contract.firstNotice),
    ]),
    ...(document.fundingHours === undefined
      ? []
      : [`funding: every ${document.fundingHours} hours`]),
    feeLine(document),
    ...marginLines(document),
    ...(sha256 === null ? [] : [`sha256 ${sha256}`]),
    ...(document.notes ?? []).map((note) => `- ${note}`),
    ...(document.sources ?? []).map(({ date, of, page }) => `source of ${of}: ${page} (${date})`),
  ].join("\n");
}

function noticeText(firstNotice: string | null | undefined): string {
  if (firstNotice === undefined) return "first notice not known";
  return firstNotice === null ? "no notice" : `first notice ${firstNotice}`;
}

function feeLine({ feePerSideUsd }: InstrumentDocument): string {
  const last = feePerSideUsd?.at(-1);
  if (last === undefined) return "fee: nobody's is known, give --fee";
  return `fee: ${last.usd} dollars per lot and side since ${last.from}`;
}

function marginLines({ kind, margin, marginKnownUntil }: InstrumentDocument): string[] {
  const last = margin?.at(-1);
  if (last === undefined) {
    return [kind === "future" ? "margin: nobody's is known, give --margin" : "paid in full"];
  }
  return [
    `margin: ${last.initialUsd} dollars to open a lot, ${last.maintenanceUsd} to keep it, since ` +
    `${last.from}; ${margin!.length} dated ${margin!.length === 1 ? "entry" : "entries"}`,
    ...(marginKnownUntil === undefined
      ? []
      : [`OLD: margins were looked up to ${marginKnownUntil}; for later days give --margin`]),
  ];
}

function addition(document: InstrumentAddDocument): string {
  return `${description(document)}\nadded to ${document.path}`;
}
