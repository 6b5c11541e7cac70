"""Optuna on the problems of tuning_problems.ts; prints one JSON document.

python3 tuning_optuna.py run SYSTEM FIRST_SEED SEEDS TRIALS [PROBLEM...]
    SYSTEM is "default", "independent" (no constant liar) or "random"
python3 tuning_optuna.py points POINTS.json
    values at given parameters, to show that both languages have the same functions
python3 tuning_optuna.py speed TRIALS DIMENSIONS REPETITIONS [sqlite]
    seconds of one ask and tell after so many finished trials
"""

import json
import math
import os
import sys
import tempfile
import time
import warnings

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")

ALPHA = [1, 1.2, 3, 3.2]
A3 = [[3, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]]
P3 = [[3689, 1170, 2673], [4699, 4387, 7470], [1091, 8732, 5547], [381, 5743, 8828]]
A6 = [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
]
P6 = [
    [1312, 1696, 5569, 124, 8283, 5886],
    [2329, 4135, 8307, 3736, 1004, 9991],
    [2348, 1451, 3522, 2883, 3047, 6650],
    [4047, 8828, 8732, 5743, 1091, 381],
]


def variant_of(seed, count):
    state = 1 + (seed * 7919) % 2147483646
    values = []
    for _ in range(count):
        for _ in range(3):
            state = (state * 48271) % 2147483647
        values.append(state / 2147483647)
    return values


def hartmann(x, a, p):
    return -sum(
        alpha * math.exp(-sum(a[row][i] * (v - p[row][i] / 1e4) ** 2 for i, v in enumerate(x)))
        for row, alpha in enumerate(ALPHA)
    )


def branin(x):
    u, y, b, c = x[0] - 5, x[1], 5.1 / (4 * math.pi**2), 5 / math.pi
    return (y - b * u**2 + c * u - 6) ** 2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(u) + 10


def ackley(x):
    n = len(x)
    return (
        20 + math.e - 20 * math.exp(-0.2 * math.sqrt(sum(v * v for v in x) / n))
        - math.exp(sum(math.cos(2 * math.pi * v) for v in x) / n)
    )


def rosenbrock(x):
    return sum(100 * (b - a**2) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))


def rastrigin(x):
    return 10 * len(x) + sum(v * v - 10 * math.cos(2 * math.pi * v) for v in x)


def styblinski_tang(x):
    return sum(v**4 - 16 * v**2 + 5 * v for v in x) / 2


def levy(x):
    w = [1 + (v - 1) / 4 for v in x]
    return (
        math.sin(math.pi * w[0]) ** 2
        + sum((v - 1) ** 2 * (1 + 10 * math.sin(math.pi * v + 1) ** 2) for v in w[:-1])
        + (w[-1] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[-1]) ** 2)
    )


def sphere(x):
    return sum(v * v for v in x)


CONTINUOUS = {
    "branin": (2, 0, 15, branin),
    "hartmann3": (3, 0, 1, lambda x: hartmann(x, A3, P3)),
    "hartmann6": (6, 0, 1, lambda x: hartmann(x, A6, P6)),
    "ackley5": (5, -32, 32, ackley),
    "ackley10": (10, -32, 32, ackley),
    "rosenbrock5": (5, -5, 10, rosenbrock),
    "rastrigin8": (8, -5, 5, rastrigin),
    "styblinski5": (5, -5, 5, styblinski_tang),
    "levy5": (5, -10, 10, levy),
    "sphere10": (10, -5, 5, sphere),
}


def continuous(trial, variant, dimensions, low, high, value):
    return value([
        trial.suggest_float(f"x{i}", low, high) - 0.4 * (variant[i] - 0.5) * (high - low)
        for i in range(dimensions)
    ])


def mixed(trial, v):
    rate = trial.suggest_float("rate", 1e-5, 1e-1, log=True)
    depth = trial.suggest_int("depth", 1, 12)
    units = trial.suggest_int("units", 8, 1024, log=True)
    dropout = trial.suggest_float("dropout", 0, 0.9, step=0.1)
    kinds, solvers = ["relu", "tanh", "gelu"], ["sgd", "adam", "lion", "rms"]
    kind = kinds.index(trial.suggest_categorical("kind", kinds))
    solver = solvers.index(trial.suggest_categorical("solver", solvers))
    place = (kind + math.floor(3 * v[4])) % 3
    rank = (solver + math.floor(4 * v[5])) % 4
    best_rate = -4.5 + 2 * v[0] + 0.5 * rank
    best_units = 4 + 4 * v[2] + 0.7 * place
    return (
        0.4 * (math.log10(rate) - best_rate) ** 2
        + 4 * ((depth - 1 - math.floor(11 * v[1])) / 12) ** 2
        + 0.15 * (math.log2(units) - best_units) ** 2
        + 2 * (dropout - 0.1 - 0.6 * v[3]) ** 2
        + 0.25 * place + 0.2 * rank + (-0.3 if place == 1 and rank == 0 else 0)
    )


def conditional(trial, v):
    model = trial.suggest_categorical("model", ["forest", "network", "linear"])
    if model == "linear":
        penalty = trial.suggest_float("penalty", 1e-4, 1e2, log=True)
        return 0.5 + 0.05 * (math.log10(penalty) + 3 * v[0]) ** 2
    if model == "forest":
        depth = trial.suggest_int("depth", 2, 32)
        share = trial.suggest_float("share", 0.1, 1)
        return 0.3 + ((depth - 2 - 28 * v[1]) / 30) ** 2 + (share - 0.1 - 0.8 * v[2]) ** 2
    rate = trial.suggest_float("rate", 1e-5, 1e-1, log=True)
    layers = trial.suggest_int("layers", 1, 4)
    value = 0.1 + 0.3 * (math.log10(rate) + 4 - 2 * v[3]) ** 2 + 0.05 * (layers - 2) ** 2
    for layer in range(layers):
        units = trial.suggest_int(f"units{layer}", 4, 256, log=True)
        value += 0.02 * (math.log2(units) - 3 - 4 * v[4 + layer]) ** 2
    return value


def evaluate(problem, trial, variant):
    if problem == "mixed6":
        return mixed(trial, variant)
    if problem == "conditional":
        return conditional(trial, variant)
    return continuous(trial, variant, *CONTINUOUS[problem])


PROBLEMS = [*CONTINUOUS, "mixed6", "conditional"]


def sampler_of(system, seed):
    if system == "random":
        return optuna.samplers.RandomSampler(seed=seed)
    if system == "independent":
        return optuna.samplers.TPESampler(seed=seed, multivariate=False, constant_liar=False)
    return optuna.samplers.TPESampler(seed=seed)


def curve(system, problem, seed, trials):
    study = optuna.create_study(sampler=sampler_of(system, seed))
    variant = variant_of(seed, 16)
    study.optimize(lambda trial: evaluate(problem, trial, variant), n_trials=trials)
    best, values = math.inf, []
    for trial in study.get_trials(deepcopy=False):
        best = min(best, trial.value)
        values.append(best)
    return values


def run(system, first, seeds, trials, *problems):
    first, seeds, trials = int(first), int(seeds), int(trials)
    marks = [mark for mark in (25, 50, 100) if mark <= trials]
    results = {}
    for problem in problems or PROBLEMS:
        start = time.perf_counter()
        curves = [curve(system, problem, seed, trials) for seed in range(first, first + seeds)]
        results[problem] = {
            "best": {str(mark): [values[mark - 1] for values in curves] for mark in marks},
            "mean": [sum(values) / trials for values in curves],
            "seconds": time.perf_counter() - start,
        }
        print(problem, results[problem]["seconds"], file=sys.stderr, flush=True)
    print(json.dumps({
        "system": system, "optuna": optuna.__version__, "python": sys.version.split()[0],
        "firstSeed": first, "seeds": seeds, "trials": trials, "results": results,
    }))


def points(path):
    with open(path) as file:
        cases = json.load(file)
    print(json.dumps([
        evaluate(case["problem"], optuna.trial.FixedTrial(case["params"]), variant_of(case["seed"], 16))
        for case in cases
    ]))


def speed(trials, dimensions, repetitions, storage="memory"):
    trials, dimensions, repetitions = int(trials), int(dimensions), int(repetitions)
    with tempfile.TemporaryDirectory() as folder:
        url = None if storage == "memory" else "sqlite:///" + os.path.join(folder, "study.db")
        study = optuna.create_study(storage=url, sampler=optuna.samplers.TPESampler(seed=1))
        space = {f"x{i}": optuna.distributions.FloatDistribution(-5, 5) for i in range(dimensions)}
        variant = iter(variant_of(7, trials * dimensions))
        study.add_trials([past(space, variant) for _ in range(trials)])
        seconds = []
        for _ in range(repetitions):
            start = time.perf_counter()
            trial = study.ask()
            x = [trial.suggest_float(name, -5, 5) for name in space]
            study.tell(trial, sphere(x))
            seconds.append(time.perf_counter() - start)
    print(json.dumps({"optuna": optuna.__version__, "storage": storage, "seconds": seconds}))


def past(space, variant):
    params = {name: -5 + 10 * next(variant) for name in space}
    return optuna.trial.create_trial(
        params=params, distributions=space, value=sphere(params.values())
    )


if __name__ == "__main__":
    {"run": run, "points": points, "speed": speed}[sys.argv[1]](*sys.argv[2:])
