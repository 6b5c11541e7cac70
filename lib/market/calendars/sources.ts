/** A page or file that was read. */
export interface CalendarSource {
  /** Who says what, and when it was published. */
  readonly title: string;
  /** Where it stands. */
  readonly address: string;
}

/**
 * What the hours and exceptions of the calendars rest on, by the key that each entry names. An
 * exchange's own page outranks a press report, and that a program's table. All were read on
 * 2026-11-30.
 */
export const CALENDAR_SOURCES: Readonly<Record<string, CalendarSource>> = {
  "cme-sheets": {
    title: "CME Group's holiday sheets of 2010 to 2024 and its trading-hours service of 2025 to " +
      "2027, quoted with their archived copies by the evidence files of exchange-hours 1.3.0",
    address: "https://docs.rs/crate/exchange-hours/1.3.0/source/docs/evidence/",
  },
  "cme-globex-2003": {
    title:
      "CME, expanded Globex hours from 2003-09-29: index futures 15:30 to 16:30 for the next " +
      "trade date, rates and currencies 17:00 to 16:00",
    address: "https://mondovisione.com/media-and-resources/news/" +
      "cmes-new-expanded-globex-electronic-trading-hours-begin-monday-sept-29",
  },
  "cme-equity-2012": {
    title: "CME Group's announcement of index hours from 2012-11-19, as quoted",
    address: "https://daytradetowin.com/e-mini-other-futures-change-closing-times-nov-18-2012",
  },
  "globex-2015": {
    title: "NinjaTrader Advisory 25 of 2015-09-15: closes at 16:00 from 2015-09-21",
    address: "https://ninjatrader.com/Advisories/Advisory25",
  },
  "cme-long-weekends": {
    title: "CME's and CME Group's holiday hours of 2003 to 2007: currencies and rates close at " +
      "15:15 on the trade date before a long weekend",
    address: "https://www.cmegroup.com/media-room/press-releases/2007/8/20/" +
      "cme_group_announceslabordayholidayhours.html",
  },
  "nymex-holidays": {
    title: "NYMEX's schedules for holidays of 2007 to 2009: Globex halts at 17:15 New York",
    address: "https://mondovisione.com/media-and-resources/news/" +
      "nymex-announces-trading-and-processing-schedule-for-martin-luther-king-jr-holida-2011124",
  },
  "lean": {
    title: "QuantConnect LEAN, market-hours-database.json of 2026-08-21",
    address: "https://github.com/QuantConnect/Lean/blob/" +
      "24863901deffa9ec7985e21ef8fbdb0258efb9e4/Data/market-hours/market-hours-database.json",
  },
  "exchange-calendars": {
    title: "exchange_calendars 4.13.2 and pandas_market_calendars 5.5.0, which agree",
    address: "https://pypi.org/project/exchange_calendars/4.13.2/",
  },
  "cme-sandy": {
    title:
      "CME Group and Reuters, 2012-10-29: index futures until 08:15 on both days, rates until " +
      "noon New York on the first",
    address: "https://prnewswire.com/news-releases/" +
      "cme-group-to-reopen-us-equity-index-and-interest-rate-complexes-tonight-176339591.html",
  },
  "cme-mourning-2018": {
    title: "CME Group, 2018-12-02: index futures until 08:30 on 2018-12-05, rates closed, all " +
      "others open",
    address: "https://www.prnewswire.com/news-releases/" +
      "cme-group-us-equity-interest-rate-markets-to-close-for-national-day-of-mourning-300758702.html",
  },
  "cme-mourning-2025": {
    title:
      "CME Group, 2024-12-30: index futures until 08:30 on 2025-01-09, rates and agriculture " +
      "until 12:15, all others open",
    address: "https://mondovisione.com/media-and-resources/news/" +
      "cme-group-announces-trading-hours-for-us-national-day-of-mourning-to-honor-for/",
  },
  "grains-2009": {
    title: "Night session of CBOT grains until 07:15 instead of 06:00 from 2009-07-01",
    address: "https://energy.agwired.com/2009/06/07/more-time-to-trade-ethanol-contracts/",
  },
  "grains-2012": {
    title: "CME Group: CBOT grains 17:00 to 14:00 from trade date 2012-05-21, as quoted",
    address: "https://www.iqfeed.net/symbolguide/display.cfm?eight=08030E01.cfm&six=06000429",
  },
  "grains-2013": {
    title: "CME Group: CBOT grains 19:00 to 07:45 and 08:30 to 13:15 from 2013-04-08, as quoted",
    address: "https://community.optimusfutures.com/t/" +
      "new-grain-futures-and-oil-seed-futures-trading-hours/1371",
  },
  "grains-2015": {
    title: "CME Group: CBOT grains until 13:20 from trade date 2015-07-06",
    address: "http://www.cmegroup.com/trading/agricultural/" +
      "faq-extended-trading-cbot-grains-and-oilseeds.html",
  },
  "livestock-2014": {
    title: "DTN, October 2014: hours of CME livestock before and from 2014-10-27",
    address: "https://agproud.com/articles/49705-cme-to-cut-livestock-futures-trading-hours",
  },
  "livestock-2016": {
    title: "CME SER-7591 of 2016-02-10: livestock 08:30 to 13:05 from 2016-02-29",
    address: "https://www.cmegroup.com/tools-information/lookups/advisories/ser/SER-7591.html",
  },
  "crypto-2026": {
    title: "CME Group, 2026-02-19, and its filing 26-114: crypto futures seven days a week from " +
      "2026-05-29, as quoted by exchange-hours 1.3.0",
    address: "https://docs.rs/crate/exchange-hours/1.3.0/source/docs/evidence/" +
      "globex_cryptocurrency.md",
  },
  "ice-softs-hours": {
    title: "ICE Futures US notices of hours from 2010, 2012-01-30, 2012-11-05 and 2014-02-03, as " +
      "quoted by exchange-hours 1.3.0",
    address: "https://docs.rs/crate/exchange-hours/1.3.0/source/docs/evidence/ice_us_sugar.md",
  },
  "ice-softs-clocks": {
    title:
      "Reuters on ICE notices of 2013 and 2014: sugar, coffee and cocoa open an hour later in " +
      "New York while London's clocks have not moved; the dated hours from ICE's notices",
    address: "http://www.reuters.com/article/ice-softs-hours-idUSL2N0LJ1RX20140214",
  },
  "ice-notices": {
    title: "ICE Futures US, holiday calendars and notices of 2025 and 2026, as quoted by " +
      "exchange-hours 1.3.0",
    address: "https://docs.rs/crate/exchange-hours/1.3.0/source/docs/evidence/ice_us.md",
  },
  "ice-brent": {
    title: "ICE Futures Europe, specification of Brent and circular 10070 of 2010, as quoted by " +
      "exchange-hours 1.3.0",
    address: "https://docs.rs/crate/exchange-hours/1.3.0/source/docs/evidence/iceeu.md",
  },
  "eurex": {
    title: "Eurex trading calendars of 2010 to 2026 and circular 088/2018, as quoted by " +
      "exchange-hours 1.3.0",
    address: "https://docs.rs/crate/exchange-hours/1.3.0/source/docs/evidence/eurex.md",
  },
  "eurex-smi": {
    title: "Eurex trading calendars and contract specifications of SMI futures, as quoted by " +
      "exchange-hours 1.3.0",
    address: "https://docs.rs/crate/exchange-hours/1.3.0/source/docs/evidence/eurex_smi.md",
  },
  "cfe": {
    title: "Cboe Futures Exchange, rule filings and circulars of 2010 to 2026, as quoted by " +
      "exchange-hours 1.3.0",
    address: "https://docs.rs/crate/exchange-hours/1.3.0/source/docs/evidence/cfe_vix.md",
  },
  "nyse": {
    title: "NYSE rule 7.2, as kept by exchange_calendars 4.13.2, XNYS",
    address: "https://pypi.org/project/exchange_calendars/4.13.2/",
  },
  "fx-custom": {
    title: "The week of spot currencies, as the hourly EURUSD bars of LEAN's sample data keep it",
    address: "https://github.com/QuantConnect/Lean/tree/master/Data/forex/oanda/hour",
  },
  "oanda-metals": {
    title: "OANDA, hours of spot metals of 2024 to 2026, as quoted by exchange-hours 1.3.0",
    address: "https://docs.rs/crate/exchange-hours/1.3.0/source/docs/evidence/oanda_metals.md",
  },
  "by-definition": {
    title: "No source: the calendar leaves no hour out",
    address: "docs/calendars.md",
  },
};
