/**
 * The state machine of an account, its drivers, sweeps.
 *
 * @module
 */
export { driveBroker, type DrivenEngine, type DriveObserver, NotSent } from "./drive_broker.ts";
export { type AccountOptions, Engine, type EngineState } from "./engine.ts";
export type { EngineObserver, SlotOptions, TakenDecision } from "./engine_options.ts";
export type { RunConditions, TradingConditions } from "./run_conditions.ts";
export { runEngine, runEngineOnFeed, startRun, type SteppedRun } from "./run_engine.ts";
export type {
  EngineResult,
  EngineTotals,
  RunDecision,
  RunObserver,
  RunOptions,
  SlotRunOptions,
} from "./run_options.ts";
export {
  type PortfolioOptions,
  type PortfolioResult,
  type PortfolioSlot,
  runPortfolio,
} from "./run_portfolio.ts";
export type { MarketState, SlotPermit, SlotState, SlotView } from "./slot.ts";
export { sweep, type SweepOrder, sweepParallel, type SweepTask } from "./sweep/sweep.ts";
export type { ScoreRule, SweepColumns } from "./sweep/sweep_account.ts";
export { prepareSweep, type SweepMarket, type SweepRules } from "./sweep/sweep_market.ts";
