/**
 * Orders, fills, events, account, forecasts; ports to feeds, brokers, journals and servers.
 *
 * @module
 */
export { Account, type AccountBooks, type AccountState } from "./account.ts";
export {
  type BarFeed,
  type BarMarks,
  type BarOrigin,
  CLOCK_TOLERANCE_MS,
  type ClockOffset,
  type FeedNews,
  type FeedStatus,
} from "./bar_feed.ts";
export { barOfRow, barsOfRows } from "./bar_of_row.ts";
export { bookChanges, wokenExit } from "./book_changes.ts";
export type {
  BarBroker,
  Broker,
  BrokerCapabilities,
  BrokerFill,
  BrokerOrder,
  BrokerPosition,
  BrokerSnapshot,
} from "./broker.ts";
export { checkCosts, type CostModel, roundTripCostTicks, scaleCosts } from "./costs.ts";
export { describeMove, describePrediction } from "./decision_text.ts";
export type { BrokerReport, Command, EngineEvent } from "./events.ts";
export type { Fill, FillMoment } from "./fill.ts";
export { type Bet, FLAT, type Forecast, type Intent, nextExposure } from "./forecast.ts";
export {
  type Journal,
  journaledEvent,
  type JournalEntry,
  type JournalMoment,
  type Kept,
  type KeptEntry,
} from "./journal.ts";
export {
  BAR_ORIGINS,
  type BarContract,
  type ChecklistLine,
  type ChosenPosition,
  type DecisionFact,
  type Exploration,
  type JournaledBar,
  type JournaledDeployment,
  type JournaledQuestion,
  type JournaledSlot,
  type JournalFact,
  type JournalKind,
  type MarketFact,
  type OrderFact,
  type SessionFact,
  TRADING_MODES,
  type TradingMode,
} from "./journal_facts.ts";
export {
  type LotMargin,
  lotsToLiquidate,
  type MarginRules,
  marginRulesOf,
  MarginTable,
} from "./margin.ts";
export { createMemoryTransport, type MemoryRoute, type MemoryServer } from "./memory_transport.ts";
export { requireFigures } from "./missing_figures.ts";
export { exactMicros, fromTicks, isOnTick, microsToUsd, toTicks, usdToMicros } from "./money.ts";
export { type OpenOrder, OpenOrders, type OrderStatus } from "./open_orders.ts";
export {
  type BracketExit,
  type ExitTerms,
  type Order,
  type OrderKind,
  type OrderReason,
  type OrderTerms,
  type TimeInForce,
  TIMES_IN_FORCE,
  type WorkingOrder,
} from "./order.ts";
export type { Executor, Feed } from "./ports.ts";
export { type CostRequest, costRequestOf, requestedCosts } from "./requested_costs.ts";
export { expiringOpenTicks, isRoll, ROLL_ORDER_ID } from "./roll.ts";
export { lotsAfterSplit } from "./split.ts";
export {
  isStrangerFill,
  remainingOwnLots,
  type SharedPosition,
  shareLots,
} from "./stranger_lots.ts";
export {
  type Forecaster,
  isOrderStrategy,
  type OrderGateway,
  type OrderRequest,
  type OrderStrategy,
  type Placement,
  stateless,
  type Strategy,
  type StrategyContext,
} from "./strategy.ts";
export { checkTraded, isTraded, lowestPriceTicks } from "./traded_rows.ts";
export { type Entry, matchTrades, type OpenLotsState, type Trade } from "./trades.ts";
export {
  type Line,
  type LineListener,
  type Transport,
  TransportError,
  type TransportFault,
  type TransportRequest,
  type TransportResponse,
} from "./transport.ts";
export { exploresAlike, isSameDeployment } from "./same_deployment.ts";
