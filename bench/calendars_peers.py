"""Prints the days of exchange_calendars and pandas_market_calendars as one JSON document.

python3 calendars_peers.py FROM UNTIL < {"calendar": {"zone": "...", "peers": ["xc:CMES", ...]}, ...}

Of each peer, by year: the hours of most of its days, and the days with other hours. A day's hours
are text: "17:00-1 16:00 15:15/15:30" opens the evening before, closes at 16:00 and pauses once.
"""

import collections
import json
import sys

import exchange_calendars
import pandas
import pandas_market_calendars


def schedule_of(peer, start, until):
    package, name = peer.split(":")
    if package == "xc":
        # The newest 24 months and older than 20 years have to be asked for.
        return exchange_calendars.get_calendar(name, start=start, end=until).schedule.rename(
            columns={"open": "market_open", "close": "market_close"}
        )
    return pandas_market_calendars.get_calendar(name).schedule(start, until, tz="UTC")


def clock(instant, zone, day):
    local = instant.tz_convert(zone)
    days = (local.tz_localize(None).normalize() - day).days
    text = local.strftime("%H:%M")
    if days == 1 and text == "00:00":
        return "24:00"
    return text if days == 0 else f"{text}{days:+d}"


def hours_of(row, zone, day):
    opened, closed = row["market_open"], row["market_close"]
    text = f"{clock(opened, zone, day)} {clock(closed, zone, day)}"
    start, end = row.get("break_start"), row.get("break_end")
    # A break that is empty or begins at the close says that there is none.
    if start is None or pandas.isna(start) or start >= end or start >= closed:
        return text
    return f"{text} {clock(start, zone, day)}/{clock(end, zone, day)}"


def days_of(peer, zone, start, until):
    years = collections.defaultdict(dict)
    for day, row in schedule_of(peer, start, until).iterrows():
        day = day.tz_localize(None)
        years[str(day.year)][day.strftime("%m-%d")] = hours_of(row.to_dict(), zone, day)
    for year in years:
        for day in pandas.date_range(f"{year}-01-01", f"{year}-12-31"):
            if day.weekday() < 5:
                years[year].setdefault(day.strftime("%m-%d"), "closed")
    packed = {}
    for year, days in years.items():
        usual = collections.Counter(days.values()).most_common(1)[0][0]
        other = collections.defaultdict(list)
        for date, hours in sorted(days.items()):
            if hours != usual:
                other[hours].append(date)
        weekend = any(pandas.Timestamp(f"{year}-{date}").weekday() > 4 for date in days)
        packed[year] = {"usual": usual, "weekends": weekend, "other": other}
    return packed


asked = json.load(sys.stdin)
print(json.dumps({
    "python": sys.version.split()[0],
    "packages": {
        "exchange_calendars": exchange_calendars.__version__,
        "pandas_market_calendars": pandas_market_calendars.__version__,
        "pandas": pandas.__version__,
    },
    "calendars": {
        name: {peer: days_of(peer, wanted["zone"], *sys.argv[1:3]) for peer in wanted["peers"]}
        for name, wanted in asked.items()
    },
}))
