"""Functions at their poles have the values of their quotients beside the point, in many digits, against mpmath."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp

import symgd as sg
from symgd.derive.taylor.alternative_forms import form_at
from symgd.derive.taylor.forms.poles import alternating
from symgd.derive.taylor.series import Series
from symgd.graph.node import constant
from symgd.graph.traversal import substitute, toposort
from tests.derive.taylor.forms.forming import STEP, assert_same, x, z

third, half = sp.Rational(1, 3), sp.Rational(1, 2)

AROUND = [
    (sp.gamma(z), 0, mpmath.gamma),
    (sp.gamma(2 * z), -2, lambda t: mpmath.gamma(2 * t)),
    ("digamma(x)", -3, mpmath.digamma),
    (sp.polygamma(0, 2 * z), 0, lambda t: mpmath.digamma(2 * t)),
    (sp.polygamma(1, z), -1, lambda t: mpmath.psi(1, t)),
    (sp.polygamma(2, z), 0, lambda t: mpmath.psi(2, t)),
    (sp.beta(z, third), -1, lambda t: mpmath.beta(t, mpmath.mpf(1) / 3)),
    ("beta(1/3, x)", -1, lambda t: mpmath.beta(t, mpmath.mpf(1) / 3)),
    (sp.beta(z - half, z - half), -1, lambda t: mpmath.beta(t - 0.5, t - 0.5)),
    (sp.zeta(z), 1, mpmath.zeta),
    (sp.zeta(z, 3), 1, lambda t: mpmath.zeta(t, 3)),
    (sp.zeta(3, z), -1, lambda t: t**-3 + (t + 1) ** -3 + mpmath.zeta(3, t + 2)),
    (sp.tan(z), sp.pi / 2, mpmath.tan),
    (sp.tan(3 * z), -sp.pi / 6, lambda t: mpmath.tan(3 * t)),
]


@pytest.mark.parametrize(("source", "point", "function"), AROUND, ids=[str(one) for one, *_ in AROUND])
def test_a_form_around_a_point(source, point, function):
    node = sg.formula(source)
    form = form_at(node, Series(node, x, sp.sympify(point)))
    assert form is not None
    assert node not in toposort([form])
    assert_same(form, function, point, (STEP, -STEP))


@pytest.mark.parametrize("n", range(5))
def test_the_residue_of_gamma(n):
    node = sg.formula("gamma(x)*(x + n)", shapes={"n": ""})
    (shifted,) = substitute([node], {sg.scalar("n"): constant(n)})
    assert Series(shifted, x, sp.Integer(-n)).coefficient(0) == sp.Rational((-1) ** n, sp.factorial(n))


@pytest.mark.parametrize("n", range(6))
def test_powers_of_minus_one(n):
    assert alternating(n) == (-1) ** n
