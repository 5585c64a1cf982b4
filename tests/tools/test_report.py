"""Results are written before pictures, in one step each, and over nothing that is not theirs."""

from __future__ import annotations

import csv
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import matplotlib.figure
import numpy as np
import pytest

from symgd.tools.cli import run_command

PROBLEM = 'formula = "mean((x - a)**2)"\nwrt = "a"\nstart = 0.0\n[shapes]\nx = "n"\n[data]\nx = [1.0, 2.0, 6.0]\n'
FILES = {"gradient.py", "history.csv", "index.html", "loss.png", "run.json", "weights.npz"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "problem.toml").write_text(PROBLEM)
    return tmp_path


def test_a_report_holds_what_was_found(folder):
    assert run_command(["run", "problem.toml", "-o", "report", "--quiet"]) == 0
    assert {path.name for path in Path("report").iterdir()} == FILES
    with np.load("report/weights.npz") as weights:
        assert weights["a"] == pytest.approx(3.0)
    rows = list(csv.DictReader(Path("report/history.csv").read_text().splitlines()))
    assert float(rows[0]["loss"]) == pytest.approx(41 / 3)
    assert json.loads(Path("report/run.json").read_text())["run"]["x"] == pytest.approx(3.0)


@pytest.mark.parametrize("name", ["file", "allow_pickle", "x"])
def test_a_variable_may_have_any_name(name, folder):
    """numpy.savez has parameters called file and allow_pickle."""
    (folder / "problem.toml").write_text(f'formula = "{name}**2"\nwrt = "{name}"\nstart = 3.0\n')
    assert run_command(["run", "problem.toml", "-o", "report", "--quiet"]) == 0
    with np.load("report/weights.npz") as weights:
        assert weights.files == [name]
        assert weights[name] == pytest.approx(0.0, abs=1e-6)


def test_a_picture_that_fails_loses_nothing_else(folder, monkeypatch, capsys):
    def fail(*arguments, **options):
        raise ValueError("$x_{1}$: ParseSyntaxException\n at column 5")

    monkeypatch.setattr(matplotlib.figure.Figure, "savefig", fail)
    assert run_command(["run", "problem.toml", "-o", "report", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["run"]["outcome"] == "CONVERGED"
    assert err.count("\n") == 1
    assert err.startswith("there is no picture report/loss.png: ValueError")
    assert {path.name for path in Path("report").iterdir()} == FILES - {"loss.png"}
    assert "<img" not in Path("report/index.html").read_text()


@pytest.mark.parametrize("command", [["convexity", "x**2"], ["taylor", "exp(x)"]], ids=lambda words: words[0])
@pytest.mark.parametrize("extra", [[], ["--json"]], ids=str)
def test_a_picture_that_fails_leaves_the_answer(command, extra, folder, monkeypatch, capsys):
    assert run_command([*command, *extra]) == 0
    expected = capsys.readouterr().out

    def fail(*arguments, **options):
        raise ValueError("no")

    monkeypatch.setattr(matplotlib.figure.Figure, "savefig", fail)
    assert run_command([*command, *extra, "--plot", "a.png"]) == 0
    out, err = capsys.readouterr()
    if extra:
        assert json.loads(out) == json.loads(expected) | {"plot": None}
    else:
        assert out == expected
    assert err == "there is no picture a.png: ValueError: 'no'\n"
    assert [path.name for path in folder.iterdir()] == ["problem.toml"]


@pytest.mark.parametrize(
    "title", ["$", "$x_{", r"\\frac{", "$\\\\input{a}$", "한" * 100, "a\\nb", "𝟙", "x" * 200, "%s {0}"], ids=ascii
)
def test_titles_are_plain_text(title, folder, capsys):
    (folder / "problem.toml").write_text(f'title = "{title}"\n{PROBLEM}', encoding="utf-8")
    assert run_command(["run", "problem.toml", "-o", "report", "--quiet"]) == 0
    assert capsys.readouterr().err == ""
    assert {path.name for path in Path("report").iterdir()} == FILES


@pytest.mark.parametrize("rate", [0.001, 0.0018, 0.5])
def test_losses_of_any_size_are_drawn(rate, folder, capsys):
    """−x² falls below all floats; the picture shows what can be shown."""
    (folder / "problem.toml").write_text(
        f'formula = "-x**2"\nwrt = "x"\nstart = 1.0\n[descent]\nepochs = 100000\nlearning_rate = {rate}\n'
    )
    assert run_command(["run", "problem.toml", "-o", "report", "--quiet"]) in (0, 1)
    assert capsys.readouterr().err == ""
    assert {path.name for path in Path("report").iterdir()} == FILES


def test_links_in_a_directory_are_not_written_through(folder):
    (folder / "mine.txt").write_text("mine")
    (folder / "report").mkdir()
    for name in FILES:
        (folder / "report" / name).symlink_to(folder / "mine.txt")
    assert run_command(["run", "problem.toml", "-o", "report", "--force", "--quiet"]) == 0
    assert (folder / "mine.txt").read_text() == "mine"
    assert not any(path.is_symlink() for path in (folder / "report").iterdir())


def test_other_files_in_a_directory_stay(folder):
    (folder / "report").mkdir()
    (folder / "report" / "notes.txt").write_text("mine")
    assert run_command(["run", "problem.toml", "-o", "report", "--quiet"]) == 2
    assert run_command(["run", "problem.toml", "-o", "report", "--force", "--quiet"]) == 0
    assert (folder / "report" / "notes.txt").read_text() == "mine"


def test_runs_at_once_choose_directories_of_their_own(folder):
    command = [sys.executable, "-m", "symgd.tools.cli", "run", "problem.toml", "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) for _ in range(4)]
    for one in runs:
        _, err = one.communicate(timeout=100)
        assert (one.returncode, err) == (0, b"")
    reports = [path for path in folder.iterdir() if path.is_dir()]
    assert len(reports) == 4
    for path in reports:
        assert {one.name for one in path.iterdir()} == FILES


def test_a_full_disk_loses_no_answer(folder, capsys):
    """A limit to the size of files stands for the disk: small files can be written, the history cannot."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600, limits[1]))
    try:
        code = run_command(["run", "problem.toml", "-o", "report", "--json"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    out, err = capsys.readouterr()
    assert code == 2
    assert json.loads(out)["run"]["x"] == pytest.approx(3.0)
    assert err.startswith("DataError: cannot write report/")
    assert not [path for path in Path("report").iterdir() if path.name.startswith(".")]


@pytest.mark.skipif(not Path("/proc").exists(), reason="there is no folder in which nobody makes one")
@pytest.mark.parametrize("place", ["/proc", "long"])
def test_a_directory_that_cannot_be_made_is_named_before_the_descent(place, folder, monkeypatch, capsys):
    def never(*arguments, **options):
        raise AssertionError("nothing is computed for a report that cannot be written")

    monkeypatch.setattr("symgd.minimize", never)
    monkeypatch.setattr("symgd.derivation", never)
    problem = folder / ("n" * 250 + ".toml" if place == "long" else "problem.toml")
    problem.write_text(PROBLEM)
    if place != "long":
        monkeypatch.chdir(place)
    assert run_command(["run", str(problem)]) == 2
    assert capsys.readouterr().err.startswith("DataError: cannot make the directory")


@pytest.mark.parametrize("arguments", [[], ["-o", "new/deep/report"], ["-o", "empty"]], ids=str)
def test_an_error_in_the_descent_leaves_no_directory(arguments, folder):
    (folder / "empty").mkdir()
    (folder / "problem.toml").write_text('formula = "log(x)"\nwrt = "x"\nstart = -1.0\n')
    before = set(folder.rglob("*"))
    assert run_command(["run", "problem.toml", *arguments]) == 2
    assert set(folder.rglob("*")) == before
