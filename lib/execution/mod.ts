/**
 * The simulated broker and its book, reconciliation.
 *
 * @module
 */
export { type Belief, reconcile, type Reconciliation } from "./reconcile.ts";
export { closeQuote, expiringOpenQuote, openQuote } from "./simulated/fill_model.ts";
export type { SimulatedMarket } from "./simulated/simulated_book.ts";
export { createSimulatedBroker, type SimulatedBroker } from "./simulated/simulated_broker.ts";
export {
  createSimulatedExecutor,
  type SimulatedExecutorOptions,
} from "./simulated/simulated_executor.ts";
export { VolumeShare } from "./simulated/volume_share.ts";
