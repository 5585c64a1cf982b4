"""Every special function of SymPy compiles to code with mpmath's values, or is refused: never to a name that is missing."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import mpmath
import pytest
import sympy as sp
import sympy.functions.special as special

import symgd as sg
from symgd.errors import SymgdError, UnsupportedError

RATIONALS = [sp.Rational(1, 3), sp.Rational(2, 5), sp.Rational(1, 2), sp.Rational(1, 4)]
X = sp.Symbol("x", real=True)


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


HYPERGEOMETRIC = [([], ["4/3"]), (["1/2"], ["4/3"]), (["1/2", "1/3"], ["4/3"])]


@pytest.mark.parametrize(("above", "below"), HYPERGEOMETRIC)
def test_hypergeometric_functions_of_scipy_are_compiled(above, below):
    expression = sp.hyper([sp.Rational(a) for a in above], [sp.Rational(b) for b in below], X)
    found = sg.lambdify([sg.formula(X)], sg.formula(expression))(0.3)
    true = mpmath.hyper([float(sp.Rational(a)) for a in above], [float(sp.Rational(b)) for b in below], 0.3)
    assert found == pytest.approx(float(true), rel=1e-13)


HALF = sp.Rational(1, 2)
WITHOUT_CODE = [
    sp.hyper([HALF, HALF / 3], [HALF / 5, HALF / 7], X),
    sp.meijerg([[HALF], []], [[0], []], X),
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
