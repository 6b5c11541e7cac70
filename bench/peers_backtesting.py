"""backtesting.py on the episodes of peers_cases.ts: python3 peers_backtesting.py PROBLEM.json"""

import time
import warnings

import pandas as pd
from backtesting import Backtest, Strategy, __version__

from peers_common import Problem, main, side_of

warnings.simplefilter("ignore")


def replay(problem, episodes):
    entries = {episode["bar"]: episode["request"] for episode in episodes}
    closes = {episode["closeBar"] for episode in episodes}

    class Replay(Strategy):
        def init(self):
            pass

        def next(self):
            bar = len(self.data) - 1
            if bar in closes:
                for order in list(self.orders):
                    order.cancel()
                self.position.close()
            if bar in entries:
                self.enter(bar, entries[bar])

        def enter(self, bar, request):
            send = self.buy if side_of(request) > 0 else self.sell
            try:
                send(size=problem.units, **self.prices(bar, request))
            except ValueError:
                pass  # It refuses exits that do not enclose the last close.

        def prices(self, bar, request):
            exits = problem.exit_prices(bar, request)
            named = {"stop-loss": "sl", "take-profit": "tp"}
            prices = {named[kind]: price for kind, price in exits.items()}
            return prices | problem.entry_price(request)

    return Replay


def run(problem: Problem, case, episodes):
    if case == "trailing":
        return None  # Only its TrailingStrategy has one, as a multiple of an average range.
    columns = {name.capitalize(): problem.prices[name] for name in ("open", "high", "low", "close")}
    frame = pd.DataFrame(columns, index=pd.date_range("2000-01-01", periods=problem.length, freq="min"))
    test = Backtest(
        frame,
        replay(problem, episodes),
        cash=problem.cash,
        commission=lambda size, price: abs(size) / problem.units * problem.fee,
        finalize_trades=True,
    )
    started = time.perf_counter()
    result = test.run()
    seconds = time.perf_counter() - started
    fills = []
    for trade in result["_trades"].itertuples():
        side = 1 if trade.Size > 0 else -1
        fills.append([trade.EntryBar, side, trade.EntryPrice])
        fills.append([trade.ExitBar, -side, trade.ExitPrice])
    return {"fills": fills, "equity": result["Equity Final [$]"], "seconds": seconds}


if __name__ == "__main__":
    main("backtesting.py", __version__, run)
