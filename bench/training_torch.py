"""Training steps of PyTorch on the CPU; reads "CASE COUNT" lines, prints a JSON list of milliseconds for each.

python3 training_torch.py THREADS
"""

import json
import sys
import time

import torch

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)


class Recurrent(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(16, 64, batch_first=True)
        self.head = torch.nn.Linear(64, 3)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


dense = torch.nn.Sequential(
    torch.nn.Linear(20, 128), torch.nn.ReLU(), torch.nn.Linear(128, 64), torch.nn.ReLU(), torch.nn.Linear(64, 3)
)
cases = {
    "lstm": (Recurrent(), torch.randn(64, 32, 16), torch.randint(0, 3, (64,))),
    "dense": (dense, torch.randn(4096, 20), torch.randint(0, 3, (4096,))),
}
optimizers = {name: torch.optim.Adam(model.parameters(), 1e-3) for name, (model, _, _) in cases.items()}
loss = torch.nn.CrossEntropyLoss()


def step(name):
    model, x, y = cases[name]
    optimizers[name].zero_grad()
    loss(model(x), y).backward()
    optimizers[name].step()


print(json.dumps({"torch": torch.__version__, "python": sys.version.split()[0]}), flush=True)
for line in sys.stdin:
    name, count = line.split()
    taken = []
    for _ in range(int(count)):
        before = time.perf_counter()
        step(name)
        taken.append((time.perf_counter() - before) * 1e3)
    print(json.dumps(taken), flush=True)
