"""Every special function of SymPy compiles to code with mpmath's values, or is refused: never to a name that is missing."""

from __future__ import annotations

import importlib
import inspect
import pickle
import pkgutil

import pytest
import sympy as sp
import sympy.functions.special as special

import symgd as sg
from symgd.errors import SymgdError, UnsupportedError
from symgd.readers.sympy.foreign_functions import function_called, function_of_sympy

RATIONALS = [sp.Rational(1, 3), sp.Rational(2, 5), sp.Rational(1, 2), sp.Rational(1, 4)]
X = sp.Symbol("x", real=True)
t = sp.Symbol("t")


_RIGHT_OF_1 = (sp.zeta, sp.dirichlet_eta)
"""Functions whose code is that of ζ(s) for s > 1: nan at 1/3."""


def special_functions():
    """The classes that SymPy exports from its modules of special functions."""
    found = {}
    for info in pkgutil.walk_packages(special.__path__, f"{special.__name__}."):
        if ".tests" not in info.name and "benchmarks" not in info.name:
            module = importlib.import_module(info.name)
            found |= {
                name: kind for name, kind in vars(module).items() if getattr(sp, name, None) is kind and _is_numeric(kind)
            }
    return sorted(found.values(), key=lambda kind: kind.__name__)


def _is_numeric(kind):
    is_special = inspect.isclass(kind) and issubclass(kind, sp.Function) and kind.__module__.startswith(special.__name__)
    return is_special and kind not in (sp.hyper, sp.meijerg, sp.appellf1)


@pytest.mark.parametrize("first", [None, 2, sp.Rational(5, 2)], ids=["open", "whole", "half"])
@pytest.mark.parametrize("kind", special_functions(), ids=lambda kind: kind.__name__)
def test_code_has_the_values_of_mpmath_or_there_is_none(kind, first):
    for count in range(1, 5):
        numbers = RATIONALS[:count] if first is None or count == 1 else [sp.sympify(first), *RATIONALS[1:count]]
        try:
            expression = kind(*numbers[:-1], X)
        except (TypeError, ValueError, AttributeError):  # not so many arguments, or none such
            continue
        try:
            formula = sg.formula(expression)
            found = sg.lambdify([sg.formula(X)], formula)(float(numbers[-1]))
        except SymgdError:
            continue
        true = sp.N(expression.subs(X, numbers[-1]), 25)
        if true.is_real and kind not in _RIGHT_OF_1:
            assert found == pytest.approx(float(true), rel=1e-9), (kind, numbers)


HALF = sp.Rational(1, 2)
WITHOUT_CODE = [
    sp.polygamma(HALF, X),
    sp.polygamma(-HALF, X),
    sp.jn(HALF, X),
    sp.assoc_legendre(2, HALF, X),
    sp.expint(HALF / 3, X),
    sp.hermite(HALF, X),
]


@pytest.mark.parametrize("expression", WITHOUT_CODE, ids=str)
def test_what_scipy_has_not_is_refused_when_it_is_compiled(expression):
    formula = sg.formula(expression)
    with pytest.raises(UnsupportedError):
        sg.lambdify(list(formula.symbols), formula)


@pytest.mark.parametrize(
    "function", [sp.catalan(t), sp.betainc(t, 2, 0, sp.Rational(1, 2)), sp.betainc_regularized(2, 3, 0, t)]
)
def test_the_code_of_a_foreign_function_agrees_with_sympy(function):
    assert sg.lambdify(["t"], sg.formula(function))(0.7) == pytest.approx(float(sp.N(function.subs(t, 0.7))), rel=1e-12)


def test_code_for_whole_orders_is_refused_for_others():
    with pytest.raises(UnsupportedError, match="whole orders only"):
        sg.lambdify(["s", "t"], sp.expint(sp.Symbol("s"), t))
    assert sg.lambdify(["t"], sg.formula(sp.expint(2, t)))(0.3) == pytest.approx(float(sp.N(sp.expint(2, 0.3))), rel=1e-12)


@pytest.mark.parametrize("function", [sp.airyai, sp.erfi, sp.Si, sp.elliptic_k, sp.fresnels, sp.Shi])
def test_any_function_of_sympy_with_a_slope_is_taken(function):
    formula = sg.formula(function(t / 3))
    assert sg.check_gradient(formula, t, at={t: 0.7}).verdict.name == "RIGHT"


@pytest.mark.parametrize(
    ("name", "is_there"), [("airyai", True), ("Symbol", False), ("no such", False), ("beta", True), ("f", False)]
)
def test_a_function_is_found_by_its_name(name, is_there):
    assert (function_called(name) is not None) == is_there


def test_a_record_is_made_once():
    assert function_of_sympy(sp.airyai, 1) is function_of_sympy(sp.airyai, 1)
    assert function_of_sympy(sp.Symbol, 1) is None
    assert function_of_sympy(sp.airyai, 2) is None
    assert pickle.loads(pickle.dumps(sg.formula(sp.airyai(t)))) is sg.formula(sp.airyai(t))
