"""Without an optional package one sentence says what is missing and how to get it, where it is asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import symgd as sg
from symgd.errors import SymgdError, UnsupportedError
from symgd.optional_packages import available, required

ROOT = Path(__file__).parent.parent

MISSING = """
import sys
sys.path.insert(0, {root!r})
for name in {hidden!r}:
    sys.modules[name] = None
import numpy as np, symgd as sg
{body}
"""


def run_without(hidden: list[str], body: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    source = MISSING.format(root=str(ROOT), hidden=hidden, body=body)
    return subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=False, cwd=cwd, timeout=100)


CALLS = {
    "Run.plot": (["matplotlib"], "sg.minimize('x**2', 'x', start=1.0, epochs=2).plot()", "a picture needs matplotlib"),
    "points_inside": (["hypothesis"], "from symgd.testing import points_inside; points_inside('log(x)')", "needs hypothesis"),
    "lambdify": (["cupy"], "sg.lambdify('x', 'x**2', backend='cupy')", "code for cupy needs cupy"),
    "lambdify of a structure": (
        ["cupy"],
        "x = sg.tensor('x', 'n'); sg.lambdify(x, sg.structure(sg.hessian(sg.sum(x**4), x)), backend='cupy')",
        "code for cupy needs cupy",
    ),
    "plot": (
        ["matplotlib"],
        "from symgd.tools.cli import run_command as run; sys.exit(run(['taylor', 'exp(x)', '--plot', 'a.png']))",
        "a picture needs matplotlib",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_missing_package_is_one_sentence(name, tmp_path):
    hidden, body, message = CALLS[name]
    done = run_without(hidden, body, tmp_path)
    assert done.returncode != 0
    last = [line for line in done.stderr.splitlines() if message in line]
    assert len(last) == 1, done.stderr
    assert "UnsupportedError" in last[0]
    assert "hint: pip install" in done.stderr
    assert "ModuleNotFoundError" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_matplotlib_says_that_there_is_no_picture(tmp_path):
    (tmp_path / "a.toml").write_text('formula = "x**2"\nwrt = "x"\nstart = 1.0\n')
    body = "from symgd.tools.cli import run_command as r; sys.exit(r(['run', 'a.toml', '-o', 'report', '--quiet']))"
    done = run_without(["matplotlib"], body, tmp_path)
    assert done.returncode == 0
    assert done.stderr.startswith("there is no picture of the loss: it needs matplotlib, which is not installed")
    assert "pip install" in done.stderr
    assert "<img" not in (tmp_path / "report" / "index.html").read_text()


def test_code_for_cupy_is_written_without_cupy():
    assert "import cupy as cp" in sg.lambdify("x", "exp(x)", backend="cupy", source_only=True)
    assert sg.lambdify("x", "exp(x)", source_only=True) == sg.lambdify("x", "exp(x)").source


def test_a_package_whose_own_needs_are_missing_is_told_apart(tmp_path, monkeypatch):
    (tmp_path / "half_installed.py").write_text("import something_that_nobody_made\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(UnsupportedError, match="cannot be imported: No module named 'something_that_nobody_made'"):
        required("half_installed", "this test")


def test_a_failure_is_remembered_where_it_is_asked_for_often(tmp_path, monkeypatch):
    assert available("arrives_later") is None
    (tmp_path / "arrives_later.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert available("arrives_later") is None
    assert required("arrives_later", "this test").__name__ == "arrives_later"


@pytest.mark.parametrize("name", ["", ".", "./x", ".relative", "a..b", "a b", "a-b", "numpy.", 3, None, b"numpy", ["numpy"]])
def test_what_is_no_name_of_a_module_is_refused(name):
    with pytest.raises(SymgdError, match="is not the name of a module"):
        required(name, "this test")


@pytest.mark.parametrize("name", ["numpy.nope", "numpy.linalg.nope", "numpy.nope.deeper", "math.nope"])
def test_a_part_that_a_package_does_not_have_is_not_a_missing_package(name):
    package = name.partition(".")[0]
    with pytest.raises(UnsupportedError, match=f"this test needs {name}, which the installed {package} does not have") as found:
        required(name, "this test")
    assert found.value.hint == f"pip install --upgrade {package}"


def test_a_package_that_misses_a_part_of_its_own_is_broken(tmp_path, monkeypatch):
    (tmp_path / "half_packed").mkdir()
    (tmp_path / "half_packed" / "__init__.py").write_text("from half_packed.parts import a\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(
        UnsupportedError, match="needs half_packed, which cannot be imported: No module named 'half_packed.parts'"
    ):
        required("half_packed", "this test")
