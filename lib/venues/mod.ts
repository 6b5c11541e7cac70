/**
 * Venues: each with its client, broker, feed and history.
 *
 * @module
 */
export { reachVenue } from "./access/reach_venue.ts";
export type {
  AccessResources,
  BrokerPlan,
  VenueAccess,
  VenueContractBars,
  VenueKeys,
  VenueRequest,
} from "./access/venue_access.ts";
export {
  CALL_PRIORITIES,
  CallBudget,
  type CallLimits,
  type CallOptions,
  type CallPriority,
  type CallUsage,
} from "./call_budget.ts";
export type {
  ListedOrders,
  PlacedIds,
  SentWork,
  VenueCalls,
  VenueReader,
  VenueStream,
  VenueStreamListener,
} from "./broker/venue_ports.ts";
export { openVenueBroker, type VenueBrokerOptions } from "./broker/open_venue_broker.ts";
export { type VenueMarket, venueMarket } from "./broker/market_contracts.ts";
export type { VenueRules } from "./broker/order_terms.ts";
export type {
  AskedChange,
  OrderNames,
  OwnOrder,
  OwnOrders,
  VenueWork,
} from "./broker/own_orders.ts";
export type { CallOutcome, RefusalCode } from "./call_outcome.ts";
export {
  type IssuedToken,
  memoryTokenStore,
  type TokenState,
  type TokenStore,
  type TradovateCredentials,
} from "./tradovate/credentials.ts";
export {
  currentContract,
  nextContract,
  requireContract,
  type VenueContract,
} from "./tradovate/contracts.ts";
export { type FileLedger, openFileLedger } from "./broker/file_ledger.ts";
export { fileTokenStore, readOnlyTokenStore } from "./tradovate/token_files.ts";
export {
  type OpenedTradovateBroker,
  openTradovateBroker,
  type TradovateBrokerOptions,
} from "./tradovate/open_tradovate_broker.ts";
export {
  memoryLedger,
  type OrderLedger,
  type OrderLedgerEntry,
  type RolledPart,
  type SentOrder,
} from "./broker/order_ledger.ts";
export type {
  ContractKey,
  ListedOrder,
  TradedContract,
  VenueBooks,
  VenueFill,
  VenueOrderState,
  VenueOrderVersion,
} from "./broker/venue_books.ts";
export {
  BROKER_PATIENCE,
  type BrokerBeginning,
  type BrokerPatience,
  type VenueBroker,
} from "./broker/venue_broker.ts";
export {
  type OrderTicket,
  type PlacedTicket,
  TRADOVATE_LIMITS,
  TradovateClient,
  type TradovateClientOptions,
} from "./tradovate/tradovate_client.ts";
export {
  openTradovateSocket,
  SOCKET_PATIENCE,
  type SocketOptions,
  type SocketPatience,
  SocketRefusal,
  type TradovateSocket,
} from "./tradovate/tradovate_socket.ts";
export {
  createTradovateBars,
  type TradovateBarOptions,
  type TradovateBars,
} from "./tradovate/tradovate_bar_venue.ts";
export { MarketLine, type MarketLineOptions, NoPricesError } from "./tradovate/market_line.ts";
export {
  type BarStamp,
  fetchHistory,
  type HistoryQuestion,
} from "./tradovate/tradovate_history.ts";
export { TRADOVATE_DEMO, TRADOVATE_LIVE, type TradovateUrls } from "./tradovate/tradovate_urls.ts";
export { UserStream, type UserStreamOptions } from "./tradovate/user_stream.ts";
export {
  type BracketLeg,
  type GatewayBarQuestion,
  type GatewayTicket,
  type OrderFilter,
  type OrderPage,
  PROJECTX_BAR_LIMITS,
  PROJECTX_LIMITS,
  ProjectXClient,
  type ProjectXClientOptions,
} from "./projectx/projectx_client.ts";
export {
  ORDER_STATUS,
  ORDER_TYPE,
  type ProjectXAccount,
  type ProjectXContract,
} from "./projectx/gateway_entities.ts";
export {
  HUB_PATIENCE,
  type HubLine,
  type HubLineOptions,
  type HubPatience,
  HubRefusal,
  openHubLine,
} from "./projectx/hub_line.ts";
export {
  type OpenedProjectXBroker,
  openProjectXBroker,
  type ProjectXBrokerOptions,
} from "./projectx/open_projectx_broker.ts";
export {
  createProjectXBars,
  type ProjectXBarOptions,
  type ProjectXBars,
} from "./projectx/projectx_bar_venue.ts";
export { activeProjectXContract, requireProjectXContract } from "./projectx/projectx_contracts.ts";
export { fetchProjectXHistory, type ProjectXHistoryQuestion } from "./projectx/projectx_history.ts";
export {
  compareRecordings,
  type DescribedRecording,
  describeRecordings,
  type RecordingComparison,
  type RecordingDifference,
  showsDifference,
  type WaitedTimes,
} from "./recording/compare_recordings.ts";
export type { FieldShape, MessageShape, Seen } from "./recording/message_shapes.ts";
export type { StepOrders } from "./recording/step_orders.ts";
export type { RecordedMessage, VenueLanguage } from "./recording/recorded_message.ts";
export { PROJECTX_LANGUAGE } from "./projectx/projectx_language.ts";
export { TRADOVATE_LANGUAGE } from "./tradovate/tradovate_language.ts";
export {
  recordVenue,
  scrubbedFor,
  type VenueRecording,
  type VenueRecordingOptions,
} from "./recording/record_venue.ts";
export { type ProjectXUrls, TOPSTEPX } from "./projectx/projectx_urls.ts";
export type { ProjectXCredentials } from "./projectx/session_tokens.ts";
export {
  type UserEntity,
  UserHubStream,
  type UserHubStreamOptions,
} from "./projectx/user_hub_stream.ts";
export type { TradovateAccount } from "./tradovate/entities.ts";
export { TokenKeeper, type TokenKeeperOptions } from "./tradovate/token_keeper.ts";
