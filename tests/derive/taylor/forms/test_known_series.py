"""Functions with a known power series have its values beside the point, in many digits, against mpmath."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp

import symgd as sg
from symgd.derive.taylor.alternative_forms import form_at, form_beside
from symgd.derive.taylor.series import Series
from symgd.graph.traversal import toposort
from tests.derive.taylor.forms.forming import STEP, assert_same, x, z

third, half = sp.Rational(1, 3), sp.Rational(1, 2)

AROUND = [
    (sp.polylog(2, z), 0, lambda t: mpmath.polylog(2, t)),
    (sp.polylog(half, z), 0, lambda t: mpmath.polylog(0.5, t)),
    (sp.lerchphi(z, 2, half), 0, lambda t: mpmath.fsum(t**k / (k + 0.5) ** 2 for k in range(12))),
    (sp.legendre(third, z), 1, lambda t: mpmath.legendre(mpmath.mpf(1) / 3, t)),
]


@pytest.mark.parametrize(("source", "point", "function"), AROUND, ids=[str(one) for one, *_ in AROUND])
def test_a_form_around_a_point(source, point, function):
    node = sg.formula(source)
    form = form_at(node, Series(node, x, sp.sympify(point)))
    assert form is not None
    assert node not in toposort([form])
    assert_same(form, function, point, (STEP, -STEP))


BESIDE = [
    (sp.lowergamma(third, z), lambda t: mpmath.gammainc(mpmath.mpf(1) / 3, 0, t)),
    (sp.uppergamma(third, z), lambda t: mpmath.gammainc(mpmath.mpf(1) / 3, t)),
    (sp.besselj(third, z), lambda t: mpmath.besselj(mpmath.mpf(1) / 3, t)),
    (sp.besseli(-third, z), lambda t: mpmath.besseli(-mpmath.mpf(1) / 3, t)),
]


@pytest.mark.parametrize(("source", "function"), BESIDE, ids=[str(one) for one, _ in BESIDE])
def test_a_form_on_the_right_side(source, function):
    node = sg.formula(source)
    form = form_beside(node, Series(node, x, sp.Integer(0), is_one_sided=True))
    assert form is not None
    assert node not in toposort([form])
    assert_same(form, function, 0, (STEP, 2 * STEP))


COEFFICIENTS = [
    (sp.polylog(2, z), lambda k: sp.Integer(k) ** -2 if k else 0),
    (sp.lerchphi(z, 2, half), lambda k: (k + half) ** -2),
    (sp.legendre(2, 1 - z), lambda k: [1, -3, sp.Rational(3, 2)][k] if k < 3 else 0),
    (sp.legendre(third, 1 - 2 * z), lambda k: sp.rf(-third, k) * sp.rf(third + 1, k) / sp.factorial(k) ** 2),
]


@pytest.mark.parametrize(("source", "expected"), COEFFICIENTS, ids=[str(source) for source, _ in COEFFICIENTS])
def test_the_coefficients_are_those_of_the_tables(source, expected):
    series = Series(sg.formula(source), x, sp.Integer(0))
    assert [series.coefficient(k) for k in range(6)] == [expected(k) for k in range(6)]
