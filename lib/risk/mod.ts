/**
 * Sizing, limits, rules of accounts.
 *
 * @module
 */
export {
  type AccountOutcome,
  type AccountRules,
  type Breach,
  BREACHES,
  type DailyLoss,
  type DayPath,
  dayPaths,
  followAccount,
} from "./account_rules.ts";
export {
  type AccountGuard,
  type AccountLook,
  type AccountPermit,
  type AccountPermitStop,
  carryGuard,
  createAccountGuard,
  type GuardedAccount,
  type PermitRequest,
  type SourcedLimits,
} from "./account_guard.ts";
export { type AccountMonitor, createAccountMonitor } from "./account/account_monitor.ts";
export {
  type AccountTerms,
  type AutomationTerms,
  type BreachTest,
  type ContractTerms,
  type DailyLossBasis,
  type DailyLossTerms,
  type LossLimitTerms,
  type NewsTerms,
  type SessionTerms,
} from "./account/account_terms.ts";
export type { AccountVerdict, BreachDistance, JudgeQuestion } from "./account/account_verdict.ts";
export {
  type ConsistencyEffect,
  type ConsistencyFacts,
  profitForConsistency,
} from "./account/consistency.ts";
export {
  CONTRACT_COUNTINGS,
  type ContractCounting,
  type ContractLimit,
  isMicro,
  mostContracts,
} from "./account/contract_count.ts";
export {
  ACCOUNT_RULES,
  type AccountEvent,
  type AccountMonitorState,
  type AccountRule,
  type AccountStanding,
  type AccountStop,
} from "./account/monitor_state.ts";
export type {
  AccountRuleSet,
  FigureConfidence,
  FigureEvidence,
  Permission,
} from "./account/rule_set.ts";
export {
  accountRuleSets,
  citation,
  type FigureProvenance,
  type FigureSource,
  findRuleSet,
  parseRuleSet,
  provenanceOf,
  ruleSetsCompiledOn,
} from "./account/rule_sets.ts";
export { type DailyTime } from "./account/daily_clock.ts";
export { type AccountFigure, describeFigure, isDoubtful } from "./account/account_figure.ts";
export {
  type AccountRequest,
  type NewsEvent,
  parseAccountRequest,
  type StatedTerms,
} from "./account/account_request.ts";
export {
  type AccountConfirmation,
  confirmAccount,
  type ConfirmationRequest,
  parseConfirmation,
  requireConfirmed,
} from "./account/confirmation.ts";
export { tradesUntil } from "./account/trades_until.ts";
export { resolveAccount, type ResolvedAccount } from "./account/resolve_account.ts";
export { drawdownFloor, TRAILING_BASES, type TrailingDrawdown } from "./drawdown_floor.ts";
export { kellyFraction, kellyLots, type StakedBet } from "./kelly.ts";
export { affordLots, capLots, type Veto, VETOES } from "./lot_limits.ts";
export { parseRiskLimits, parseSizing } from "./parse_stored.ts";
export {
  createRiskGuard,
  type GuardedClose,
  type GuardState,
  type RiskGuard,
} from "./risk_guard.ts";
export {
  type BracketLimits,
  checkRiskLimits,
  type CoolDown,
  RISK_RULES,
  type RiskLimits,
  type RiskRule,
} from "./risk_limits.ts";
export { parseRiskRequest, type RiskRequest } from "./risk_request.ts";
export type { RiskVerdict } from "./risk_review.ts";
export type { Restriction, RiskState } from "./risk_state.ts";
export { joinLimits, type SharedLimits, shareLimits } from "./shared_limits.ts";
export {
  checkSizing,
  createSizing,
  fixedLots,
  lotsOf,
  scaleSizing,
  type Sizing,
  type SizingContext,
  sizingLookback,
  type SizingSettings,
  type VolatilityTarget,
} from "./sizing.ts";
export type { NewsWindow, SessionWindow } from "./time_windows.ts";
export { reducingTarget, TRADING_STATES, type TradingState } from "./trading_state.ts";
