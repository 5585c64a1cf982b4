"""What a traced function finds around it is the same, but for NumPy's makers of arrays."""

from __future__ import annotations

import functools

import numpy as np
import numpy as numerical
import pytest
import scipy
import scipy.optimize
from numpy import zeros as nil
from scipy.optimize import rosen

import symgd as sg
from symgd.errors import SymgdError

x = sg.tensor("x", "4")
VALUES = np.array([0.5, -1.5, 2.0, 0.25])
COUNT = 0


def named_differently(x):
    out = nil(4)
    out[0] = x[0]
    return out + numerical.ones(4) * x


def by_default(x, xp=np, make=nil):
    out = make(4)
    out[1:] = xp.asarray(x)[1:]
    return out


def recursive(x, depth=3):
    out = np.zeros(4)
    out[depth] = x[depth]
    return out if depth == 0 else out + recursive(x, depth - 1)


def made_by_a_function():
    scale = 2.0

    def inner(x):
        out = np.zeros(4)
        out[0] = scale * x[0]
        return out

    def outer(x, again=True):
        return inner(x) + outer(x, False) if again else inner(x)

    return outer


def wrapped(function):
    @functools.wraps(function)
    def call(x):
        return 3 * function(x)

    return call


@wrapped
def decorated(x):
    out = np.zeros(4)
    out[3] = x[0] ** 2
    return out


def with_a_class(x):
    class Model:
        zeros = np.zeros(4)

        def predict(self, y):
            out = np.zeros(4)
            out[0] = y[1]
            return out + self.zeros

    return Model().predict(x)


class Problem:
    """A problem as benchmark suites write it."""

    def __init__(self):
        self.scale = 3.0

    def fun(self, x):
        out = np.zeros(4)
        out[0] = self.scale * x[0]
        return out

    def __call__(self, x):
        return np.asarray(self.fun(x)) + np.asarray(x)


def generator(x):
    out = np.zeros(4)
    for k, value in enumerate(value**2 for value in x):
        out[k] = value
    return out


FUNCTIONS = [
    named_differently, by_default, recursive, made_by_a_function(), decorated, with_a_class, Problem().fun, generator,
    functools.partial(recursive, depth=2), lambda x: scipy.optimize.rosen(x), rosen, scipy.optimize.rosen_der,
]  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_followed_wherever_its_names_come_from(function):
    formula = sg.formula(function, x)
    np.testing.assert_allclose(sg.lambdify([x], formula)(VALUES), function(VALUES.copy()), rtol=1e-12)


def test_the_derivative_of_rosen_is_rosen_der():
    formula = sg.formula(rosen, x)
    gradient = sg.lambdify([x], sg.gradient(formula, "x"))(VALUES)
    np.testing.assert_allclose(gradient, scipy.optimize.rosen_der(VALUES), rtol=1e-12)
    hessian = sg.lambdify([x], sg.hessian(formula, "x"))(VALUES)
    np.testing.assert_allclose(hessian, scipy.optimize.rosen_hess(VALUES), rtol=1e-12)


def test_a_function_that_counts_keeps_its_counter():
    calls = []

    def count(x):
        nonlocal counter
        counter += 1
        calls.append(counter)
        return x * 2

    counter = 0
    assert str(sg.formula(count, x)) == "2*x"
    assert counter == len(calls) > 0


def counts_in_its_module(x):
    global COUNT
    COUNT += 1
    return x + 1


def test_a_function_that_writes_into_its_module_is_called_itself():
    before = COUNT
    assert str(sg.formula(lambda x: counts_in_its_module(x), x)) == "x + 1"
    assert before < COUNT


def test_the_line_of_an_error_is_that_of_the_function():
    def function(x):
        out = np.zeros(4)
        out[x] = 1.0
        return out

    with pytest.raises(SymgdError, match=r"\(in function, line \d+\)\n  in:   out\[x\] = 1.0"):
        sg.formula(function, x)


def test_modules_and_functions_answer_as_they_are():
    def function(x):
        assert np.__name__ == "numpy"
        assert "zeros" in dir(np)
        assert helper_name(named_differently) == "named_differently"
        assert globals().get("COUNT") is not None and "np" in globals()
        return x * np.pi

    assert str(sg.formula(function, x)) == "pi*x"


def helper_name(function):
    return function.__name__


def test_an_import_with_pythons_names_of_its_arguments():
    formula = sg.formula(lambda x: __import__("numpy", fromlist=["sum"]).sum(x**2), sg.tensor("x", "3"))
    assert str(formula) == "sum(x**2)"


@functools.cache
def remembered_power(x, n):
    return x * remembered_power(x, n - 1) if n else np.ones(3)


def test_a_function_with_a_cache_is_called_without_it():
    @functools.lru_cache(maxsize=4)
    def size(x):
        return np.sqrt(np.sum(x**2)) if isinstance(x, np.ndarray) else abs(x)

    function = lambda x: size(x[0] - 1) * remembered_power(x[1], 3) + remembered_power(2.0, 2) + size(-3)  # noqa: E731
    compiled = sg.lambdify(["x"], sg.formula(function, sg.tensor("x", "2")))
    np.testing.assert_allclose(compiled(np.array([-2.0, 1.5])), 3 * 1.5**3 + 4 + 3 + np.zeros(3), rtol=1e-14)
    assert remembered_power.cache_info().currsize  # numbers are kept
