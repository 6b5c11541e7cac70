/** Where a Tradovate environment is reached: five addresses, each of them a setting. */
export interface TradovateUrls {
  /** For tokens, with its version: `https://…/v1`. */
  readonly auth: string;
  /** For everything that is asked and ordered. */
  readonly rest: string;
  /** Socket with the user's orders and positions. */
  readonly user: string;
  /** Socket with prices. */
  readonly marketData: string;
  /** Socket of market replay. */
  readonly replay: string;
  /** Hosts that an answer may lead to with the token; none when absent. */
  readonly redirects?: readonly string[];
}

const PRICES = {
  marketData: "wss://md.tradovateapi.com/v1/websocket",
  replay: "wss://replay.tradovateapi.com/v1/websocket",
} as const;

/** Simulated money against real prices. */
export const TRADOVATE_DEMO: TradovateUrls = {
  ...PRICES,
  auth: "https://demo.tradovateapi.com/v1",
  rest: "https://demo.tradovateapi.com/v1",
  user: "wss://demo.tradovateapi.com/v1/websocket",
};

/** Real money. */
export const TRADOVATE_LIVE: TradovateUrls = {
  ...PRICES,
  auth: "https://live.tradovateapi.com/v1",
  rest: "https://live.tradovateapi.com/v1",
  user: "wss://live.tradovateapi.com/v1/websocket",
};
