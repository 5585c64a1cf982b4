"""The recipes of CONTRIBUTING.md, followed in a copy of the source: each needs one file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"^```python\n# (symgd/\S+\.py)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE))
"""The files that the recipes write."""
PAGES = dict(re.findall(r"^````md\n<!-- (docs/\S+\.md) -->\n(.*?)^````$", TEXT, re.DOTALL | re.MULTILINE))
COMMANDS = [line for block in re.findall(r"^```sh\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE) for line in block.splitlines()]

pytestmark = pytest.mark.study


@pytest.fixture
def copy(tmp_path):
    """A copy of the source and the tests."""
    ignored = shutil.ignore_patterns("__pycache__", ".hypothesis")
    for name in ("symgd", "tests", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def follow(copy, file):
    """Write the one file of a recipe."""
    assert not (copy / file).exists(), "the recipe is to write a new file"
    (copy / file).write_text(RECIPES[file], encoding="utf-8")


def completed(copy, *command):
    """Run Python in the copy."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, *command], cwd=copy, env=environment, capture_output=True, text=True, encoding="utf-8"
    )


def run(copy, *command):
    """Run Python in the copy, and return what it prints."""
    done = completed(copy, *command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def laws(copy, words):
    """Run the laws whose names contain words."""
    return completed(copy, "-m", "pytest", "-q", "-p", "no:xdist", "tests/laws", "-k", words)


def passed(done):
    """Return how many tests passed, where none failed."""
    assert done.returncode == 0, done.stdout + done.stderr
    return int(re.search(r"(\d+) passed", done.stdout).group(1))


def test_a_function_takes_one_file(copy):
    follow(copy, "symgd/primitives/hard_tanh.py")
    assert passed(laws(copy, "hard_tanh")) >= 16
    code = """
import numpy as np, symgd as sg
loss = sg.formula("sum(hard_tanh(X @ w))", shapes={"X": "m n", "w": "n"})
function = sg.hard_tanh(sg.scalar("x"))
print(loss, "|", sg.gradient(function, "x"), "|", function.latex(), "|", sg.formula(function.latex(), syntax="latex"))
print(sg.check_gradient(loss, "w").verdict, sg.convexity(function, "x").kind)
print(sg.lambdify("x", [function, sg.gradient(function, "x")])(np.array([-2.0, 0.5, 3.0])))
print("hard_tanh" in dir(sg))
"""
    lines = run(copy, "-c", code).splitlines()
    assert lines[0].startswith("sum(hard_tanh(X @ w)) | ")
    assert lines[1] == "RIGHT NEITHER"
    assert lines[2] == "[array([-1. ,  0.5,  1. ]), array([0., 1., 0.])]"
    assert lines[3] == "True"


def test_a_function_without_one_of_its_kinks_is_found_by_the_laws(copy):
    file = "symgd/primitives/hard_tanh.py"
    wrong = RECIPES[file].replace("kinks=lambda x: (x - 1, x + 1),", "kinks=lambda x: (x - 1,),")
    (copy / file).write_text(wrong, encoding="utf-8")
    done = laws(copy, "hard_tanh and kinks")
    assert done.returncode == 1, done.stdout


def test_a_rule_takes_one_file(copy):
    follow(copy, "symgd/rewrite/rules/gudermannian.py")
    assert passed(laws(copy, "gudermannian")) >= 1
    assert run(copy, "-c", "import symgd as sg; print(sg.simplify('sin(atan(sinh(2*x)))'))").strip() == "tanh(2*x)"


def test_a_direction_takes_one_file(copy):
    follow(copy, "symgd/descent/nesterov.py")
    assert passed(laws(copy, "nesterov")) >= 8
    (copy / "problem.toml").write_text(
        'formula = "(x - 3)**2"\nwrt = "x"\n[descent]\ndirection = "nesterov"\nbeta = 0.5\nlearning_rate = 0.1\n',
        encoding="utf-8",
    )
    code = """
import symgd as sg
run = sg.minimize("(x - 3)**2", "x", start=0.0, direction="nesterov", step_size=0.1)
print(round(float(run.x), 4), sg.Nesterov(beta=0.5), "Nesterov" in dir(sg))
try:
    sg.Nesterov(beta=2)
except sg.SymgdError as error:
    print(error.cause)
"""
    lines = run(copy, "-c", code).splitlines()
    assert lines == ["3.0 Nesterov(beta=0.5) True", "beta is a number in [0, 1), not 2"]
    assert float(run(copy, "-m", "symgd.tools.cli", "run", "problem.toml", "-o", "report", "--quiet")) < 1e-6
    assert "nesterov" in run(copy, "-m", "symgd.tools.cli", "run", "--help")
    changed = run(copy, "-m", "symgd.tools.cli", "run", "problem.toml", "-o", "other", "--quiet", "--descent", "beta: 0.7")
    assert float(changed) < 1e-6


def test_a_backend_takes_one_file(copy):
    follow(copy, "symgd/codegen/backends/dpnp.py")
    assert passed(laws(copy, "dpnp")) >= 80
    code = """
import symgd as sg
loss = sg.formula("sum((X @ w - y)**2)", shapes={"X": "m n", "y": "m", "w": "n"})
print(sg.lambdify(["X", "y", "w"], sg.gradient(loss, "w"), backend="dpnp", source_only=True))
try:
    sg.lambdify("x", "exp(x)", backend="dpnp")
except sg.UnsupportedError as error:
    print(error)
"""
    output = run(copy, "-c", code)
    assert "import dpnp" in output
    assert "X.T @ (X @ w - y)" in output
    assert "dpnp is not installed" in output or "is not installed" in output


def test_a_reader_takes_one_file(copy):
    follow(copy, "symgd/readers/polish.py")
    (command,) = [line for line in COMMANDS if "from_polish" in line]
    code = re.fullmatch(r'python -c "(.*)"', command).group(1)
    assert run(copy, "-c", code).strip() == "True"
    code = """
import symgd as sg
from symgd.readers.polish import from_polish
print(from_polish("x 0.1 * y atan2 exp") is sg.formula("exp(atan2(x*0.1, y))"))
for text in ("x +", "x y", "x sin cos **", ""):
    try:
        from_polish(text)
    except sg.ParseError as error:
        print(error.cause)
"""
    assert run(copy, "-c", code).splitlines() == [
        "True", "'+' lacks an operand", "2 operands are left", "'**' lacks an operand", "0 operands are left",
    ]  # fmt: skip
    assert passed(completed(copy, "-m", "pytest", "-q", "-p", "no:xdist", "tests/test_architecture.py", "-k", "polish")) >= 1


def test_a_page_takes_one_file_and_its_line_in_the_index(copy):
    ((file, text),) = PAGES.items()
    assert not (copy / file).exists()
    (copy / file).write_text(text, encoding="utf-8")
    (command,) = [line for line in COMMANDS if "tests/test_pages.py" in line]
    assert passed(completed(copy, *command.split()[1:], "-p", "no:xdist")) == 1
    (copy / file).write_text(text.replace("-2*x*exp(-x**2)\n```", "2*x\n```"), encoding="utf-8")
    assert completed(copy, *command.split()[1:], "-p", "no:xdist").returncode == 1


def test_the_directive_of_the_page_is_checked_while_the_page_is_built(tmp_path):
    for package in ("furo", "myst_parser", "numpydoc"):
        pytest.importorskip(package, reason=f"{package} is not installed: pip install -e '.[docs]'")
    ((file, text),) = PAGES.items()
    for name in ("conf.py", "_extensions", "_static"):
        place = ROOT / "docs" / name
        (shutil.copytree if place.is_dir() else shutil.copy)(place, tmp_path / name)
    page = tmp_path / Path(file).name
    (tmp_path / "index.md").write_text(f"# Pages\n\n```{{toctree}}\n{page.stem}\n```\n", encoding="utf-8")
    (command,) = [line for line in COMMANDS if "-m sphinx" in line]
    options = command.split()[1:-2]
    page.write_text(text, encoding="utf-8")
    run(ROOT, *options, str(tmp_path), str(tmp_path / "html"))
    page.write_text(text.replace(":claim: -2*x", ":claim: 2*x"), encoding="utf-8")
    done = completed(ROOT, *options, str(tmp_path), str(tmp_path / "other"))
    assert done.returncode != 0
    assert page.name in done.stderr


def test_the_commands_name_what_exists():
    tools = {"pytest", "sphinx", "venv", "tests.public_stub", "tests.public_signatures"}
    assert {word for line in COMMANDS for word in re.findall(r"python3? -m (\S+)", line)} == tools
    for path in re.findall(r"(?<![\w.])(?:tests|docs|\.ci)/[\w./]+", "\n".join(COMMANDS)):
        assert (ROOT / path).exists() or path == "docs/_build", path
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (install,) = [line for line in COMMANDS if "pip install" in line]
    extras, groups = re.search(r"\.\[([\w,]+)\]", install).group(1).split(","), re.findall(r"--group (\w+)", install)
    assert set(extras) <= project["project"]["optional-dependencies"].keys()
    assert set(groups) <= project["dependency-groups"].keys()
    (one_file,) = [line.partition("#")[0].split()[1:] for line in COMMANDS if line.rstrip().endswith("# one file")]
    assert passed(completed(ROOT, *one_file, "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-k", "test_a")) >= 1


def test_each_recipe_writes_one_new_file():
    assert len(RECIPES) == 5
    assert not any((ROOT / file).exists() for file in (*RECIPES, *PAGES))
