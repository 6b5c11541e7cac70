/**
 * Bars, instruments, margins, fees and the calendar.
 *
 * @module
 */
export {
  backAdjustedClose,
  type Bars,
  closeReturn,
  closeReturns,
  type Continuous,
  type ContractEntry,
  researchPrice,
  rowAt,
  sliceBars,
} from "./bars.ts";
export { barsSha256 } from "./bars_sha256.ts";
export { isBusinessDayOf, moveBusinessDays } from "./business_days.ts";
export {
  calendarByRules,
  createCalendar,
  DAILY_INTERVAL_MS,
  type Pause,
  type Session,
  type SessionCalendar,
  sessionMark,
  type SessionMarks,
  sessionMarks,
  sessionOfBar,
} from "./calendar.ts";
export type { BarAction, CorporateAction } from "./corporate_action.ts";
export {
  actionRows,
  applyActions,
  describeAction,
  exRow,
  sharesAt,
  splitText,
} from "./corporate_actions.ts";
export { type ContractDates, contractDates } from "./contract_dates.ts";
export type {
  BusinessCalendar,
  ContractDayAnchor,
  ContractDayRule,
  ContractRules,
  ContractWeekday,
  LastTradeRule,
} from "./contract_rules.ts";
export type {
  CalendarRules,
  ClockSpan,
  ClockText,
  DayRule,
  HolidayRule,
  HoursRule,
  OneDay,
} from "./calendars/calendar_rules.ts";
export { CALENDARS, findCalendar } from "./calendars/calendars.ts";
export { CALENDAR_SOURCES, type CalendarSource } from "./calendars/sources.ts";
export type { Holiday, HolidayName } from "./holidays.ts";
export { type BarFunding, fundingMicros, fundingOf, requireFunding } from "./funding.ts";
export type { FundingRate } from "./funding_rate.ts";
export { inDollars } from "./in_dollars.ts";
export type {
  CurrencyConversion,
  Dated,
  Instrument,
  InstrumentDocument,
  InstrumentKind,
  InstrumentSource,
  LotSize,
  Margin,
  PriceFormat,
} from "./instrument.ts";
export {
  INSTRUMENT_KINDS,
  type InstrumentFile,
  INSTRUMENTS_FORMAT,
  instrumentSchemas,
} from "./instrument_schema.ts";
export {
  type ContractCode,
  feePerSideMicros,
  findInstrument,
  genericFx,
  genericStock,
  knownInstrument,
  marginOn,
  MONTH_LETTERS,
  parseContractCode,
} from "./instruments.ts";
export { openReturn } from "./open_return.ts";
export { CLASS_COUNT, CLASSES } from "./outcome_class.ts";
export {
  instrumentOf,
  ownInstrument,
  parseInstrument,
  parseInstruments,
  type RecordedInstrument,
  recordedInstruments,
} from "./parse_instruments.ts";
export { INSTRUMENTS, SHIPPED_DOCUMENTS } from "./shipped_instruments.ts";
export { countablePrice } from "./countable_price.ts";
export { tickValueMicros, wholeTickValue } from "./tick_value.ts";
export { priceText } from "./price_text.ts";
export type { RowRange } from "./row_range.ts";
export { DAY_MS, epochDay, isoDate, MINUTE_MS, wallTimeToUtc } from "./time_zone.ts";
