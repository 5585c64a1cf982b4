"""The examples run as they are, and reach what an independent method reaches."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
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


@pytest.fixture(scope="module")
def verified_project(tmp_path_factory):
    """A copy of the example project, and what pytest says in it."""
    project = tmp_path_factory.mktemp("project") / "verify_your_gradients"
    shutil.copytree(EXAMPLES / "verify_your_gradients", project, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COLUMNS"))}
    run = subprocess.run(command, cwd=project, capture_output=True, text=True, env=environment, timeout=1_000)
    return project, run


def test_the_project_fails_in_the_gradient_that_is_wrong_and_nowhere_else(verified_project):
    _, run = verified_project
    assert run.returncode == 1, run.stderr
    assert "1 failed, 8 passed" in run.stdout


def test_the_message_is_the_one_its_readme_shows(verified_project):
    project, run = verified_project
    shown = (project / "README.md").read_text().split("```text\n")[1].split("```")[0]
    lines = [" ".join(line.split()) for line in shown.splitlines() if line.strip()]
    printed = "\n".join(" ".join(line.split()) for line in run.stdout.splitlines())
    assert len(lines) > 8
    for line in lines:
        assert line in printed


def test_the_cause_is_the_fault(verified_project):
    """With the sign put back, everything passes."""
    project, _ = verified_project
    path = project / "losses.py"
    text = path.read_text()
    assert text.count("residual, 1.0)") == 1
    path.write_text(text.replace("residual, 1.0)", "residual, np.sign(residual))"))
    command = [sys.executable, "-B", "-c", "from symgd.tools.cli import main; main()", "check", str(path)]
    assert subprocess.run(command, capture_output=True, timeout=1_000).returncode == 0
    path.write_text(text)
    assert subprocess.run(command, capture_output=True, timeout=1_000).returncode == 1
