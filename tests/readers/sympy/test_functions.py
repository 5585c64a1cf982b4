"""Functions of SymPy by their names have SymPy's values at numbers inside their domains."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy as sp
from sympy.codegen import cfunctions

import symgd as sg
from symgd.errors import UnsupportedError
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.readers.sympy.functions import _CODE_FUNCTIONS, _REWRITTEN
from symgd.readers.sympy.reader import from_sympy

x, y = sp.symbols("x y")
POINT = {x: sp.Rational(7, 5), y: sp.Rational(3, 5)}
INSIDE = {"dirichlet_eta": 3, "riemann_xi": 3, "factorial2": 5, "lucas": 4}


def digits(expression, point):
    """Return the value of an expression by symgd, and by SymPy, in 30 digits."""
    node = from_sympy(expression)
    values = {symbol: _number(point[sp.Symbol(symbol.name)]) for symbol in node.symbols}
    ours = evaluate_precisely([node], values, digits=40)[0][()]
    with mpmath.workdps(40):
        return ours, sp.N(expression.subs(point).rewrite(sp.zeta), 40)._to_mpmath(140)


@pytest.mark.parametrize("name", sorted(_REWRITTEN))
def test_a_function_that_is_written_with_others(name):
    kind = getattr(sp, name)
    arity = _REWRITTEN[name].__code__.co_argcount
    if name in ("re", "im", "conjugate"):
        argument = sp.Symbol("x", real=None)
        assert str(from_sympy(kind(argument))) == {"im": "0"}.get(name, "x")
        return
    arguments = (x, y)[:arity]
    expression = kind(*arguments)
    point = {x: sp.Rational(INSIDE.get(name, POINT[x])), y: POINT[y]}
    ours, theirs = digits(expression, point)
    assert abs(ours - theirs) < mpmath.mpf(10) ** -28 * (1 + abs(theirs))


CODE = [
    (cfunctions.log1p, (x,)), (cfunctions.expm1, (x,)), (cfunctions.hypot, (x, y)), (cfunctions.exp2, (x,)),
    (cfunctions.log2, (x,)),
    (cfunctions.log10, (x,)), (cfunctions.Sqrt, (x,)), (cfunctions.Cbrt, (x,)), (cfunctions.fma, (x, y, x)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "arguments"), CODE, ids=[kind.__name__ for kind, _ in CODE])
def test_a_function_of_code_generation_is_what_it_rewrites_to(kind, arguments):
    expression = kind(*arguments)
    code = sg.lambdify(["x", "y"], from_sympy(expression))
    plain = expression.rewrite(sp.exp) if kind is cfunctions.hypot else expression.expand(func=True)
    expected = float(sp.N(plain.subs(POINT)))
    assert code(1.4, 0.6) == pytest.approx(expected, rel=1e-14)
    assert not set(_CODE_FUNCTIONS) & set(_REWRITTEN)


@pytest.mark.parametrize("expression", [sp.Function("f")(x), sp.airyai(x), sp.hyper([1], [2], x)], ids=str)
def test_what_the_vocabulary_does_not_have_is_made_on_the_spot(expression):
    assert from_sympy(expression).symbols[0].name == "x"


@pytest.mark.parametrize("expression", [sp.LeviCivita(x, y, 2), sp.primepi(x), sp.SingularityFunction(x, 1, 2)], ids=str)
def test_what_nobody_can_differentiate_is_refused(expression):
    with pytest.raises(UnsupportedError, match="does not know SymPy's|is not supported"):
        from_sympy(expression)


@pytest.mark.parametrize(
    ("expression", "value"),
    [(sp.zeta(-1), -1 / 12), (sp.zeta(x), None), (sp.stieltjes(0, x), None), (sp.stieltjes(1), -0.0728158454836767)],
    ids=str,
)
def test_functions_that_mean_something_else_at_some_numbers(expression, value):
    node = from_sympy(expression)
    expected = float(sp.N(expression.subs(POINT))) if value is None else value
    names = [symbol.name for symbol in node.symbols]
    found = evaluate_precisely([node], {symbol: _number(POINT[x]) for symbol in node.symbols}, digits=20)[0][()]
    assert names in ([], ["x"])
    assert float(found) == pytest.approx(expected, rel=1e-12)


def _number(value):
    """Return a rational number in many digits, as an array."""
    rational = sp.Rational(value)
    with mpmath.workdps(50):
        return np.array(mpmath.mpf(int(rational.p)) / int(rational.q), dtype=object)
