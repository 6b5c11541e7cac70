import { addOwnInstrument, datesOfContract, ownDocumentOf } from "../lib/data/mod.ts";
import {
  DAY_MS,
  findInstrument,
  type InstrumentDocument,
  type InstrumentKind,
  ownInstrument,
  parseContractCode,
  recordedInstruments,
  SHIPPED_DOCUMENTS,
} from "../lib/market/mod.ts";

/** One instrument as `instruments list` shows it. */
export interface InstrumentSummary {
  /** Root symbol. */
  readonly symbol: string;
  /** Full name. */
  readonly name: string;
  /** What is traded. */
  readonly kind: InstrumentKind;
  /** Where it trades. */
  readonly exchange: string;
  /** Currency of its prices. */
  readonly currency: string;
  /** Smallest price step. */
  readonly tickSize: number;
  /** What it is worth in one lot, in that currency. */
  readonly tickValue: number;
  /** Name of its calendar. */
  readonly calendar: string;
  /** Whether the user has described it. */
  readonly own: boolean;
}

/** What `instruments list --json` prints. */
export interface InstrumentListDocument {
  /** Those that ship, then the user's own. */
  readonly instruments: readonly InstrumentSummary[];
}

/** Which instruments to list. */
export interface InstrumentFilter {
  /** Part of the symbol, name, exchange or calendar, in any case. */
  readonly text?: string;
  /** Only of this kind. */
  readonly kind?: InstrumentKind;
  /** Only the user's. */
  readonly isOwn?: boolean;
}

/** Lists what ships and what the user has described. */
export function listInstruments(
  own: readonly InstrumentDocument[],
  { isOwn = false, kind, text = "" }: InstrumentFilter,
): InstrumentListDocument {
  const wanted = text.toLowerCase();
  const listed = [
    ...(isOwn ? [] : SHIPPED_DOCUMENTS.map((document) => summary(document, false))),
    ...own.map((document) => summary(document, true)),
  ];
  return {
    instruments: listed.filter((one) =>
      (kind === undefined || one.kind === kind) &&
      [one.symbol, one.name, one.exchange, one.calendar]
        .some((words) => words.toLowerCase().includes(wanted))
    ),
  };
}

function summary(document: InstrumentDocument, own: boolean): InstrumentSummary {
  const { calendar, currency, exchange, kind, name, pointValue, symbol, tickSize } = document;
  const tickValue = Number((tickSize * pointValue).toPrecision(12));
  return { ...{ symbol, name, kind, exchange, currency, tickSize, tickValue, calendar, own } };
}

/** What `instruments show --json` prints. */
export interface InstrumentShowDocument {
  /** As it stands in its file. */
  readonly document: InstrumentDocument;
  /** Whether the user has described it. */
  readonly own: boolean;
  /** SHA-256 of the document of an own one, as records name it; null for what ships. */
  readonly sha256: string | null;
  /** Dates of the contract that was named; null where a root was. */
  readonly contract: {
    /** As it was named, in capitals. */
    readonly code: string;
    /** Last day of trading, `YYYY-MM-DD`. */
    readonly lastTrade: string;
    /** Last moment of trading, ISO 8601 in UTC. */
    readonly lastTradeTime: string;
    /** First notice, `YYYY-MM-DD`; null where nobody is given one, absent where it is not known. */
    readonly firstNotice?: string | null;
  } | null;
}

/**
 * All that is known of one instrument, or of the future that a contract code is of.
 *
 * @param now epoch ms; settles the decade of a code such as `ESZ5`
 * @throws {InputError} for a symbol nobody knows
 */
export function showInstrument(
  symbol: string,
  own: readonly InstrumentDocument[],
  now: number,
): InstrumentShowDocument {
  const instruments = own.map(ownInstrument);
  const instrument = findInstrument(symbol, instruments);
  const document = ownDocumentOf(symbol, own) ??
    SHIPPED_DOCUMENTS.find((shipped) => shipped.symbol === instrument.symbol)!;
  const code = symbol.trim().toUpperCase();
  const isContract = instrument.symbol !== code && parseContractCode(code, instruments) !== null;
  return {
    document,
    own: instrument.document !== undefined,
    sha256: recordedInstruments([instrument])[0]?.sha256 ?? null,
    contract: isContract && instrument.contracts !== undefined ? datesOf(code, now, own) : null,
  };
}

function datesOf(
  code: string,
  now: number,
  own: readonly InstrumentDocument[],
): InstrumentShowDocument["contract"] {
  const day = (days: number): string => new Date(days * DAY_MS).toISOString().slice(0, 10);
  const { firstNoticeDay, lastTradeDay, lastTradeTime } = datesOfContract(
    code,
    now,
    own.map(ownInstrument),
  );
  return {
    code,
    lastTrade: day(lastTradeDay),
    lastTradeTime: new Date(lastTradeTime).toISOString(),
    ...(firstNoticeDay === undefined ? {} : {
      firstNotice: firstNoticeDay === null ? null : day(firstNoticeDay),
    }),
  };
}

/** What `instruments add --json` prints. */
export interface InstrumentAddDocument extends InstrumentShowDocument {
  /** The file it stands in now. */
  readonly path: string;
}

/**
 * Terms of a known instrument for another one: what its broker or its pages say, fees and margins
 * above all, is not taken over.
 *
 * @throws {InputError} for a symbol nobody knows
 */
export function termsLike(
  symbol: string,
  own: readonly InstrumentDocument[],
): Partial<InstrumentDocument> {
  const { document } = showInstrument(symbol, own, 0);
  const { feePerSideUsd: _fee, margin: _margin, marginKnownUntil: _until, ...known } = document;
  const { notes: _notes, sources: _sources, symbol: _symbol, ...terms } = known;
  return terms;
}

/**
 * Adds an instrument to the user's file.
 *
 * @throws {InputError} when anything is wrong with it or with the file
 */
export function addInstrument(
  path: string,
  document: InstrumentDocument,
): InstrumentAddDocument {
  addOwnInstrument(path, document);
  return { ...showInstrument(document.symbol, [document], 0), path };
}
