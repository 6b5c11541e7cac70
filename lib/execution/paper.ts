/**
 * The paper broker: the process that keeps the books, and how a session is connected with it. Apart
 * from `mod.ts`, so that whoever backtests loads no database.
 *
 * @module
 */
export {
  connectPaperBroker,
  type PaperBroker,
  type PaperBrokerOptions,
} from "./paper/connect_paper_broker.ts";
export {
  type PaperAddress,
  type PaperAddresses,
  paperAddressLine,
  readPaperAddresses,
} from "./paper/paper_address.ts";
export type { PaperMarket, PaperTerms } from "./paper/paper_messages.ts";
export {
  type PaperServer,
  type PaperServerOptions,
  startPaperServer,
} from "./paper/paper_server.ts";
