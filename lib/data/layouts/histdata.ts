import type { Layout } from "./layout.ts";

const SOURCE = "https://github.com/dmidlo/histdata.com-tools histdata.com_data_specs.md";

/** HistData.com: UTC-5 the whole year by the vendor's word, `Etc/GMT+5` in the zone database. */
export const HISTDATA: readonly Layout[] = [
  {
    name: "histdata-ascii",
    title: "HistData.com, ASCII or NinjaTrader minutes",
    source: SOURCE,
    shape: /^\d{8} \d{6}(;\d+\.?\d*){5}$/,
    fields: ["time", "open", "high", "low", "close", "volume"],
    noVolume: true,
    timeZone: "Etc/GMT+5",
  },
  {
    name: "histdata-metatrader",
    title: "HistData.com, MetaTrader minutes",
    source: SOURCE,
    shape: /^\d{4}\.\d\d\.\d\d,\d\d:\d\d(,\d+\.?\d*){5}$/,
    fields: ["time", "clock", "open", "high", "low", "close", "volume"],
    fileName: /^DAT_MT_/i,
    timeZone: "Etc/GMT+5",
  },
];
