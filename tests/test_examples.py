"""The examples run as they are, and reach what an independent method reaches."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import scipy.optimize
import scipy.special

from symgd.tools.cli import run_command

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture(scope="module")
def breast_cancer(tmp_path_factory):
    directory = tmp_path_factory.mktemp("run") / "report"
    import io
    from contextlib import redirect_stdout

    printed = io.StringIO()
    with redirect_stdout(printed):
        code = run_command(["run", str(EXAMPLES / "breast_cancer" / "problem.toml"), "-o", str(directory)])
    return code, printed.getvalue(), directory


def independent_optimum() -> float:
    """SciPy with a hand-written loss, gradient and Hessian; nothing of symgd is used."""
    with open(EXAMPLES / "breast_cancer" / "breast_cancer.csv", newline="") as stream:
        rows = list(csv.DictReader(stream))
    y = np.array([1.0 if row["diagnosis"] == "benign" else -1.0 for row in rows])
    X = np.array([[float(value) for name, value in row.items() if name != "diagnosis"] for row in rows])
    assert X.shape == (569, 30)
    assert (y == 1).sum() == 357  # 357 benign, 212 malignant: Wolberg et al. 1995
    X = np.column_stack([(X - X.mean(axis=0)) / X.std(axis=0), np.ones(569)])
    lam = 0.01

    def fun(w):
        return np.mean(np.logaddexp(0, -y * (X @ w))) + lam * (w @ w) / 2

    def jac(w):
        return -X.T @ (y * scipy.special.expit(-y * (X @ w))) / len(y) + lam * w

    def hess(w):
        s = scipy.special.expit(X @ w)
        return X.T @ ((s * (1 - s))[:, None] * X) / len(y) + lam * np.eye(31)

    found = scipy.optimize.minimize(fun, np.zeros(31), jac=jac, hess=hess, method="trust-exact", options={"gtol": 1e-12})
    assert np.linalg.norm(jac(found.x)) < 1e-10
    return float(found.fun)


def test_the_main_job_reaches_the_optimum(breast_cancer):
    code, _, directory = breast_cancer
    assert code == 0
    value = json.loads((directory / "run.json").read_text())["run"]["value"]
    optimum = independent_optimum()
    assert 0 <= value - optimum + 1e-14 < 1e-8


def test_the_main_job_prints_the_gradient_and_its_check(breast_cancer):
    _, printed, _ = breast_cancer
    assert "∇_w L = λ w − Xᵀ(y ⊙ σ(−y ⊙ Xw)) / m" in printed
    assert "check: RIGHT" in printed


def test_the_report_shows_everything(breast_cancer):
    _, _, directory = breast_cancer
    names = {path.name for path in directory.iterdir()}
    assert names == {"index.html", "gradient.py", "weights.npz", "history.csv", "run.json", "loss.png"}
    with open(directory / "history.csv", newline="") as stream:
        losses = [float(row["loss"]) for row in csv.DictReader(stream)]
    assert losses[-1] < 0.101 < losses[0]
    weights = np.load(directory / "weights.npz")["w"]
    namespace: dict = {}
    exec((directory / "gradient.py").read_text(), namespace)
    assert weights.shape == (31,)


def test_the_source_and_licence_of_the_data_are_stated():
    text = (EXAMPLES / "breast_cancer" / "README.md").read_text()
    assert "CC BY 4.0" in text
    assert "10.24432/C5DW2B" in text
