"""Names, SymPy objects, files, problem files and the command line: one clear error, nothing executed, written or lost."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.errors import DataError
from symgd.tools.cli import run_command
from symgd.tools.data_files import read_array
from symgd.tools.problem import read_problem

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
        assert name.split() in ([], ["x", "y"], ["a", "b"]), f"accepted: {made!r}"
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


# -- data files -----------------------------------------------------------------------------------------------


def a_file(folder: Path, kind: str) -> dict[str, object]:
    path = folder / ("data.npy" if kind.startswith("npy") else "data.npz" if kind.startswith("npz") else "data.csv")
    good = np.arange(6.0).reshape(3, 2)
    table = "a,b\n1,2\n3,4\n"
    source: dict[str, object] = {"file": path.name}
    if kind == "npy pickle":
        np.save(path, np.array([print], dtype=object), allow_pickle=True)
    elif kind == "npy truncated":
        np.save(path, good)
        path.write_bytes(path.read_bytes()[:-9])
    elif kind == "npy empty":
        path.write_bytes(b"")
    elif kind == "npy noise":
        path.write_bytes(bytes(range(256)) * 10)
    elif kind == "npy header bomb":
        path.write_bytes(
            b"\x93NUMPY\x01\x00\x76\x00{'descr': '<f8', 'fortran_order': False, 'shape': (10000000000000,), }".ljust(128)
            + b"\n"
        )
    elif kind == "npy nan":
        np.save(path, np.array([1.0, np.nan]))
    elif kind == "npy infinite":
        np.save(path, np.array([[1.0, 2.0], [3.0, np.inf]]))
    elif kind == "npy text":
        np.save(path, np.array(["a", "b"]))
    elif kind == "npy complex":
        np.save(path, np.array([1j]))
    elif kind == "npy structured":
        np.save(path, np.zeros(2, dtype=[("a", float)]))
    elif kind == "npz several":
        np.savez(path, a=good, b=good)
    elif kind == "npz no such key":
        np.savez(path, a=good)
        source["key"] = "b"
    elif kind == "npz pickle":
        np.savez(path, a=np.array([print], dtype=object))
    elif kind == "npz not a zip":
        path.write_bytes(b"PK\x03\x04 not really")
    else:
        path.write_bytes({
            "csv empty": b"",
            "csv header only": b"a,b\n",
            "csv short row": b"a,b\n1,2\n3\n",
            "csv long row": b"a,b\n1,2,3\n",
            "csv word": b"a,b\n1,2\n3,x\n",
            "csv nan": b"a,b\n1,nan\n",
            "csv infinite": b"a,b\n1,2\n-inf,1\n",
            "csv binary": bytes(range(256)),
            "csv null": b"a,b\n1,\x00\n",
            "csv formula": b"a,b\n1,=1+1\n",
            "csv code": b"a,b\n1,__import__('os')\n",
            "csv unclosed quote": b'a,b\n"1,2\n',
            "csv latin": "a,b\n1,2é\n".encode("latin-1"),
            "csv same names": b"a,a\n1,2\n",
        }.get(kind, table.encode()))  # fmt: skip
    source |= {
        "unknown option": {"colums": ["a"]},
        "two choices": {"column": "a", "columns": ["b"]},
        "no such column": {"columns": ["c"]},
        "column of numbers": {"columns": [1]},
        "constant column": {"standardize": True},
        "values of text": {"values": {"yes": "no"}},
        "values no table": {"values": 3},
        "file of number": {"file": 3},
        "no such file": {"file": "missing.csv"},
        "folder": {"file": "."},
        "unknown ending": {"file": "data.exe"},
    }.get(kind, {})
    if kind == "constant column":
        path.write_text("a,b\n1,2\n1,4\n")
    if kind == "unknown ending":
        (folder / "data.exe").write_text("1")
    return source


FILES = {
    "npy pickle": "cannot be read", "npy truncated": "cannot be read", "npy empty": "cannot be read", "npy noise": "cannot be read",
    "npy header bomb": "cannot be read", "npy nan": r"entry at \(1,\) is nan", "npy infinite": r"entry at \(1, 1\) is inf",
    "npy text": "cannot be read", "npy complex": "cannot be read|complex", "npy structured": "cannot be read",
    "npz several": "holds a, b", "npz no such key": "holds no b", "npz pickle": "cannot be read", "npz not a zip": "cannot be read",
    "csv empty": "no data", "csv header only": "no data", "csv short row": "row 3: 1 cells", "csv long row": "row 2: 3 cells",
    "csv word": "row 3, column b: 'x' is not a number", "csv nan": "is nan", "csv infinite": "is -inf",
    "csv binary": "not a text file", "csv null": "not a text file|is not a number", "csv formula": "'=1\\+1' is not a number",
    "csv code": "is not a number", "csv unclosed quote": "row 2|no data", "csv latin": "not a text file",
    "csv same names": "two columns are called a",
    "unknown option": "no option colums", "two choices": "cannot be combined", "no such column": "no column 'c'",
    "column of numbers": "no column '1'", "constant column": "is constant", "values of text": "values", "values no table": "values",
    "file of number": "a file is missing", "no such file": "there is no file missing.csv", "folder": "there is no file",
    "unknown ending": "files end in",
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_bad_data_names_its_place(kind, tmp_path):
    source = a_file(tmp_path, kind)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(DataError, match=FILES[kind]) as caught:
        read_array(source, tmp_path, "X")
    assert len(str(caught.value)) < 600
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (True, "a number, a list, or a table"),
        ("text", "a number, a list, or a table"),
        ([[1, 2], [3]], "not an array of numbers"),
        ([1, "a"], "not an array of numbers"),
        ([1.0, float("nan")], "is nan"),
        ([1.0, float("inf")], "is inf"),
        (float("nan"), "is nan"),
        ({}, "a file is missing"),
        ([10**400], "not an array of numbers|is inf"),
    ],
    ids=str,
)
def test_bad_values_in_a_problem(source, message, tmp_path):
    with pytest.raises(DataError, match=message):
        read_array(source, tmp_path, "X")


# -- problem files --------------------------------------------------------------------------------------------

PROBLEM = 'formula = "mean((x - a)**2)"\nwrt = "a"\n[shapes]\nx = "n"\n[data]\nx = [1.0, 2.0]\n[descent]\nepochs = 3\n'

PROBLEMS = {
    "": "a formula is missing",
    "formula = 3\nwrt = 'a'": "a formula is missing",
    "formula = 'x'\n": "wrt names the variables",
    "formula = 'x'\nwrt = []": "wrt names the variables",
    "formula = 'x'\nwrt = [1]": "wrt names the variables",
    "formula = 'x +'\nwrt = 'x'": "the formula ends",
    "formula = 'x'\nformula = 'y'": "is not TOML",
    "formula = 'x": "is not TOML",
    "\x00": "is not TOML|cannot be read",
    "formula = 'x'\nwrt = 'x'\nshapes = 3": r"\[shapes\] is a table",
    "formula = 'x'\nwrt = 'x'\n[shapes]\nx = 3.5": "shape",
    "formula = 'x'\nwrt = 'x'\n[facts]\nx = 3": "fact",
    "formula = 'x'\nwrt = 'x'\n[facts.x]\nnonsense = true": "not a fact",
    "formula = 'x'\nwrt = 'x'\ndata = 3": r"\[data\] is a table",
    "formula = 'x'\nwrt = 'x'\nexec = 'touch pwned'": "there is no key 'exec'",
    "formula = 'x'\nwrt = 'x'\n[descent]\nepochs = 1.5": "epochs is an integer",
    "formula = 'x'\nwrt = 'x'\n[descent]\nepochs = -1": "epochs",
    "formula = 'x'\nwrt = 'x'\n[descent]\nepochs = true": "epochs is an integer",
    "formula = 'x'\nwrt = 'x'\n[descent]\nbatch_size = 0": "batch",
    "formula = 'x'\nwrt = 'x'\n[descent]\nseed = -1": "a seed is a whole number",
    "formula = 'x'\nwrt = 'x'\n[descent]\nlearning_rate = nan": "learning rate",
    "formula = 'x'\nwrt = 'x'\n[descent]\nlearning_rate = inf": "learning rate",
    "formula = 'x'\nwrt = 'x'\n[descent]\nlearning_rate = 'fast'": "learning_rate is a number",
    "formula = 'x'\nwrt = 'x'\n[descent]\ndirection = 'up'": "there is no direction",
    "formula = 'x'\nwrt = 'x'\n[descent]\ndirection = 'momentum'\nbeta = 2": "beta|momentum",
    "formula = 'x'\nwrt = 'x'\n[descent]\nbeta = 0.5": "does not take beta",
    "formula = 'first**2'\nwrt = 'second'": "not in the formula",
    "formula = 'x'\nwrt = 'x'\nstart = 'here'": "start|number",
    "formula = 'x'\nwrt = 'x'\nstart = [1, 2, 3]": "start|shape",
    "formula = 'sum(x)'\nwrt = 'x'\n[shapes]\nx = 'n'": "size|value|shape|start",
    "formula = 'a*x'\nwrt = 'a'": "x",
    "formula = 'a*x'\nwrt = 'a'\n[data]\nx = 1\nz = 2": "'z' is not in the formula|z",
    "formula = 'sum(a*x)'\nwrt = 'a'\n[shapes]\nx = 'n'\n[data]\nx = [[1.0]]": "shape",
}  # fmt: skip


@pytest.mark.parametrize("text", PROBLEMS, ids=lambda text: ascii(text[-40:]))
def test_bad_problems_name_the_place(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "problem.toml"
    path.write_text(text)
    code, out, err = run("run", str(path), "-o", "report", "--quiet")
    assert code == 2, (out, err)
    assert re.search(PROBLEMS[text], err), err
    assert "Traceback" not in err
    assert [one.name for one in tmp_path.iterdir()] == ["problem.toml"]


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

COMMANDS = [
    ["derive"], ["nope"], ["derive", "x**2", "--nope"], ["derive", "x**2", "--wrt", ""], ["derive", "x**2", "--wrt", "y"],
    ["derive", "x**2", "--wrt", "x,x"], ["derive", "x**2", "--shapes", "x"], ["derive", "x**2", "--shapes", "x: -1"],
    ["derive", "x**2", "--shapes", ": n"], ["derive", "x", "--facts", "x: nonsense"], ["derive", "x", "--facts", "x: lower=abc"],
    ["derive", "x**2", "--at", "x"], ["derive", "x**2", "--at", "x: 1e999"], ["derive", "x**2", "--at", "x: nan"],
    ["derive", "x**2", "--at", "x: __import__('os')"], ["derive", "x**2", "--format", "exe"],
    ["derive", "x**2", "-o", "/nonexistent/x.txt"], ["derive", "x**2", "-o", "/"], ["derive", "x**2", "-o", ""],
    ["derive", "x**2", "--what", "curl"], ["derive", "x**2", "--syntax", "python"], ["derive", "\\input{x}", "--syntax", "latex"],
    ["derive", "1"], ["derive", "x" * 200_000], ["derive", "(" * 100_000], ["derive", "x\u202e"],
    ["check", "x**2", "--gradient", "2*"], ["check", "x**2", "--gradient", "2*y"], ["check", "x**2", "--seed", "abc"],
    ["check", "x**2", "--seed", "-1"], ["check", "x**2", "--at", "x: inf"], ["check", "x**2", "--at", "x: 1 2 3"],
    ["check", "x**2", "--at", "y: 1"], ["check", "nofile.py"], ["check", "1"],
    ["taylor", "exp(x)", "--order", "-1"], ["taylor", "exp(x)", "--order", "9999999999999999999"],
    ["taylor", "exp(x)", "--at", "abc("], ["taylor", "exp(x)", "--at", "9**9**9"], ["taylor", "x", "--domain", "x: [2, 1]"],
    ["taylor", "exp(x)", "--plot", "/nonexistent/a.png"], ["taylor", "exp(x)", "--plot", "a.exe"],
    ["convexity", "x**2", "--domain", "x: (1, 0)"], ["convexity", "x**2", "--domain", "x 0 1"],
    ["convexity", "x**2", "--domain", "x: [0, 9**9**9]"], ["convexity", "x**2", "--constraint", "x >"],
    ["convexity", "x**2", "--constraint", "import os"], ["run", "nope.toml"], ["run", "/"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda words: " ".join(ascii(word[:20]) for word in words))
def test_bad_commands(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*arguments)
    assert code == 2
    assert out == ""
    assert re.match(r"[A-Z][A-Za-z]*Error: \S", err)
    assert "Traceback" not in err
    assert len(err) < 1_000
    code, out, err = run(*arguments, "--json")
    assert code == 2
    assert err == ""
    error = json.loads(out)
    assert error["version"] == 1
    assert set(error["error"]) == {"kind", "message", "hint"}
    assert list(tmp_path.iterdir()) == []


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
