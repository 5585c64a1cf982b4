from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from symgd.tools.cli import run_command

SHAPES = "X: m n; y: m; w: n"
LOGISTIC = "mean(log(1 + exp(-y*(X@w))))"


def run(capsys, *arguments):
    code = run_command(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_derive_prints_the_derivation(capsys):
    code, out, err = run(capsys, "derive", LOGISTIC, "--wrt", "w", "--shapes", SHAPES, "--steps")
    assert code == 0
    assert err == ""
    assert "∇_w L = −Xᵀ(y ⊙ σ(−y ⊙ Xw)) / m" in out
    assert "as code: -X.T @ (y * sigmoid(-y * (X @ w))) / m" in out
    assert "check: RIGHT" in out


def test_the_apple_shop(capsys):
    """Lecture L23: value 220, adjoints 2.2, 110, 200."""
    code, out, _ = run(capsys, "derive", "a*n*t", "--at", "a: 100; n: 2; t: 1.1")
    assert code == 0
    rows = {line.split()[0]: line.split() for line in out.splitlines() if line[:1].isalpha() and "t_" in line}
    assert "220" in rows["L"]
    assert "2.2" in rows["a"]
    assert "110" in rows["n"]
    assert "200" in rows["t"]


@pytest.mark.parametrize("form", ["text", "latex", "html", "python", "json"])
def test_every_format_goes_to_a_file(capsys, tmp_path, form):
    path = tmp_path / "out"
    arguments = ("derive", LOGISTIC, "--wrt", "w", "--shapes", SHAPES, "--format", form, "-o", str(path))
    assert run(capsys, *arguments)[0] == 0
    text = path.read_text()
    marks = {
        "text": "Backward",
        "latex": r"\begin{align*}",
        "html": "<!DOCTYPE html>",
        "python": "def gradient(",
        "json": '"version": 1',
    }
    assert marks[form] in text
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert "exists already" in out + err
    assert path.read_text() == text
    assert run(capsys, *arguments, "--force")[0] == 0


@pytest.mark.parametrize("what", ["jacobian", "hessian"])
def test_other_derivatives(capsys, what):
    code, out, _ = run(capsys, "derive", "x @ A @ x", "--wrt", "x", "--shapes", "A: n n; x: n", "--what", what, "--quiet")
    assert code == 0
    assert out.strip() == ("(A + A.T) @ x" if what == "jacobian" else "A + A.T")


def test_check_has_exit_codes_for_its_verdicts(capsys):
    assert run(capsys, "check", "x**2")[0] == 0
    code, out, _ = run(capsys, "check", "x**2", "--gradient", "x")
    assert code == 1
    assert "ratio 0.5" in out
    assert run(capsys, "check", "sqrt(x)", "--at", "x: 0")[0] == 3
    assert run(capsys, "check", "abs(x)", "--at", "x: 0", "--quiet") == (0, "KINK\n", "")


def test_convexity_has_exit_codes_for_its_verdicts(capsys):
    code, out, _ = run(capsys, "convexity", "x*log(x)", "--proof")
    assert code == 0
    assert out.startswith("STRICTLY_CONVEX in x for x in (0, inf)")
    assert "f″ = 1/x ≥ 0" in out
    assert run(capsys, "convexity", "x**3", "--domain", "x: (0, inf)", "--quiet") == (0, "STRICTLY_CONVEX\n", "")
    assert run(capsys, "convexity", "a*x**2", "--wrt", "x")[0] == 3


def test_kinds_beside_convexity_have_exit_codes(capsys):
    assert run(capsys, "convexity", "exp(-x**2)", "--kind", "log-concave", "--quiet") == (0, "LOG_CONCAVE\n", "")
    code, out, _ = run(capsys, "convexity", "x**2", "--kind", "quasiconcave", "--proof")
    assert code == 1
    assert "not quasiconcave: f(1/2·a + 1/2·b) < min(f(a), f(b))" in out
    assert run(capsys, "convexity", "x**2", "--kind", "concave")[0] == 2


def test_taylor(capsys):
    code, out, _ = run(capsys, "taylor", "sin(x)", "--order", "7", "--quiet")
    assert (code, out) == (0, "x - x**3/6 + x**5/120 - x**7/5040\n")
    code, out, _ = run(capsys, "taylor", "sqrt(x)", "--at", "4", "--order", "1", "--json", "--remainder")
    assert json.loads(out)["coefficients"] == {"0": "2", "1": "1/4"}


BAD = [
    ("derive", "2*(x"),
    ("derive", ""),
    ("derive", "foo(x)"),
    ("derive", "x**2", "--wrt", "y"),
    ("derive", "X @ w", "--shapes", "X: m n; w: m"),
    ("derive", "x", "--shapes", "nonsense"),
    ("derive", "x", "--format", "pdf"),
    ("derive", "x", "--nonsense"),
    ("derive", "9**9**9**9"),
    ("derive", "x**2", "--facts", "x: happy"),
    ("derive", "3"),
    ("check", "x**2", "--at", "x: abc"),
    ("check", "x**2", "--gradient", "y"),
    ("convexity", "x", "--domain", "x: 0"),
    ("taylor", "log(x)"),
    ("taylor", "x", "--at", "1/0"),
    ("taylor", "exp(x)", "--domain", "y: [0, 1]"),
    ("taylor", "exp(x)", "--domain", "x: [0, 1]; y: [0, 1]"),
    ("taylor", "abs(x)", "--at", "1", "--domain", "x: [-1, 2]"),
    ("taylor", "exp(x)", "--facts", "x: positive", "--at", "-1"),
    ("taylor", "exp(x)", "--facts", "x: positive", "--at", "1", "--domain", "x: [-1, 2]"),
    ("taylor", "exp(sin(x)*cos(x**2))*tanh(x)*log(2 + x**2)", "--order", "9", "--domain", "x: [-1, 1]", "--budget", "0.5"),
    ("taylor", "exp(sin(x)*cos(x**2))*tanh(x)*log(2 + x**2)", "--order", "9", "--remainder", "--budget", "0.5"),
    ("run", "/does/not/exist.toml"),
    ("nonsense",),
]


@pytest.mark.parametrize("arguments", BAD, ids=" ".join)
def test_bad_input_is_one_message_and_exit_code_two(capsys, arguments):
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert "Traceback" not in err
    assert err.count("Error:") == 1


@pytest.mark.parametrize("arguments", [a for a in BAD if a[0] not in ("run", "nonsense")], ids=" ".join)
def test_with_json_errors_are_json(capsys, arguments):
    code, out, _ = run(capsys, *arguments, "--json")
    assert code == 2
    assert json.loads(out)["error"]["message"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("derive", "x**2"),
        ("check", "x**2"),
        ("check", "x**2", "--gradient", "x"),
        ("convexity", "x**3"),
        ("convexity", "x**2"),
        ("taylor", "exp(x)"),
    ],
    ids=" ".join,
)
def test_json_is_valid_and_versioned(capsys, arguments):
    _, out, _ = run(capsys, *arguments, "--json")
    assert json.loads(out)["version"] == 1


def test_a_formula_may_begin_with_a_minus(capsys):
    assert run(capsys, "derive", "-sum(log(x))", "--shapes", "x: n", "--quiet") == (0, "-1/x\n", "")
    assert run(capsys, "convexity", "-omega*x", "--wrt", "x", "--quiet") == (0, "AFFINE\n", "")
    assert run(capsys, "check", "--quiet", "-x**2", "--at", "x: -1") == (0, "RIGHT\n", "")


def test_matrices_on_the_command_line(capsys):
    arguments = ("derive", "sum(A @ x)", "--wrt", "x", "--shapes", "A: m n; x: n")
    assert "[1" in run(capsys, *arguments, "--at", "A: [[1, 2], [3, 4]]; x: 3 4")[1]
    code, _, err = run(capsys, *arguments, "--at", "A: 1 2 3 4; x: 3 4")
    assert code == 2
    assert "A has shape (m, n)" in err


def test_the_format_follows_the_ending_of_the_file(capsys, tmp_path):
    path = tmp_path / "out.tex"
    assert run(capsys, "derive", "x**2", "-o", str(path))[0] == 0
    assert path.read_text().startswith(r"\begin{align*}")
    assert run(capsys, "derive", "x**2", "-o", str(tmp_path / "no" / "out.tex"))[0] == 2


def test_help_and_version(capsys):
    assert "derive" in run(capsys, "--help")[1]
    assert "symgd" in run(capsys, "--version")[1]


# -- run ------------------------------------------------------------------------------------------------------


@pytest.fixture
def problem(tmp_path):
    generator = np.random.default_rng(0)
    X = generator.normal(size=(30, 2))
    rows = "\n".join(f"{a},{b},{'yes' if a + b > 0 else 'no'}" for a, b in X)
    (tmp_path / "data.csv").write_text(f"first,second,label\n{rows}\n")
    path = tmp_path / "small.toml"
    path.write_text(
        """
title = "Small"
formula = "mean(log(1 + exp(-y*(X @ w + b)))) + (w @ w)/20"
wrt = ["w", "b"]
[shapes]
X = "m n"
y = "m"
w = "n"
[data]
X = { file = "data.csv", columns = ["first", "second"] }
y = { file = "data.csv", column = "label", values = { yes = 1, no = -1 } }
[start]
w = [0.0, 0.0]
b = 0.0
[descent]
epochs = 200
"""
    )
    return path


REPORT = {"index.html", "gradient.py", "weights.npz", "history.csv", "run.json", "loss.png"}


def test_run_writes_a_report(capsys, problem, tmp_path):
    directory = tmp_path / "report"
    code, out, _ = run(capsys, "run", str(problem), "-o", str(directory))
    assert code == 0
    assert "check: RIGHT" in out
    assert {path.name for path in directory.iterdir()} == REPORT
    data = json.loads((directory / "run.json").read_text())
    weights = np.load(directory / "weights.npz")
    np.testing.assert_allclose(weights["w"], data["run"]["x"]["w"])
    assert (directory / "loss.png").read_bytes()[:4] == b"\x89PNG"
    page = (directory / "index.html").read_text()
    assert 'src="loss.png"' in page
    assert "<script" not in page
    namespace: dict = {}
    exec((directory / "gradient.py").read_text(), namespace)  # what a person would commit runs
    assert callable(namespace["gradient"])


def test_run_does_not_overwrite_unless_forced(capsys, problem, tmp_path):
    directory = tmp_path / "report"
    directory.mkdir()
    (directory / "precious.txt").write_text("keep")
    code, _, err = run(capsys, "run", str(problem), "-o", str(directory))
    assert code == 2
    assert "is in use already" in err
    assert [path.name for path in directory.iterdir()] == ["precious.txt"]
    assert run(capsys, "run", str(problem), "-o", str(directory), "--force")[0] == 0
    assert (directory / "precious.txt").read_text() == "keep"


def test_run_without_a_directory_chooses_a_new_one(capsys, problem, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("small-report", "small-report-2"):
        assert run(capsys, "run", str(problem), "--quiet")[0] == 0
        assert (tmp_path / name / "index.html").is_file()


MISTAKES = [
    ('formula = "mean(', 'formula = "mean((', "never closed"),
    ("[descent]", "[decent]", "did you mean descent"),
    ("epochs = 200", "epoch = 200", "did you mean epochs"),
    ("epochs = 200", 'epochs = "many"', "epochs is an integer"),
    ("epochs = 200", "epochs = 200\nlearning_rate = -1", "a learning rate is a positive number"),
    ("epochs = 200", 'direction = "sideways"', "there is no direction"),
    ('"first", "second"', '"first", "third"', "has no column 'third'"),
    ("yes = 1, no = -1", "yes = 1", "row 3, column label|is not a number"),
    ("data.csv", "missing.csv", "there is no file missing.csv"),
    ('wrt = ["w", "b"]', "wrt = 3", "wrt names the variables"),
    ('X = "m n"', 'X = "m m"', "cannot multiply|has shape"),
    ("title", "title title", "is not TOML"),
]


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES, ids=[new for _, new, _ in MISTAKES])
def test_mistakes_in_a_problem_are_named_and_nothing_is_written(capsys, problem, tmp_path, old, new, message):
    problem.write_text(problem.read_text().replace(old, new))
    code, _, err = run(capsys, "run", str(problem), "-o", str(tmp_path / "report"))
    assert code == 2
    import re

    assert re.search(message, err), err
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("first,second,label\n1,2\n", "row 2: 2 cells"),
        ("first,second,label\n1,nan,yes\n", "is nan"),
        ("first,second,label\n1,x,yes\n", "row 2, column second: 'x' is not a number"),
        ("", "has no data"),
    ],
)
def test_mistakes_in_the_data_name_their_place(capsys, problem, content, message):
    (problem.parent / "data.csv").write_text(content)
    code, _, err = run(capsys, "run", str(problem), "-o", str(problem.parent / "report"))
    assert code == 2
    assert message in err


def test_pickles_are_never_loaded(capsys, problem):
    np.save(problem.parent / "evil.npy", np.array([print], dtype=object), allow_pickle=True)
    problem.write_text(
        problem.read_text().replace('{ file = "data.csv", columns = ["first", "second"] }', '{ file = "evil.npy" }')
    )
    code, _, err = run(capsys, "run", str(problem), "-o", str(problem.parent / "report"))
    assert code == 2
    assert "cannot be read" in err


def listen_to_ctrl_c():
    """Take Ctrl-C in a program that is started: what a shell starts in the background ignores it, and so do its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def computing_time(process):
    """The seconds a running program has computed, where Linux tells; else those since the first call."""
    status = Path(f"/proc/{process.pid}/stat")
    if not status.exists():
        return time.monotonic()
    fields = status.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize(
    "pause",
    [
        pytest.param(None, id="once"),
        pytest.param(0.0, id="twice", marks=pytest.mark.study),
        pytest.param(0.01, id="twice in 10 ms"),
        pytest.param(0.2, id="twice in 200 ms", marks=pytest.mark.study),
    ],
)
@pytest.mark.parametrize("extra", [[], ["--json"]], ids=["text", "json"])
def test_ctrl_c_saves_what_was_reached(problem, tmp_path, extra, pause):
    """All of it, also where it is pressed again while the report is written."""
    problem.write_text(
        problem.read_text().replace("epochs = 200", "epochs = 100000000\nlearning_rate = 1e-9\ngradient_tolerance = 0.0")
    )
    directory = tmp_path / "report"
    process = subprocess.Popen(
        [sys.executable, "-m", "symgd.tools.cli", "run", str(problem), "-o", str(directory), *extra],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        preexec_fn=listen_to_ctrl_c,
    )
    try:
        line = b"check: RIGHT" if extra else b""
        while b"check: RIGHT" not in line:
            line = process.stdout.readline()
            assert line, process.stderr.read().decode()
        started = computing_time(process)
        while process.poll() is None and computing_time(process) < started + (4.0 if extra else 1.5):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        if pause is not None:
            time.sleep(pause)
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=1_000)
    finally:
        process.kill()
    assert process.returncode == 130, err.decode()
    assert b"Traceback" not in err
    assert {path.name for path in directory.iterdir()} == REPORT
    assert json.loads((directory / "run.json").read_text())["run"]["outcome"] == "INTERRUPTED"
    if extra:
        assert json.loads(out)["run"]["outcome"] == "INTERRUPTED"


def test_a_closed_pipe_is_no_traceback():
    done = subprocess.run(
        f"{sys.executable} -m symgd.tools.cli derive 'x**2' --format html | head -c 10; exit ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent,
    )
    assert "Traceback" not in done.stderr


def test_taylor_takes_latex_several_variables_and_draws(capsys, tmp_path):
    picture = tmp_path / "sine.png"
    latex = r"\frac{\sin x}{x}"
    code, out, _ = run(capsys, "taylor", latex, "--syntax", "latex", "--order", "4", "--plot", str(picture))
    assert (code, out.startswith("1 - x**2/6 + x**4/120")) == (0, True)
    assert picture.read_bytes().startswith(b"\x89PNG")
    code, _, err = run(capsys, "taylor", "sin(x)", "--plot", str(picture))
    assert (code, "exists already" in err) == (2, True)
    code, out, _ = run(capsys, "taylor", "exp(x)*cos(y)", "--at", "x: 0; y: pi/2", "--order", "2", "--json")
    assert json.loads(out)["coefficients"] == {"0,1": "-1", "1,1": "-1"}
    code, out, _ = run(capsys, "taylor", "exp(x)", "--order", "3", "--domain", "x: [-1, 1]")
    assert "|remainder| <= 0.113262" in out
    assert run(capsys, "taylor", "x", "--at", "y")[0] == 2


@pytest.mark.parametrize(
    "end", [Fraction(1, 3), Fraction(2, 7), Fraction(123456789, 10), Fraction(10**200), Fraction(7, 10**9)]
)
def test_printed_bounds_are_rounded_up(capsys, end):
    _, out, _ = run(capsys, "taylor", "x**2", "--order", "1", "--domain", f"x: [0, {end}]")
    printed = out.split("<= ")[1].split(" for")[0]
    assert printed == "inf" or Fraction(printed) >= end**2
    _, out, _ = run(capsys, "taylor", "x**2", "--order", "1", "--domain", f"x: [0, {end}]", "--json")
    number = json.loads(out)["remainder_bound"]
    assert number == "inf" or Fraction(number) >= end**2


def test_a_remainder_says_between_which_kinks_it_holds(capsys):
    code, out, _ = run(capsys, "taylor", "abs(x)", "--at", "1", "--remainder")
    assert (code, "where abs(x) has no kink or jump on the way" in out) == (0, True)
    assert "on the way" not in run(capsys, "taylor", "exp(x)", "--remainder")[1]


def test_every_command_reads_latex(capsys):
    options = ("--syntax", "latex", "--wrt", "w", "--shapes", "X: m n; w: n; y: m")
    code, out, _ = run(capsys, "derive", r"\|Xw - y\|^2", *options, "--quiet")
    assert (code, out.strip()) == (0, "2*X.T @ (X @ w - y)")
    assert run(capsys, "convexity", r"\|Xw - y\|^2", *options)[0] == 0
    code, _, err = run(capsys, "derive", "1/2t", "--syntax", "latex")
    assert (code, "two readings" in err) == (2, True)


MODULE = """
import numpy as np
import symgd as sg

@sg.verified("sum(x**2)", wrt="x", shapes={"x": "n"})
def right(x):
    return 2*x

@sg.verified("sum(x**2)", wrt="x", shapes={"x": "n"})
def wrong(x):
    return FACTOR*x
"""


def test_modules_are_verified(capsys, tmp_path):
    good, bad, empty = tmp_path / "good_module.py", tmp_path / "bad_module.py", tmp_path / "empty_module.py"
    good.write_text(MODULE.replace("FACTOR", "2"))
    bad.write_text(MODULE.replace("FACTOR", "-2"))
    empty.write_text("x = 1")
    code, out, _ = run(capsys, "check", str(good))
    assert code == 0
    assert out.splitlines() == [f"{good}:5: right: gradient RIGHT", f"{good}:9: wrong: gradient RIGHT"]
    code, out, _ = run(capsys, "check", str(bad), "--quiet")
    assert code == 1
    assert out.startswith(f"{bad}:9: wrong: gradient WRONG")
    assert "cause: wrong sign" in out
    code, out, _ = run(capsys, "check", str(good), str(bad), "--json")
    assert code == 1
    checks = json.loads(out)["checks"]
    assert [one["verdict"] for one in checks] == ["RIGHT", "RIGHT", "RIGHT", "WRONG"]
    code, _, err = run(capsys, "check", str(empty))
    assert code == 2
    assert "registers no function" in err


def test_one_function_that_cannot_be_checked_does_not_hide_the_others(capsys, tmp_path):
    module = tmp_path / "mixed_module.py"
    broken = "\n@sg.verified('x**2 +', wrt='x')\ndef broken(x):\n    return x\n"
    module.write_text(MODULE.replace("FACTOR", "-2").replace("@sg", broken + "\n@sg", 1))
    code, out, _ = run(capsys, "check", str(module))
    assert code == 2
    assert "broken: gradient ERROR" in out
    assert "right: gradient RIGHT" in out
    assert "wrong: gradient WRONG" in out
    code, out, _ = run(capsys, "check", str(module), "--json")
    assert [one["verdict"] for one in json.loads(out)["checks"]] == ["ERROR", "RIGHT", "WRONG"]


@pytest.mark.parametrize("ending", ["import sys; sys.exit(0)", "raise SystemExit(3)", "1/0", "import nothing_of_this_name"])
def test_a_module_that_cannot_be_imported_is_an_error(capsys, tmp_path, ending):
    module = tmp_path / "leaving_module.py"
    module.write_text(MODULE.replace("FACTOR", "-2") + ending)
    code, _, err = run(capsys, "check", str(module))
    assert code == 2
    assert "leaving_module.py cannot be imported" in err


def test_convexity_draws_its_verdict(capsys, tmp_path):
    for text, name in (("x**2 - sin(2*x)", "one.png"), ("x*y", "two.svg"), ("exp(x)", "three.png")):
        assert run(capsys, "convexity", text, "--plot", str(tmp_path / name), "--quiet")[0] == 0
        assert (tmp_path / name).stat().st_size > 5000
    code, _, err = run(capsys, "convexity", "exp(x)", "--plot", str(tmp_path / "one.png"))
    assert code == 2
    assert "exists already" in err
    code, _, err = run(capsys, "convexity", "x*y*z", "--plot", str(tmp_path / "four.png"))
    assert code == 2
    assert "one or two scalar variables" in err


def test_convexity_takes_open_ends_and_a_budget(capsys):
    _, out, _ = run(capsys, "convexity", "1/x", "--domain", "x: (0, 1]", "--json", "--budget", "5")
    verdict = json.loads(out)
    assert verdict["domain"] == "x in (0, 1]"
    assert verdict["kind"] == "STRONGLY_CONVEX"
    assert verdict["modulus"] == "2"
    assert run(capsys, "convexity", "x**2", "--budget", "0")[0] == 2
    assert run(capsys, "convexity", "x**2", "--domain", "x: 0..1")[0] == 2
    code, _, err = run(capsys, "convexity", "x**2 + y", "--constraint", "z > 0")
    assert code == 2
    assert "'z'" in err


def test_help_opens_nothing_of_the_engine():
    """Options are read and refused before SymPy is imported."""
    code = (
        "import sys\nfrom symgd.tools.cli import run_command\nassert run_command(['--version']) == 0\n"
        "assert not {'sympy', 'matplotlib', 'symgd.api.taylor'} & sys.modules.keys(), sys.modules.keys()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
