import type { ContractDayRule, ContractRules, LastTradeRule } from "./contract_rules.ts";

/*
 * When contracts end, by root. Read off the exchanges' rules as QuantConnect LEAN's expiry
 * functions state them (Apache 2.0, snapshot of 2026-08-21) and off pages that name dates; the
 * dates in `tests/fixtures/contract_dates.csv` name the source of each. Times of the last day are
 * given where a source states them. What nobody could say is absent (docs/decisions/0086).
 */

const US = ["us-exchange"] as const;
const LONDON = ["london"] as const;
const EUREX = ["eurex"] as const;

const NEW_YORK = "America/New_York";
const CHICAGO = "America/Chicago";
const BERLIN = "Europe/Berlin";

const LAST_OF_MONTH_BEFORE: ContractDayRule = { month: -1, from: { businessDay: -1 } };
const THIRD_FRIDAY = { from: { weekday: "friday", nth: 3 }, ifClosed: "before" } as const;

/** US equity index: the third Friday, at the opening of the stock market. */
const INDEX: ContractRules = {
  businessDays: US,
  lastTrade: { ...THIRD_FRIDAY, time: "09:30", timeZone: NEW_YORK },
  firstNotice: null,
};

function crudeOil(businessDays: number): ContractDayRule {
  return { month: -1, from: { day: 25 }, ifClosed: "before", businessDays };
}

const SMALL_CRUDE: ContractRules = {
  businessDays: US,
  lastTrade: crudeOil(-4),
  firstNotice: null,
};

const OIL_PRODUCT: ContractRules = {
  businessDays: US,
  lastTrade: LAST_OF_MONTH_BEFORE,
  firstNotice: { ...LAST_OF_MONTH_BEFORE, businessDays: 2 },
};

/** The February contract would end on the eve of a London holiday. */
const BRENT: ContractRules = {
  businessDays: LONDON,
  lastTrade: {
    month: -2,
    from: { businessDay: -1 },
    exceptions: { G: { month: -2, from: { businessDay: -2 } } },
  },
  firstNotice: null,
};

const METAL: ContractRules = {
  businessDays: US,
  lastTrade: { from: { businessDay: -3 } },
  firstNotice: LAST_OF_MONTH_BEFORE,
};

/** @param businessDay of the delivery month, counted from its end */
function treasury(businessDay: number): ContractRules {
  return {
    businessDays: US,
    lastTrade: { from: { businessDay }, time: "12:01", timeZone: CHICAGO },
    firstNotice: LAST_OF_MONTH_BEFORE,
  };
}

/** Two business days before the third Wednesday; the Canadian dollar one. */
function currency(businessDays: number): ContractRules {
  return {
    businessDays: ["us-exchange", "us-bank"],
    lastTrade: {
      from: { weekday: "wednesday", nth: 3 },
      businessDays,
      time: "09:16",
      timeZone: CHICAGO,
    },
    firstNotice: null,
  };
}

const GRAIN: ContractRules = {
  businessDays: US,
  lastTrade: { from: { day: 15 }, businessDays: -1 },
  firstNotice: LAST_OF_MONTH_BEFORE,
};

/** ICE softs: days counted from the end of the delivery month, notice from its beginning. */
function soft(businessDay: number, noticeDays: number): ContractRules {
  return {
    businessDays: US,
    lastTrade: { from: { businessDay } },
    firstNotice: {
      from: { businessDay: 1 },
      ...(noticeDays === 0 ? {} : { businessDays: noticeDays }),
    },
  };
}

const CRYPTO: ContractRules = {
  businessDays: ["us-exchange", "london"],
  lastTrade: {
    from: { weekday: "friday", nth: -1 },
    ifClosed: "before",
    time: "16:00",
    timeZone: "Europe/London",
  },
  firstNotice: null,
};

function eurexIndex(time: string): ContractRules {
  return {
    businessDays: EUREX,
    lastTrade: { ...THIRD_FRIDAY, time, timeZone: BERLIN },
    firstNotice: null,
  };
}

/** Two exchange days before delivery on the tenth; the seller notifies after the last trade. */
const GERMAN_BOND: ContractRules = {
  businessDays: EUREX,
  lastTrade: {
    from: { day: 10 },
    ifClosed: "after",
    businessDays: -2,
    time: "12:30",
    timeZone: BERLIN,
  },
  firstNotice: null,
};

/** Thirty days before the third Friday of the month after. */
const VOLATILITY: LastTradeRule = {
  month: 1,
  from: { weekday: "friday", nth: 3 },
  ifClosed: "before",
  days: -30,
};

/* deno-fmt-ignore */
/** When the contracts of a future end, by root symbol, for instruments that state no rules. */
export const CONTRACT_RULES: Readonly<Record<string, ContractRules>> = {
  ES: INDEX, MES: INDEX, NQ: INDEX, MNQ: INDEX, YM: INDEX, MYM: INDEX, RTY: INDEX, M2K: INDEX,
  EMD: INDEX,
  NKD: {
    businessDays: US,
    lastTrade: {
      from: { weekday: "friday", nth: 2 }, businessDays: -1, time: "17:00", timeZone: NEW_YORK,
    },
    firstNotice: null,
  },
  CL: { businessDays: US, lastTrade: crudeOil(-3), firstNotice: crudeOil(-1) },
  MCL: SMALL_CRUDE, QM: SMALL_CRUDE,
  NG: {
    businessDays: US,
    lastTrade: { from: { day: 1 }, businessDays: -3 },
    firstNotice: { from: { day: 1 }, businessDays: -2 },
  },
  RB: OIL_PRODUCT, HO: OIL_PRODUCT,
  BZ: BRENT, B: BRENT,
  G: {
    businessDays: LONDON,
    lastTrade: { from: { day: 14 }, businessDays: -2, time: "12:00", timeZone: "Europe/London" },
  },
  GC: METAL, MGC: METAL, SI: METAL, SIL: METAL, HG: METAL, PL: METAL, PA: METAL,
  MHG: {
    businessDays: US,
    lastTrade: { month: -1, from: { businessDay: -3 }, time: "12:00", timeZone: CHICAGO },
    firstNotice: null,
  },
  ZB: treasury(-8), UB: treasury(-8), ZN: treasury(-8), TN: treasury(-8),
  ZF: treasury(-1), ZT: treasury(-1),
  SR3: {
    businessDays: US,
    lastTrade: { month: 3, from: { weekday: "wednesday", nth: 3 }, businessDays: -1 },
    firstNotice: null,
  },
  "6E": currency(-2), M6E: currency(-2), "6J": currency(-2), MJY: currency(-2),
  "6B": currency(-2), M6B: currency(-2), "6A": currency(-2), M6A: currency(-2),
  "6S": currency(-2), MSF: currency(-2), "6N": currency(-2), "6M": currency(-2),
  "6C": currency(-1), MCD: currency(-1),
  DX: {
    businessDays: US,
    lastTrade: {
      from: { weekday: "wednesday", nth: 3 }, days: -2, time: "10:16", timeZone: NEW_YORK,
    },
  },
  ZC: GRAIN, ZS: GRAIN, ZW: GRAIN, ZM: GRAIN, ZL: GRAIN, ZO: GRAIN, KE: GRAIN,
  LE: {
    businessDays: US,
    lastTrade: { from: { businessDay: -1 }, time: "12:00", timeZone: CHICAGO },
    firstNotice: { from: { weekday: "friday", nth: 1 }, days: 3 },
  },
  GF: {
    businessDays: US,
    lastTrade: {
      from: { weekday: "thursday", nth: -1 },
      clearWeekdays: 4,
      exceptions: { X: { from: { weekday: "thursday", nth: 4 }, days: -7 } },
    },
    firstNotice: null,
  },
  HE: {
    businessDays: US,
    lastTrade: { from: { businessDay: 10 }, time: "12:00", timeZone: CHICAGO },
    firstNotice: null,
  },
  KC: soft(-9, -7), CC: soft(-12, -5), CT: soft(-17, -5), OJ: soft(-15, 0),
  SB: {
    businessDays: US,
    lastTrade: LAST_OF_MONTH_BEFORE,
    firstNotice: { from: { businessDay: 1 } },
  },
  BTC: CRYPTO, MBT: CRYPTO, ETH: CRYPTO, MET: CRYPTO,
  FDAX: eurexIndex("13:00"), FDXM: eurexIndex("13:00"), FDXS: eurexIndex("13:00"),
  FESX: eurexIndex("12:00"), FSMI: eurexIndex("09:00"),
  FGBL: GERMAN_BOND, FGBM: GERMAN_BOND, FGBS: GERMAN_BOND, FGBX: GERMAN_BOND,
  VX: {
    businessDays: US,
    lastTrade: { ...VOLATILITY, time: "09:00", timeZone: NEW_YORK },
    firstNotice: null,
  },
  VXM: { businessDays: US, lastTrade: VOLATILITY, firstNotice: null },
};
