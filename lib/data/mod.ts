/**
 * Bars from files and into files.
 *
 * @module
 */
export { joinContracts, joinCounted, type JoinedSeries, type JoinOptions } from "./continuous.ts";
export { type ReadActions, readActions } from "./actions/read_actions.ts";
export type { ContractBars } from "./contract_leg.ts";
export { contractsOfFolder } from "./contract_files.ts";
export { monthsBetween, requireOneRoot } from "./contract_names.ts";
export { dataFlags } from "./data_flags.ts";
export { readFunding } from "./funding_file.ts";
export { datesOfContract, futuresExpiry, knownDatesOf } from "./futures_expiry.ts";
export { filesOfFolder, isBarFile } from "./folder.ts";
export { expectedSpans, findGaps, type Gap, type OpenSpan, type OpenSpans } from "./gaps.ts";
export {
  type DataReport,
  type DataSource,
  inspectBars,
  inspectBytes,
  type InspectedBars,
  loadBars,
  type LoadedBars,
  type LoadOptions,
} from "./loader.ts";
export {
  atInterval,
  barsOutside,
  type DataRequest,
  openData,
  type OpenedData,
  sliceOpened,
} from "./open_data.ts";
export { type Problem, type Rule, RULES, type Severity } from "./problems.ts";
export { ownDocumentOf, readOwnInstruments } from "./own_instruments.ts";
export { readWholeFile } from "./read_whole_file.ts";
export {
  type InstrumentRequest,
  instrumentRequestOf,
  moneyIdentity,
  requestedInstrument,
} from "./requested_instrument.ts";
export { resampleBars } from "./resample.ts";
export { guessSymbol, isKnown, symbolOfFile } from "./symbol_of_file.ts";
export { unknownInstrument } from "./unknown_instrument.ts";
export { leavingDays, type RollRule } from "./roll_rules.ts";
export { type Roll, type RollRow, rollsOf, rollTable } from "./rolls.ts";
export { addOwnInstrument } from "./write_own_instruments.ts";
export { writeBars } from "./write.ts";
export { describeWritten, type WrittenDocument } from "./written_document.ts";
export type { DecimalSign } from "./written_numbers.ts";
export type { DateOrder } from "./written_stamps.ts";
