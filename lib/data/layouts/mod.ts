import { CRYPTO } from "./crypto.ts";
import { DUKASCOPY } from "./dukascopy.ts";
import { FRAMEWORKS } from "./frameworks.ts";
import { HISTDATA } from "./histdata.ts";
import { HISTORY_VENDORS } from "./history_vendors.ts";
import type { Layout } from "./layout.ts";
import { MARKET_DATA_SERVICES } from "./market_data_services.ts";
import { METATRADER } from "./metatrader.ts";
import { NINJATRADER } from "./ninjatrader.ts";
import { SIERRA_CHART } from "./sierra_chart.ts";
import { TRADESTATION } from "./tradestation.ts";
import { WEB_DOWNLOADS } from "./web_downloads.ts";

/** Every known layout, the more specific before the more general: the first that fits is taken. */
export const LAYOUTS: readonly Layout[] = [
  ...SIERRA_CHART,
  ...TRADESTATION,
  ...HISTDATA,
  ...METATRADER,
  ...NINJATRADER,
  ...DUKASCOPY,
  ...MARKET_DATA_SERVICES,
  ...FRAMEWORKS,
  ...HISTORY_VENDORS,
  ...CRYPTO,
  ...WEB_DOWNLOADS,
];
