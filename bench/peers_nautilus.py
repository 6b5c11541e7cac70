"""NautilusTrader on the episodes of peers_cases.ts: python3 peers_nautilus.py PROBLEM.json

An order reaches the venue a nanosecond after it is sent, and each bar is preceded by a trade at its
open: else orders decided at a close would fill at that close.
"""

import time
from decimal import Decimal

from nautilus_trader import __version__
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.backtest.models import LatencyModel, PerContractFeeModel
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model import enums
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import Bar, BarType, TradeTick
from nautilus_trader.model.identifiers import InstrumentId, Symbol, TradeId, Venue
from nautilus_trader.model.instruments import FuturesContract
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.trading.strategy import Strategy

from peers_common import Problem, main, side_of

VENUE = Venue("SIM")
ID = InstrumentId(Symbol("X"), VENUE)
BAR_TYPE = BarType.from_str("X.SIM-1-MINUTE-LAST-EXTERNAL")
MINUTE, START = 60_000_000_000, 1_600_000_020_000_000_000
ONE = Quantity.from_int(1)


class Replay(Strategy):
    def __init__(self, problem, episodes):
        super().__init__()
        self.problem, self.last, self.fills = problem, -1, []
        self.entries = {episode["bar"]: episode["request"] for episode in episodes}
        self.closes = {episode["closeBar"] for episode in episodes}

    def on_start(self):
        self.subscribe_bars(BAR_TYPE)

    def on_bar(self, bar):
        self.last += 1
        if self.last in self.closes:
            self.cancel_all_orders(ID)
            held = int(self.portfolio.net_position(ID))
            if held != 0:
                self.submit_order(self.order_factory.market(ID, side(-held), ONE))
        if self.last in self.entries:
            self.enter(self.entries[self.last])

    def enter(self, request):
        make, price = self.order_factory, self.price
        way = side(side_of(request))
        exits = self.problem.exit_prices(self.last, request)
        [[kind, entry]] = self.problem.entry_price(request).items() or [["market", None]]
        if "stop-loss" in exits:
            self.submit_order_list(make.bracket(
                ID, way, ONE, tp_post_only=False, tp_price=price(exits["take-profit"]),
                sl_trigger_price=price(exits["stop-loss"]),
            ))
        elif kind == "limit":
            self.submit_order(make.limit(ID, way, ONE, price(entry)))
        elif kind == "stop":
            self.submit_order(make.stop_market(ID, way, ONE, price(entry)))
        else:
            self.submit_order(make.market(ID, way, ONE))

    def price(self, number):
        return Price(number, self.problem.decimals)

    def on_order_filled(self, event):
        bar = (event.ts_event - START) // MINUTE
        sign = 1 if event.order_side == enums.OrderSide.BUY else -1
        self.fills.append([bar, sign, float(event.last_px)])


def side(sign):
    return enums.OrderSide.BUY if sign > 0 else enums.OrderSide.SELL


def events(problem):
    """A trade at each bar's open, then the bar."""
    size = Quantity.from_int(1_000_000)
    columns = zip(*(problem.prices[name] for name in ("open", "high", "low", "close")))
    for row, prices in enumerate(columns):
        opened, closed = START + row * MINUTE, START + row * MINUTE + MINUTE - 1_000
        bar = [Price(price, problem.decimals) for price in prices]
        taker = enums.AggressorSide.NO_AGGRESSOR
        yield TradeTick(ID, bar[0], size, taker, TradeId(str(row)), opened, opened)
        yield Bar(BAR_TYPE, *bar, size, closed, closed)


def instrument(problem):
    return FuturesContract(
        ID, Symbol("X"), enums.AssetClass.INDEX, USD, problem.decimals,
        Price(problem.price(1), problem.decimals), Quantity.from_int(problem.units), ONE, "X",
        0, 2**62, 0, 0, margin_init=Decimal(0), margin_maint=Decimal(0),
    )


def run(problem: Problem, case, episodes):
    if case == "trailing":
        return None  # Left out: its trailing stop follows the fixed path inside the bar.
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    engine.add_venue(
        VENUE, enums.OmsType.NETTING, enums.AccountType.MARGIN, [Money(problem.cash, USD)],
        base_currency=USD, fee_model=PerContractFeeModel(Money(problem.fee, USD)),
        latency_model=LatencyModel(0, 1), reject_stop_orders=False, trade_execution=True,
    )
    engine.add_instrument(instrument(problem))
    engine.add_data(list(events(problem)))
    strategy = Replay(problem, episodes)
    engine.add_strategy(strategy)
    started = time.perf_counter()
    engine.run()
    seconds = time.perf_counter() - started
    balance = float(engine.portfolio.account(VENUE).balance_total(USD))
    last = Price(problem.prices["close"][-1], problem.decimals)
    opened = engine.portfolio.unrealized_pnl(ID, last)
    engine.dispose()
    return {
        "fills": strategy.fills, "equity": balance + float(opened or 0), "seconds": seconds,
    }


if __name__ == "__main__":
    main("NautilusTrader", __version__, run)
