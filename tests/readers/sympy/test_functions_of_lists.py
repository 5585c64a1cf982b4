"""Functions with lists of arguments keep their structure, have mpmath's values and SymPy's slope in the last argument."""

from __future__ import annotations

import pickle

import mpmath
import pytest
import sympy as sp

import symgd as sg
from symgd.errors import SymgdError, UnsupportedError
from symgd.readers.sympy.functions_of_lists import entries_in, function_of_lists, structure_of

X = sp.Symbol("x", real=True)
HALF = sp.Rational(1, 2)
HYPERGEOMETRIC = [([], ["4/3"]), (["1/2"], ["4/3"]), (["1/2", "1/3"], ["4/3"])]


@pytest.mark.parametrize(("above", "below"), HYPERGEOMETRIC)
def test_hypergeometric_functions_of_scipy_are_compiled(above, below):
    expression = sp.hyper([sp.Rational(a) for a in above], [sp.Rational(b) for b in below], X)
    found = sg.lambdify([sg.formula(X)], sg.formula(expression))(0.3)
    true = mpmath.hyper([float(sp.Rational(a)) for a in above], [float(sp.Rational(b)) for b in below], 0.3)
    assert found == pytest.approx(float(true), rel=1e-13)


STRUCTURES = [
    (sp.hyper([1, 2], [3], X), ((0, 0), (0,), 0)),
    (sp.hyper([], [HALF], X), ((), (0,), 0)),
    (sp.meijerg([[HALF], []], [[0], [2]], X), (((0,), ()), ((0,), (0,)), 0)),
]


@pytest.mark.parametrize(("expression", "structure"), STRUCTURES, ids=[str(one) for one, _ in STRUCTURES])
def test_the_structure_of_the_arguments(expression, structure):
    assert structure_of(expression) == structure
    entries = entries_in(expression)
    record = function_of_lists(expression.func, structure)
    assert record.arity == len(entries)
    assert entries[-1] is X
    node = sg.formula(expression)
    assert node.primitive is record
    assert pickle.loads(pickle.dumps(node)) is node
    assert str(node).startswith(f"{expression.func.__name__}([")


@pytest.mark.parametrize(("above", "below"), HYPERGEOMETRIC)
def test_the_slope_is_that_of_sympy(above, below):
    expression = sp.hyper([sp.Rational(a) for a in above], [sp.Rational(b) for b in below], X)
    slope = sg.gradient(sg.formula(expression), "x")
    expected = float(sp.N(expression.diff(X).subs(X, sp.Rational(3, 10))))
    assert sg.lambdify([sg.formula(X)], slope)(0.3) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("expression", [sp.hyper([X], [2], HALF), sp.hyper([1], [X], HALF)], ids=str)
def test_there_is_no_slope_in_a_list(expression):
    with pytest.raises(SymgdError, match="no closed form"):
        sg.gradient(sg.formula(expression), "x")


@pytest.mark.parametrize(
    "expression", [sp.hyper([HALF, HALF / 3], [HALF / 5, HALF / 7], X), sp.meijerg([[HALF], []], [[0], []], X)], ids=str
)
def test_what_scipy_has_not_is_refused_when_it_is_compiled(expression):
    formula = sg.formula(expression)
    with pytest.raises(UnsupportedError):
        sg.lambdify(list(formula.symbols), formula)
