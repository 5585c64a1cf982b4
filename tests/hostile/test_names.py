"""Names, SymPy objects, reports and exit codes: one clear error, nothing executed, written or lost."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout, suppress

import pytest
import sympy as sp

import symgd as sg
from symgd.tools.cli import run_command
from symgd.tools.problem_file import read_problem

HOSTILE_NAMES = [
    "__import__('os').system('touch pwned')",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\\input{/etc/passwd}",
    "\\href{javascript:alert(1)}{x}",
    "$x$",
    "x}{y",
    "x_{y}",
    ":ref:`x`",
    "`x`_",
    "|x|",
    ".. include:: /etc/passwd",
    "a\nb",
    "x;y",
    "x\x00",
    "x\u202ey",
    "../x",
    "/etc/passwd",
    "x y",
    "",
    "1x",
    "a" * 1_000,
]


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run_command(list(arguments))
    return code, out.getvalue(), err.getvalue()


# -- names and SymPy ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=lambda name: ascii(name[:30]))
@pytest.mark.parametrize(
    "make",
    [
        lambda name: sg.tensor(name, "n"),
        lambda name: sg.tensor("x", name),
        lambda name: sg.formula("x", shapes={name: "n"}),
        lambda name: sg.formula("x", shapes={"x": name}),
        lambda name: sg.formula("x", facts={name: {"positive": True}}),
        lambda name: sg.formula(sp.Symbol(name) ** 2),
        lambda name: sg.formula(sp.MatrixSymbol(name or " ", 2, 2).T),
        lambda name: sg.formula(sp.IndexedBase(name or " ")[sp.Symbol("i", integer=True)]),
        lambda name: sg.formula(sp.Function(name or " ")(sp.Symbol("x"))),
        lambda name: sg.gradient("x**2", name),
        lambda name: sg.hvp("x**2", "x", name),
        lambda name: sg.lambdify(["x"], sg.formula("x"), name=name),
        lambda name: sg.lambdify([name], sg.formula("x")),
    ],
    ids=["tensor", "size", "shapes", "shape", "facts", "Symbol", "MatrixSymbol", "Indexed", "Function", "wrt", "vector",
         "code", "argument"],
)  # fmt: skip
def test_hostile_names_are_refused(name, make, tmp_path, monkeypatch):
    """A shape may be empty or two names; every other use of such a name is an error, and nothing comes of it."""
    monkeypatch.chdir(tmp_path)
    try:
        made = make(name)
    except (sg.SymgdError, ValueError) as error:
        said = str(error)
        assert isinstance(error, sg.SymgdError) or "null characters" in said  # Python's own, while SymPy makes the function
        assert len(said) < 600
    else:
        # a derivative may be taken in |x|, which is a function of the input
        assert name.split() in ([], ["x", "y"], ["a", "b"]) or name == "|x|", f"accepted: {made!r}"
    assert list(tmp_path.iterdir()) == []


def test_code_is_written_with_safe_names_only():
    """What is executed is made of letters, digits and the spelling of our own templates, whatever inputs are called."""
    names = [
        "lambda",
        "class",
        "None",
        "import",
        "np",
        "exec",
        "eval",
        "os",
        "θ",
        "가",
        "t0",
        "_real",
        "numpy",
        "print",
        "E",
        "self",
    ]
    symbols = [sg.scalar(name) for name in names]
    code = sg.lambdify(symbols, sum(symbol**2 for symbol in symbols))
    assert code(*range(len(names))) == sum(k**2 for k in range(len(names)))
    assert code.source.isascii()
    for name in ("exec", "eval", "import os", "__"):
        assert not re.search(rf"(?<![A-Za-z0-9_]){name}\(", code.source)


def test_pages_escape_what_they_show(tmp_path):
    """A title is the user's own; it reaches the page as text."""
    derivation = sg.derivation("x**2", "x")
    page = derivation.html(title="<script>alert(1)</script> & \\input{x}")
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


# -- problem files --------------------------------------------------------------------------------------------

PROBLEM = 'formula = "mean((x - a)**2)"\nwrt = "a"\n[shapes]\nx = "n"\n[data]\nx = [1.0, 2.0]\n[descent]\nepochs = 3\n'


def test_a_title_is_escaped_in_the_report(tmp_path):
    path = tmp_path / "problem.toml"
    path.write_text('title = "<script>alert(1)</script>"\n' + PROBLEM)
    code, _, err = run("run", str(path), "-o", str(tmp_path / "report"), "--quiet")
    assert code == 0, err
    page = (tmp_path / "report" / "index.html").read_text()
    assert "<script>alert(1)" not in page


def test_a_report_is_not_written_over_another_file(tmp_path):
    path = tmp_path / "problem.toml"
    path.write_text(PROBLEM)
    report = tmp_path / "report"
    report.write_text("mine")
    code, _, err = run("run", str(path), "-o", str(report), "--quiet")
    assert code == 2
    assert "in use already" in err
    assert report.read_text() == "mine"


def test_a_diverging_run_prints_valid_json(tmp_path):
    path = tmp_path / "problem.toml"
    path.write_text(PROBLEM.replace("epochs = 3", "epochs = 2000\nlearning_rate = 1e6"))
    _, out, _ = run("run", str(path), "-o", str(tmp_path / "report"), "--json")
    for text in (out, (tmp_path / "report" / "run.json").read_text()):
        json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


def test_reading_a_problem_writes_nothing(tmp_path):
    path = tmp_path / "problem.toml"
    path.write_text(PROBLEM)
    read_problem(path)
    assert [one.name for one in tmp_path.iterdir()] == ["problem.toml"]


# -- the command line -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["derive", "x**2"], 0),
        (["check", "x**2"], 0),
        (["check", "x**2", "--gradient", "3*x"], 1),
        (["check", "sqrt(x)", "--at", "x: 0"], 3),
        (["convexity", "x**2"], 0),
        (["taylor", "exp(x)"], 0),
        (["check", "abs(x)", "--at", "x: 0"], 0),
    ],
)
def test_exit_codes_say_what_was_found(arguments, expected):
    assert run(*arguments)[0] == expected
    code, out, err = run(*arguments, "--json")
    assert code == expected
    assert json.loads(out)["version"] == 1
    assert err == ""
    code, out, err = run(*arguments, "--quiet")
    assert code == expected
    assert len(out.splitlines()) == 1


@pytest.mark.parametrize(
    "command", ["check 'x**2'", "taylor 'exp(x)' --order 60", "derive 'x**2' --format html", "convexity 'x**2'"]
)
def test_a_pipe_that_closes_early_is_no_traceback(command, tmp_path):
    done = subprocess.run(
        f"{sys.executable} -m symgd.tools.cli {command} | true; exit ${{PIPESTATUS[0]}}",
        shell=True, executable="/bin/bash", capture_output=True, text=True, check=False, cwd=tmp_path, timeout=1_000,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert done.returncode == 0


def test_nothing_is_overwritten_unless_forced(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("mine")
    assert run("derive", "x**2", "-o", str(path))[0] == 2
    assert path.read_text() == "mine"
    assert run("derive", "x**2", "-o", str(path), "--force")[0] == 0
    assert "mine" not in path.read_text()


@pytest.mark.parametrize(
    "text", ["x**2*10**5000", "log(x + 10**400)", "clip(x, 0, 10**400)", "where(x > 10**400, x, 1)", "x + 10**309"]
)
def test_numbers_beyond_floats_raise_no_errors_of_python(text):
    formula = sg.formula(text)
    calls = [
        lambda: sg.check_gradient(formula, "x"),
        lambda: sg.convexity(formula, "x"),
        lambda: sg.curvature_bounds(formula, "x"),
        lambda: sg.stationary_points(formula, "x"),
        lambda: sg.derivation(formula, "x").latex(),
        lambda: sg.derivation(formula, "x").html(),
        lambda: str(sg.derivation(formula, "x")),
    ]
    for call in calls:
        with suppress(sg.SymgdError):
            call()
