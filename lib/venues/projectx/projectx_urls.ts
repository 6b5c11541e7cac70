/** Where a gateway of ProjectX is reached: every firm has its own, and each address is a setting. */
export interface ProjectXUrls {
  /** For everything that is asked and ordered: `https://…`, without `/api`. */
  readonly rest: string;
  /** Hub with the user's orders and positions. */
  readonly userHub: string;
  /** Hub with prices. */
  readonly marketHub: string;
}

/** TopstepX; its practice accounts are reached in the same way as all others. */
export const TOPSTEPX: ProjectXUrls = {
  rest: "https://api.topstepx.com",
  userHub: "wss://rtc.topstepx.com/hubs/user",
  marketHub: "wss://rtc.topstepx.com/hubs/market",
};
