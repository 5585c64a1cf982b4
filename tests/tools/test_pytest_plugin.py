"""The plugin in projects of its users, run by pytester."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys

import pytest

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
        "print(sorted({'numpy', 'sympy', 'scipy', 'mpmath', 'symgd.graph', 'symgd.face'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
