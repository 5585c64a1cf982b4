"""Functions with logarithmic singularities have the values of their forms right of 0, in many digits, against mpmath."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp

import symgd as sg
from symgd.derive.taylor.alternative_forms import form_beside
from symgd.derive.taylor.series import Series
from symgd.graph.traversal import toposort
from tests.derive.taylor.forms.forming import STEP, assert_same, x, z

third, half = sp.Rational(1, 3), sp.Rational(1, 2)

BESIDE = [
    (sp.log(z / 3), lambda t: mpmath.log(t / 3)),
    (sp.log(z**2 / (1 + z)), lambda t: mpmath.log(t**2 / (1 + t))),
    (z**z, lambda t: t**t),
    (sp.sin(z) ** z, lambda t: mpmath.sin(t) ** t),
    (sp.loggamma(z), mpmath.loggamma),
    (sp.bessely(0, z), lambda t: mpmath.bessely(0, t)),
    (sp.bessely(3, z), lambda t: mpmath.bessely(3, t)),
    (sp.besselk(0, z), lambda t: mpmath.besselk(0, t)),
    (sp.besselk(1, z), lambda t: mpmath.besselk(1, t)),
    (sp.besselk(2, 3 * z), lambda t: mpmath.besselk(2, 3 * t)),
    (sp.Ei(z), mpmath.ei),
    (sp.Ei(-z), lambda t: mpmath.ei(-t)),
    (sp.Ci(z), mpmath.ci),
    (sp.Chi(z), mpmath.chi),
    (sp.expint(1, z), mpmath.e1),
    (sp.li(1 - z), lambda t: mpmath.li(1 - t)),
    ("exp(2*log(x)/3 + x)", lambda t: mpmath.cbrt(t) ** 2 * mpmath.exp(t)),
    (sp.elliptic_k(1 - z), lambda t: mpmath.ellipk(1 - t)),
]


@pytest.mark.parametrize(("source", "function"), BESIDE, ids=[str(one) for one, _ in BESIDE])
def test_a_form_on_the_right_side(source, function):
    node = sg.formula(source)
    form = form_beside(node, Series(node, x, sp.Integer(0), is_one_sided=True))
    assert form is not None
    assert node not in toposort([form])
    assert_same(form, function, 0, (STEP, 2 * STEP))


@pytest.mark.parametrize(("text", "order"), [("log(x)", 1), ("log(x**3)", 3), ("log(sin(x)**2)", 2), ("log(x/(1 + x))", 1)])
def test_a_logarithm_is_taken_out_as_often_as_its_argument_vanishes(text, order):
    series = Series(sg.formula(text), x, sp.Integer(0), is_one_sided=True)
    value = series.coefficient(0)
    assert value.coeff(series.logarithm, 1) == order


@pytest.mark.parametrize("c", [1, 2, sp.Rational(1, 2)])
def test_an_exponential_of_a_logarithm_is_a_power(c):
    node = sg.formula(sp.exp(c * sp.log(z), evaluate=False))
    form = form_beside(node, Series(node, x, sp.Integer(0), is_one_sided=True))
    form = node if form is None else form
    assert float(sg.lambdify(["x"], form)(0.25)) == pytest.approx(0.25 ** float(c))
