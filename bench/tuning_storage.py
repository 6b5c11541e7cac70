"""Milliseconds of one ask + five suggestions + tell in Optuna, TPE, with finished trials behind it.

Run by tuning_storage.ts: tuning_storage.py URL TRIALS REPEATS
"""

import json
import sys
import time
import warnings

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")

url, trials, repeats = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
sampler = optuna.samplers.TPESampler(seed=1)
study = optuna.load_study(storage=url, study_name="speed", sampler=sampler)
assert len(study.trials) >= trials


def step():
    trial = study.ask()
    value = sum(trial.suggest_float(f"x{i}", -5, 5) ** 2 for i in range(5))
    study.tell(trial, value)


step()
milliseconds = []
for _ in range(repeats):
    start = time.perf_counter()
    step()
    milliseconds.append(1000 * (time.perf_counter() - start))
print(json.dumps({"optuna": optuna.__version__, "milliseconds": sorted(milliseconds)}))
