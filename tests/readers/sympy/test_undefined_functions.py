"""Undefined functions keep their names through derivatives, printing, and the way to SymPy and back."""

from __future__ import annotations

import itertools

import pytest
import sympy as sp

import symgd as sg
from symgd.errors import UnsupportedError
from symgd.readers.sympy.undefined_functions import UNDEFINED, derivative_of_undefined, undefined_to_sympy

s, t = sp.symbols("s t", real=True)
f, g = sp.Function("f"), sp.Function("g")


def test_undefined_functions_keep_their_name():
    assert str(sg.gradient(f(t * g(t)), t)) == "f'(t*g(t))*(t*g'(t) + g(t))"
    back = sg.gradient(f(t**2), t).to_sympy()
    assert sp.simplify(back.doit().subs(f, sp.Lambda(t, t**3)).doit() - 6 * sp.Symbol("t", real=True) ** 5) == 0
    with pytest.raises(UnsupportedError, match="no values"):
        sg.lambdify([t], f(t))


DEFINITION = sp.Lambda((s, t), sp.sin(s) * t**3 + s**2 * t)


@pytest.mark.parametrize("orders", list(itertools.product(range(3), range(3))))
@pytest.mark.parametrize("arguments", [(s, t), (t**2, s), (s + t, s * t)], ids=str)
def test_a_derivative_comes_back_from_sympy_as_itself(orders, arguments):
    node = UNDEFINED.make(tuple(map(sg.formula, arguments)), ("f", orders))
    back = undefined_to_sympy(node, arguments)
    assert sg.formula(back) is node
    expected = DEFINITION(*sp.symbols("a b"))
    for symbol, count in zip(sp.symbols("a b"), orders, strict=True):
        expected = expected.diff(symbol, count)
    found = back.subs(f, DEFINITION).doit()
    assert sp.simplify(found - expected.subs(dict(zip(sp.symbols("a b"), arguments, strict=True)), simultaneous=True)) == 0


@pytest.mark.parametrize("orders", list(itertools.product(range(2), range(2))))
def test_every_derivative_raises_one_order(orders):
    node = UNDEFINED.make((sg.formula(s), sg.formula(t)), ("f", orders))
    for k, symbol in enumerate((s, t)):
        raised = tuple(order + (j == k) for j, order in enumerate(orders))
        assert sg.gradient(node, symbol) is UNDEFINED.make(node.args, ("f", raised))


def test_counts_are_those_of_the_functions_own_arguments():
    node = derivative_of_undefined(f(s, t), {t: 2}, [sg.formula(t), sg.formula(s)])
    assert node.params == ("f", (0, 2))


@pytest.mark.parametrize("name", ["exp", "sum", "relu"])
def test_a_name_of_the_vocabulary_is_refused(name):
    with pytest.raises(UnsupportedError, match="a function in symgd"):
        sg.formula(sp.Function(name)(t))


def test_equal_arguments_with_other_orders_are_refused():
    node = UNDEFINED.make((sg.formula(t**2), sg.formula(t**2)), ("f", (1, 2)))
    with pytest.raises(UnsupportedError, match="cannot tell the derivatives"):
        undefined_to_sympy(node, (t**2, t**2))
