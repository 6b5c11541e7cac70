/** Names of the codes with which one path of the gateway says that it did nothing. */
export type RefusalNames = Readonly<Record<number, string>>;

const ACCOUNT: RefusalNames = { 1: "AccountNotFound" };

/**
 * Codes that are a definite refusal, by path; any other one may stand for something that was done.
 * `Pending` and `UnknownError` are among those others on purpose.
 */
export const REFUSALS: Readonly<Record<string, RefusalNames>> = {
  "Order/place": {
    ...ACCOUNT,
    ...{ 2: "OrderRejected", 3: "InsufficientFunds", 4: "AccountViolation" },
    ...{ 5: "OutsideTradingHours", 8: "ContractNotFound", 9: "ContractNotActive" },
    10: "AccountRejected",
  },
  "Order/modify": {
    ...ACCOUNT,
    ...{ 2: "OrderNotFound", 3: "Rejected", 6: "AccountRejected", 7: "ContractNotFound" },
  },
  "Position/closeContract": {
    ...ACCOUNT,
    ...{ 2: "PositionNotFound", 3: "ContractNotFound", 4: "ContractNotActive" },
    ...{ 5: "OrderRejected", 8: "AccountRejected" },
  },
  "Order/cancel": { ...ACCOUNT, 2: "OrderNotFound", 3: "Rejected", 6: "AccountRejected" },
};

/** Reasons with which nothing can be traded any more before a person has done something. */
export const ENDING_REFUSALS: readonly RegExp[] = [
  /^AccountViolation/,
  /^AccountRejected/,
  /^AccountNotFound/,
  /^ContractNotActive/,
  /Position Brackets/i,
];
