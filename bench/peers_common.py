"""What the peers of peers.ts share: reading the problem, prices from ticks, printing the answer."""

import json
import sys


def side_of(request):
    return 1 if request["lots"] > 0 else -1


class Problem:
    """Bars in whole ticks and one list of episodes for each case."""

    def __init__(self, path):
        with open(path) as file:
            stored = json.load(file)
        self.cases = stored["cases"]
        self.cash, self.fee, self.units = stored["cash"], stored["fee"], stored["units"]
        self._tick_size, self.decimals = stored["tickSize"], stored["decimals"]
        self._open = stored["ticks"]["open"]
        self.length = len(self._open)
        self.prices = {
            name: [self.price(ticks) for ticks in column]
            for name, column in stored["ticks"].items()
        }

    def price(self, ticks):
        """The number that the decimal price is read as, so that equal prices compare equal."""
        return round(ticks * self._tick_size, self.decimals)

    def ticks(self, price):
        return round(price / self._tick_size, 4)

    def entry_price(self, request):
        terms = request.get("terms", {"kind": "market"})
        if terms["kind"] == "market":
            return {}
        return {terms["kind"]: self.price(terms[terms["kind"] + "Ticks"])}

    def exit_prices(self, bar, request):
        """Exits count from the entry's fill, the next open; stops come first."""
        entry, side = self._open[bar + 1], side_of(request)
        signs = {"stop-loss": -side, "take-profit": side}
        return {
            exit["kind"]: self.price(entry + signs[exit["kind"]] * exit["distanceTicks"])
            for exit in request.get("exits", [])
        }


def main(name, version, run):
    problem = Problem(sys.argv[1])
    runs = {}
    for case, episodes in problem.cases.items():
        answer = run(problem, case, episodes)
        if answer is not None:
            fills = sorted(answer["fills"], key=lambda fill: fill[0])
            answer["fills"] = [[bar, side, problem.ticks(price)] for bar, side, price in fills]
            runs[case] = answer
    print(json.dumps({
        "peer": name, "version": version, "python": sys.version.split()[0], "runs": runs,
    }, default=float))
