"""backtrader on the episodes of peers_cases.ts: python3 peers_backtrader.py PROBLEM.json"""

import time

import backtrader as bt
import pandas as pd

from peers_common import Problem, main, side_of

EXIT_KINDS = {"stop-loss": bt.Order.Stop, "take-profit": bt.Order.Limit}
ENTRY_KINDS = {"market": bt.Order.Market, "limit": bt.Order.Limit, "stop": bt.Order.Stop}


def replay(problem, episodes):
    entries = {episode["bar"]: episode["request"] for episode in episodes}
    closes = {episode["closeBar"] for episode in episodes}

    class Replay(bt.Strategy):
        def __init__(self):
            self.fills, self.sent = [], []

        def notify_order(self, order):
            if order.status == order.Completed:
                side = 1 if order.isbuy() else -1
                self.fills.append([len(self.data) - 1, side, order.executed.price])

        def next(self):
            bar = len(self.data) - 1
            if bar in closes:
                for order in self.sent:
                    self.cancel(order)
                self.sent = []
                if self.position:
                    self.close()
            if bar in entries:
                self.enter(bar, entries[bar])

        def enter(self, bar, request):
            send, leave = (self.buy, self.sell) if side_of(request) > 0 else (self.sell, self.buy)
            kind = ENTRY_KINDS[request.get("terms", {"kind": "market"})["kind"]]
            price = next(iter(problem.entry_price(request).values()), None)
            exits = self.exits(bar, request)
            entry = send(exectype=kind, price=price, transmit=not exits)
            self.sent = [entry] + [
                leave(parent=entry, transmit=terms is exits[-1], **terms) for terms in exits
            ]

        def exits(self, bar, request):
            exits = request.get("exits", [])
            if exits and exits[0]["kind"] == "trailing-stop":
                distance = problem.price(exits[0]["distanceTicks"])
                return [{"exectype": bt.Order.StopTrail, "trailamount": distance}]
            prices = problem.exit_prices(bar, request)
            return [{"exectype": EXIT_KINDS[kind], "price": price} for kind, price in prices.items()]

    return Replay


def run(problem: Problem, case, episodes):
    index = pd.date_range("2000-01-01", periods=problem.length, freq="min")
    feed = bt.feeds.PandasData(dataname=pd.DataFrame(problem.prices, index=index), volume=None, openinterest=None)
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(feed)
    cerebro.addstrategy(replay(problem, episodes))
    cerebro.broker.setcash(problem.cash)
    cerebro.broker.setcommission(
        commission=problem.fee, mult=problem.units, margin=1, stocklike=False,
        commtype=bt.CommInfoBase.COMM_FIXED,
    )
    started = time.perf_counter()
    [strategy] = cerebro.run()
    seconds = time.perf_counter() - started
    return {"fills": strategy.fills, "equity": cerebro.broker.getvalue(), "seconds": seconds}


if __name__ == "__main__":
    main("backtrader", bt.__version__, run)
