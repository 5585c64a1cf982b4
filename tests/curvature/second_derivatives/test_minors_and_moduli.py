"""Principal minors against SymPy's determinants, and the moduli that follow from them against exact eigenvalues."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
import sympy as sp

import symgd as sg
from symgd.graph.node import constant
from tests.curvature.regions import matrix_of

TEXTS = ["x**2*y + y**3*z - x*z**2", "x**4 + x**2*y**2 + y*z + z**4", "exp(x)*y + z**2*x", "x**2/y + z**3", "log(x) + x*y*z"]


@pytest.mark.parametrize("text", TEXTS)
def test_minors_are_determinants(text):
    matrix = matrix_of(text)
    symbols = {str(node): sp.Symbol(str(node)) for node in matrix.variables}
    hessian = sp.hessian(sp.sympify(text, locals=symbols), list(symbols.values()))
    point = {symbols["x"]: sp.Rational(3, 2), symbols["y"]: sp.Rational(5, 3), symbols["z"]: sp.Rational(-2, 7)}
    for size in (1, 2, 3):
        for rows in itertools.combinations(range(3), size):
            minor = matrix.signs.region.elementary.to_node(matrix.minor(rows)).to_sympy()
            named = {symbol: point[symbols[symbol.name]] for symbol in minor.free_symbols}
            expected = hessian.extract(list(rows), list(rows)).det().subs(point)
            assert abs(sp.N(minor.subs(named) - expected, 40)) < sp.Float("1e-35")
            assert matrix.is_minor(rows, matrix.minor(rows))
            assert not matrix.is_minor(rows, matrix.signs.region.elementary.scaled(matrix.minor(rows), 2)) or expected == 0


DEFINITE = [  # text, bounds, which sign of semidefiniteness is shown, and whether definite nearly everywhere
    ("x**2 + x*y + y**2", {}, 1, True),
    ("-x**2 - x*y - y**2", {}, -1, True),
    ("x**2 + 2*x*y + y**2", {}, 1, False),
    ("x**2/y", {"y": (0,)}, 1, False),
    ("x**2 - y**2", {}, 0, False),
    ("x*y", {}, 0, False),
    ("x**2 + y**2 + 3*x*y", {}, 0, False),
    ("x**2 + y**4", {}, 1, True),
    ("x**3 + y**2", {"x": (0,)}, 1, True),
    ("x**3 + y**2", {"x": (-1,)}, 0, False),
    ("x**2 + y**2 + z**2 - x*y - y*z - x*z", {}, 1, False),
    ("-(x + y + z)**2", {}, -1, False),
    ("x**2 + 0*y + y", {}, 1, False),
]


@pytest.mark.parametrize(("text", "bounds", "way", "is_definite"), DEFINITE)
def test_semidefinite_matrices_are_told(text, bounds, way, is_definite):
    matrix = matrix_of(text, **bounds)
    for one in (1, -1):
        found = matrix.semidefinite(one)
        assert (found is not None) == (one == way)
        if found is not None:
            assert (found[0] is not None) == is_definite
            assert all(step.check() for step in found[1])


MODULI = [  # text, bounds, the smallest eigenvalue of the Hessian over the domain, exactly
    ("x**2 + x*y + y**2", {}, "1"),
    ("2*x**2 + 3*y**2 + 2*x*y", {}, "5 - sqrt(5)"),
    ("x**4 + x**2 + 5*y**2", {}, "2"),
    ("exp(x) + x**2 + y**2 + y**4", {}, "2"),
    ("cosh(x) + cosh(y)", {}, "1"),
    ("x**3 + y**2", {"x": (1, None)}, "2"),
    ("1/x + y**2", {"x": (0, 2)}, "1/4"),
    ("x**2 + y**2 + z**2 + x*y + y*z", {}, "2 - sqrt(2)"),
]


@pytest.mark.parametrize(("text", "bounds", "smallest"), MODULI)
def test_moduli_are_not_above_the_smallest_eigenvalue(text, bounds, smallest):
    verdict = sg.convexity(text, domain=bounds if bounds else None)
    exact = sp.sympify(smallest)
    assert sp.N(verdict.modulus - exact, 40) <= 0
    assert sp.N(verdict.modulus, 20) >= sp.N(exact, 20) * sp.Float("0.9")
    assert verdict.check()


@pytest.mark.parametrize("above", [Fraction(1, 10**12), Fraction(1, 3)])
def test_no_larger_number_is_shown(above):
    matrix = matrix_of("x**2 + x*y + y**2")
    algebra = matrix.signs.region.elementary
    for number, is_shown in ((Fraction(1), True), (1 + above, False), (1 - above, True)):
        shifted = matrix.shifted(algebra.number(number), constant(number))
        assert (shifted.semidefinite(1) is not None) == is_shown


CLAIMS = [  # text, and what the proof says of the minors
    ("x**2", ["f″ = 2 ≥ 0"]),
    ("-(x**2)", ["f″ = -2 ≤ 0"]),
    ("x**2 + x*y + y**2", ["principal minor 1 = 2 ≥ 0", "principal minor 12 = 3 ≥ 0"]),
    ("-(x**2) - x*y - y**2", ["principal minor 1 = -2 ≤ 0", "principal minor 12 = 3 ≥ 0"]),
    ("(x + y)**2", ["principal minor 1 = 2 ≥ 0", "principal minor 2 = 2 ≥ 0", "principal minor 12 = 0"]),
]


@pytest.mark.parametrize(("text", "claims"), CLAIMS)
def test_minors_in_words(text, claims):
    matrix = matrix_of(text)
    way = 1 if "≥" in claims[0] else -1
    assert [step.claim for step in matrix.semidefinite(way)[1]] == claims
