"""The plugin in projects of its users, run by pytester."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys

import pytest

import symgd.testing.assertions  # noqa: F401  (pytester forgets what its runs load, and NumPy is loaded once in a process)

MODULE = """
import numpy as np
import symgd as sg

SHAPES = {"X": "m n", "w": "n", "y": "m"}

@sg.verified("mean((X @ w - y)**2)", wrt="w", shapes=SHAPES)
def gradient(w, X, y):
    return FACTOR * X.T @ (X @ w - y) / len(y)

@sg.verified("mean((X @ w - y)**2)", shapes=SHAPES)
def loss(X, w, y):
    return np.mean((X @ w - y)**2)

@sg.verified("mean((X @ w - y)**2)", wrt="w", what="value and gradient", shapes=SHAPES)
def both(X, w, y):
    return loss(X, w, y), gradient(w, X, y)

@sg.verified("sum(exp(x)*a)", wrt="x", what="hessian", shapes={"x": "n"})
def hessian(x, a):
    return np.diag(a * np.exp(x))

@sg.verified("A @ tanh(x)", wrt="x", what="jacobian", shapes={"A": "m n", "x": "n"})
def jacobian(A, x):
    return A * (1 - np.tanh(x)**2)
"""


@pytest.fixture(autouse=True)
def _no_plugins_of_others(monkeypatch):
    """Run pytest inside tests with this plugin alone: others that are installed may reorder, repeat or count tests."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "symgd.tools.pytest_plugin")


def test_pytest_finds_the_plugin():
    assert "symgd.tools.pytest_plugin" in {entry.value for entry in importlib.metadata.entry_points(group="pytest11")}


def write(pytester: pytest.Pytester, factor: str) -> None:
    pytester.makepyfile(model=MODULE.replace("FACTOR", factor))


def test_registered_functions_are_verified(pytester):
    write(pytester, "2")
    result = pytester.runpytest("--symgd", "-v")
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(["*gradient is the gradient*PASSED*", "*both is the value and gradient*PASSED*"])


def test_drift_between_formula_and_code_fails(pytester):
    write(pytester, "1")
    result = pytester.runpytest("--symgd")
    result.assert_outcomes(passed=3, failed=2)
    result.stdout.fnmatch_lines(
        [
            "gradient, model.py:*, is not the gradient in w of",
            "    mean((X @ w - y)[*][*]2)",
            "*ratio 0.5",
            "*cause: missing factor 2*",
        ]
    )
    assert "Traceback" not in result.stdout.str()


def test_nothing_is_collected_without_the_option(pytester):
    write(pytester, "1")
    assert pytester.runpytest().ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_the_setting_in_a_file_is_enough(pytester):
    write(pytester, "2")
    pytester.makeini("[pytest]\nsymgd = true")
    pytester.runpytest().assert_outcomes(passed=5)


def test_files_that_register_nothing_are_not_imported(pytester):
    pytester.makepyfile(dangerous="raise SystemExit('imported')")
    assert pytester.runpytest("--symgd").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_module_that_cannot_be_imported_is_one_error(pytester):
    pytester.makepyfile(broken="import symgd\nverified = symgd.nothing_of_this_name")
    result = pytester.runpytest("--symgd")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*broken.py cannot be imported: AttributeError*"])


def test_the_fixture_judges(pytester):
    pytester.makepyfile(
        test_it="""
        import numpy as np

        def test_right(gradient_check):
            assert gradient_check(lambda x: np.sum(x**2), lambda x: 2*x, at=[1.0, 2.0]).verdict.name == "RIGHT"

        def test_wrong(gradient_check):
            gradient_check(lambda x: np.sum(x**2), lambda x: -2*x, at=[1.0, 2.0])

        def test_formula(gradient_check):
            gradient_check("x**2*y", "x", gradient="2*x*y")
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*cause: wrong sign*"])


def test_points_are_parametrised(pytester):
    pytester.makepyfile(
        test_it="""
        import numpy as np, pytest

        @pytest.mark.symgd_points("log(x) + sum(v)", count=4, shapes={"v": "3"})
        def test_inside(symgd_point):
            assert symgd_point["x"] > 0 and symgd_point["v"].shape == (3,)
        """
    )
    pytester.runpytest("--strict-markers").assert_outcomes(passed=4)


def test_a_missing_mark_is_named(pytester):
    pytester.makepyfile(test_it="def test_it(symgd_point): pass")
    result = pytester.runpytest()
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*mark it with symgd_points(formula)*"])


def test_the_plugin_opens_nothing_before_it_is_used():
    code = (
        "import sys, symgd.tools.pytest_plugin; "
        "print(sorted({'numpy', 'sympy', 'scipy', 'mpmath', 'symgd.graph', 'symgd.api'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


HEAD = 'import symgd as sg\n@sg.verified("x**2", wrt="x")\ndef slope(x):\n    return {}\n'
FROM_HELPERS = "from helpers import FACTOR\n" + HEAD.format("FACTOR*x")
TWO, THREE = "FACTOR = 2\n", "FACTOR = 3\n"
TEST = "def test_it():\n    pass\n"
ONCE = "import builtins\nassert not hasattr(builtins, 'RUNS_OF_LOSSES')\nbuiltins.RUNS_OF_LOSSES = 1\n"
CHECKER = 'import symgd as sg\ndef my_check(function):\n    return sg.verified("x**2", wrt="x")(function)\n'
BY_CHECKER = "@{}\ndef slope(x):\n    return 3*x\n"


def make(pytester: pytest.Pytester, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


SAME_NAMES = {
    "files": {"a/losses.py": HEAD.format("2*x"), "b/losses.py": HEAD.format("3*x")},
    "neighbours": {"a/one.py": FROM_HELPERS, "a/helpers.py": TWO, "b/two.py": FROM_HELPERS, "b/helpers.py": THREE},
    "neighbours in the call": {
        "a/one.py": HEAD.format("__import__('helpers').FACTOR*x"), "a/helpers.py": TWO,
        "b/two.py": HEAD.format("__import__('helpers').FACTOR*x"), "b/helpers.py": THREE,
    },
    "neighbours of test files": {
        "a/test_one.py": FROM_HELPERS + TEST, "a/helpers.py": TWO, "b/test_two.py": FROM_HELPERS + TEST, "b/helpers.py": THREE,
    },
    "neighbours that tests have loaded": {
        "a/test_one.py": "import helpers\n" + TEST, "a/losses.py": FROM_HELPERS, "a/helpers.py": TWO,
        "b/test_two.py": "import helpers\n" + TEST, "b/losses.py": FROM_HELPERS, "b/helpers.py": THREE,
    },
    "files of conftest": {"a/conftest.py": HEAD.format("2*x"), "b/conftest.py": HEAD.format("3*x")},
    "packages": {
        "a/pkg/__init__.py": "", "a/pkg/losses.py": HEAD.format("2*x"),
        "b/pkg/__init__.py": "", "b/pkg/losses.py": HEAD.format("3*x"),
    },
    "src layouts": {
        "a/src/pkg/__init__.py": "", "a/src/pkg/losses.py": HEAD.format("2*x"), "a/tests/test_one.py": TEST,
        "b/src/pkg/__init__.py": "", "b/src/pkg/losses.py": HEAD.format("3*x"), "b/tests/test_two.py": TEST,
    },
    "Python's modules": {"a/random.py": HEAD.format("2*x"), "b/random.py": HEAD.format("3*x")},
    "installed packages": {"a/numpy.py": HEAD.format("2*x"), "b/pytest.py": HEAD.format("3*x")},
}  # fmt: skip


@pytest.mark.parametrize("name", SAME_NAMES)
@pytest.mark.parametrize("folders", ["ab", "ba"])
def test_every_file_is_judged_by_its_own_code(name, folders, pytester):
    """The one in the folder a is right, the one in b is wrong."""
    files = SAME_NAMES[name]
    make(pytester, files)
    result = pytester.runpytest("--symgd", "-v", *folders)
    tests = sum(text.endswith(TEST) for text in files.values())
    result.assert_outcomes(passed=1 + tests, failed=1)
    result.stdout.fnmatch_lines_random(["a/*slope is the gradient PASSED*", "b/*slope is the gradient FAILED*"])


def test_files_of_one_name_that_pytest_collects_itself(pytester):
    """By default it refuses the second, and nothing is judged; in the mode importlib it keeps them apart."""
    make(pytester, SAME_NAMES["files"])
    assert pytester.runpytest("--symgd", "a/losses.py", "b/losses.py").ret == pytest.ExitCode.INTERRUPTED
    result = pytester.runpytest("--symgd", "--import-mode=importlib", "-v", "a/losses.py", "b/losses.py")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["a/*slope is the gradient PASSED*", "b/*slope is the gradient FAILED*"])


@pytest.mark.parametrize("mode", ["prepend", pytest.param("append", marks=pytest.mark.study), "importlib"])
@pytest.mark.parametrize("name", ["a_losses", pytest.param("losses", marks=pytest.mark.study), "z_losses"])
def test_tests_take_the_module_that_was_verified(mode, name, pytester):
    """No file runs twice: what it enters into a register of its own would be there already."""
    make(pytester, {f"{name}.py": ONCE + HEAD.format("2*x"), "test_it.py": f"import {name}\n" + TEST, "conftest.py": ""})
    result = pytester.runpytest_subprocess("--symgd", f"--import-mode={mode}", "-o", "pythonpath=.")
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize("option", [[], ["--symgd"]])
def test_what_tests_import_does_not_depend_on_the_option(option, pytester):
    test = "import losses\ndef test_it():\n    assert losses.slope(1) == {}\n"
    make(pytester, {"a/losses.py": HEAD.format("2*x"), "b/losses.py": HEAD.format("3*x"), "b/test_it.py": test.format(3)})
    result = pytester.runpytest(*option)
    result.assert_outcomes(passed=1 + len(option), failed=len(option))


def test_assertions_of_test_files_keep_their_words(pytester):
    make(pytester, {"test_it.py": HEAD.format("2*x") + "def test_it():\n    left = 1\n    assert left == 2\n"})
    result = pytester.runpytest("--symgd")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*assert 1 == 2*"])


def test_a_name_that_cannot_be_kept_apart_is_one_error(pytester):
    make(pytester, {"losses.py": "from random import FACTOR\n" + FROM_HELPERS, "random.py": TWO, "helpers.py": TWO})
    result = pytester.runpytest("--symgd")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*losses.py imports random, and random.py beside it*"])


DECORATORS = {
    "a name": {"losses.py": "from helpers import my_check\n" + BY_CHECKER.format("my_check"), "helpers.py": CHECKER},
    "another name": {"losses.py": "from helpers import my_check as c\n" + BY_CHECKER.format("c"), "helpers.py": CHECKER},
    "a module": {"losses.py": "import helpers\n" + BY_CHECKER.format("helpers.my_check"), "helpers.py": CHECKER},
    "a star": {"losses.py": "from helpers import *\n" + BY_CHECKER.format("my_check"), "helpers.py": CHECKER},
    "a lambda": {
        "losses.py": "from helpers import my_check\n" + BY_CHECKER.format("my_check"),
        "helpers.py": 'import symgd as sg\nmy_check = lambda function: sg.verified("x**2", wrt="x")(function)\n',
    },
    "a call": {
        "losses.py": "from helpers import my_check\n" + BY_CHECKER.format("my_check(2)"),
        "helpers.py": 'import symgd\ndef my_check(power):\n    return symgd.verified(f"x**{power}", wrt="x")\n',
    },
    "a decorator that stands ready": {
        "losses.py": "from helpers import my_check\n" + BY_CHECKER.format("my_check"),
        "helpers.py": 'import symgd as sg\nmy_check = sg.verified("x**2", wrt="x")\n',
    },
    "from another file": {
        "losses.py": "from middle import my_check\n" + BY_CHECKER.format("my_check"),
        "middle.py": "from helpers import my_check\n", "helpers.py": CHECKER,
    },
    "in a package": {
        "pkg/losses.py": "from .helpers import my_check\n" + BY_CHECKER.format("my_check"),
        "pkg/helpers.py": CHECKER, "pkg/__init__.py": "",
    },
    "from the package itself": {
        "pkg/losses.py": "from . import my_check\n" + BY_CHECKER.format("my_check"),
        "pkg/helpers.py": CHECKER, "pkg/__init__.py": "from pkg.helpers import my_check\n",
    },
    "that uses another": {
        "losses.py": "from middle import my_check\n" + BY_CHECKER.format("my_check"),
        "middle.py": "import helpers as h\ndef my_check(f):\n    return inner(f)\ndef inner(f):\n    return h.my_check(f)\n",
        "helpers.py": CHECKER,
    },
    "with other names of symgd's": {
        "losses.py": "from helpers import my_check\n" + BY_CHECKER.format("my_check"),
        "helpers.py": "from symgd import verified as v\nmy_check: object = v('x**2', wrt='x')\n",
    },
    "of the project": {
        "pkg/losses.py": "from checks.helpers import my_check\n" + BY_CHECKER.format("my_check"),
        "checks/helpers.py": CHECKER, "conftest.py": "",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", DECORATORS)
def test_decorators_of_other_files_count(name, pytester):
    make(pytester, DECORATORS[name])
    pytester.runpytest("--symgd", "-o", "pythonpath=.").assert_outcomes(failed=1)


def test_scripts_that_only_call_what_is_verified_are_not_imported(pytester):
    timer = "import losses\ndef timed(f):\n    return f\n"
    make(
        pytester,
        {
            "losses.py": HEAD.format("2*x") + "def timed(f):\n    return f\n",
            "clock.py": timer,
            "train.py": "import functools\nfrom losses import slope\nslope(1)\n1/0\n",
            "more.py": "import functools, losses\n@functools.cache\ndef f():\n    pass\n1/0\n",
            "most.py": "from clock import timed\n@timed\ndef f():\n    pass\n1/0\n",
            "last.py": "from losses import timed\n@timed\ndef f():\n    pass\n1/0\n",
        },
    )
    pytester.runpytest("--symgd").assert_outcomes(passed=1)


def test_what_an_imported_file_registers_is_judged_once(pytester):
    use = "from common import slope as other\n" + HEAD.format("2*x")
    make(pytester, {"common.py": HEAD.format("3*x"), "one.py": use, "two.py": use})
    pytester.runpytest("--symgd", "-v").assert_outcomes(passed=2, failed=1)
