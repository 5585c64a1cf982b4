"""The loss after k steps for four learning rates: the safe one below its predicted line, one above the threshold growing."""

import matplotlib.pyplot as plt
import numpy as np

import symgd as sg

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 5)) * [1.0, 0.8, 0.7, 0.6, 0.5]
y = X @ rng.normal(size=5) + 0.1 * rng.normal(size=60)
loss = sg.formula("mean((X@w - y)**2)", shapes={"X": "m n", "y": "m", "w": "n"})
data = {"X": X, "y": y}
safe = sg.safe_learning_rate(loss, "w", data)
objective = sg.objective(loss, "w", data)
least = objective.fun(np.linalg.lstsq(X, y, rcond=None)[0])
steps = np.arange(41)
_, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for share, colour in ((0.2, "#7fb3d5"), (1.0, "#2a7f62"), (1.9, "#e59866"), (2.05, "#c0392b")):
    w, left = np.zeros(5), []
    for _ in steps:
        left.append(objective.fun(w) - least)
        w = w - share * safe.rate * objective.jac(w)
    ax.semilogy(steps, left, color=colour, label=f"{share:g}/L")
ax.semilogy(
    steps, left[0] * np.array([float(safe.after(int(k))) for k in steps]), "k--", linewidth=1, label="predicted for 1/L"
)
ax.set(xlabel="step", ylabel="f − f*")
ax.spines[["top", "right"]].set_visible(False)
ax.legend(frameon=False)
