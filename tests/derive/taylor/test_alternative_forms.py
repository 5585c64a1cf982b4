"""The tables of alternative forms: where the rules of a function serve, there is no other form."""

from __future__ import annotations

import pytest
import sympy as sp

import symgd as sg
from symgd.derive.taylor.alternative_forms import _AROUND, _BESIDE, form_at, form_beside
from symgd.derive.taylor.forms.kinks import AT_KINKS, BETWEEN_JUMPS
from symgd.derive.taylor.forms.known_series import KNOWN_AROUND, KNOWN_BESIDE
from symgd.derive.taylor.forms.logarithms import WITH_LOGARITHMS
from symgd.derive.taylor.forms.poles import AT_POLES
from symgd.derive.taylor.forms.power_series import POWER_SERIES, power_series
from symgd.derive.taylor.series import Series
from symgd.graph.primitive import REGISTRY
from tests.derive.taylor.forms.forming import x, z

third, half = sp.Rational(1, 3), sp.Rational(1, 2)


def test_a_function_has_one_form_on_each_side():
    assert len(_AROUND) == len(AT_POLES) + len(BETWEEN_JUMPS) + len(KNOWN_AROUND)
    assert len(_BESIDE) == len(WITH_LOGARITHMS) + len(KNOWN_BESIDE) + len(AT_KINKS)


@pytest.mark.parametrize("name", sorted({*_AROUND, *_BESIDE}))
def test_a_form_is_that_of_a_function_that_can_be_read(name):
    assert name in REGISTRY or hasattr(sp, name)


@pytest.mark.parametrize(
    ("source", "point"),
    [
        (sp.gamma(z), third), (sp.gamma(z), 1), (sp.gamma(z), -300), ("digamma(x)", 2), (sp.zeta(z), 2), (sp.zeta(2, z), 1),
        (sp.tan(z), 0), (sp.floor(z), 3), (sp.ceiling(z), 0), (sp.polylog(2, z), half), (sp.polylog(z, half), 0),
        (sp.exp(z), 0), (sp.legendre(third, z), 0), (sp.legendre(z, 1 / z), 1), (sp.beta(z, 2), 1), (sp.polygamma(1, z), half),
        (z, 0), (z + 1, 0), (sp.gamma(1 / z), 0), (sp.gamma(sp.Symbol("a")), 0),
    ],
)  # fmt: skip
def test_where_the_rules_of_a_function_serve_there_is_no_other_form(source, point):
    node = sg.formula(source)
    assert form_at(node, Series(node, x, sp.sympify(point))) is None


@pytest.mark.parametrize(
    "source",
    [
        "log(1 + x)", "exp(x)", "(1 + x)**x", "x**3", "loggamma(2 + x)", "floor(1/2 + x)", "atan(x)", "sin(x)", "log(a)",
        sp.Ei(1 + z), sp.besselj(2, z), sp.besselk(0, 1 + z), sp.expint(2, z), sp.li(2 + z), sp.elliptic_k(z),
        sp.uppergamma(2, z, evaluate=False), sp.lowergamma(half, 1 + z),
    ],
)  # fmt: skip
def test_right_of_a_point_neither(source):
    node = sg.formula(source)
    assert form_beside(node, Series(node, x, sp.Integer(0), is_one_sided=True)) is None


def test_a_power_series_has_its_coefficients():
    exponential = power_series(lambda k: 1 / sp.factorial(k), x)
    assert exponential.primitive is POWER_SERIES and exponential.shape == ()
    assert [Series(exponential, x, sp.Integer(0)).coefficient(k) for k in (0, 1, 5)] == [1, 1, sp.Rational(1, 120)]
    of_square = Series(power_series(lambda k: 1 / sp.factorial(k), x**2 - x), x, sp.Integer(0))
    assert [of_square.coefficient(k) for k in range(4)] == [1, -1, sp.Rational(3, 2), -sp.Rational(7, 6)]
