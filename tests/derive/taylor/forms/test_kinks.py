"""Functions with kinks and jumps have the values of their smooth pieces beside the point, in many digits, against mpmath."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp

import symgd as sg
from symgd.derive.taylor.alternative_forms import form_at, form_beside
from symgd.derive.taylor.forms.kinks import AT_KINKS, BETWEEN_JUMPS
from symgd.derive.taylor.series import Series
from symgd.graph.primitive import REGISTRY
from symgd.graph.traversal import toposort
from tests.derive.taylor.forms.forming import STEP, assert_same, x, z

third, half = sp.Rational(1, 3), sp.Rational(1, 2)

AROUND = [
    (sp.floor(z), sp.Rational(5, 2), lambda t: 2),
    (sp.floor(z), -sp.sqrt(2), lambda t: -2),
    (sp.ceiling(z), sp.sqrt(2), lambda t: 2),
]


@pytest.mark.parametrize(("source", "point", "function"), AROUND, ids=[str(one) for one, *_ in AROUND])
def test_a_form_around_a_point(source, point, function):
    node = sg.formula(source)
    form = form_at(node, Series(node, x, sp.sympify(point)))
    assert form is not None
    assert node not in toposort([form])
    assert_same(form, function, point, (STEP, -STEP))


BESIDE = [
    (sg.abs(x), lambda t: t),
    (sg.abs(-sg.sin(x)), mpmath.sin),
    (sg.sign(-x), lambda t: -1),
    (sg.maximum(x, 2 * x), lambda t: 2 * t),
    (sg.minimum(x, x**2), lambda t: t**2),
    (sg.floor(2 + x), lambda t: 2),
    (sg.floor(2 - x), lambda t: 1),
    (sg.ceil(2 + x), lambda t: 3),
    (sg.ceil(2 - x), lambda t: 2),
    ("cbrt(x)", mpmath.cbrt),
    ("cbrt(-2*x)", lambda t: -mpmath.cbrt(2 * t)),
    ("relu(x)", lambda t: t),
    ("relu(-x)", lambda t: 0),
    (sg.atan(1 / x), lambda t: mpmath.atan(1 / t)),
    (sg.atan(-1 / x), lambda t: -mpmath.atan(1 / t)),
    (sg.atan2(x, x), lambda t: mpmath.pi / 4),
    (sg.atan2(x, -x), lambda t: 3 * mpmath.pi / 4),
    (sg.atan2(-x, -x), lambda t: -3 * mpmath.pi / 4),
    (sg.atan2(x, -1), lambda t: mpmath.atan2(t, -1)),
    (sg.atan2(-x, -1), lambda t: mpmath.atan2(-t, -1)),
    (sg.atan2(1, -x), lambda t: mpmath.atan2(1, -t)),
    (sg.atan2(-1, x), lambda t: mpmath.atan2(-1, t)),
]


@pytest.mark.parametrize(("source", "function"), BESIDE, ids=[str(one) for one, _ in BESIDE])
def test_a_form_on_the_right_side(source, function):
    node = sg.formula(source)
    form = form_beside(node, Series(node, x, sp.Integer(0), is_one_sided=True))
    assert form is not None
    assert node not in toposort([form])
    assert_same(form, function, 0, (STEP, 2 * STEP))


@pytest.mark.parametrize("name", sorted({*AT_KINKS, *BETWEEN_JUMPS}))
def test_a_form_belongs_to_a_function_with_a_kink(name):
    record = REGISTRY[name]
    assert record.kinks is not None or name in ("atan", "cbrt", "floor", "ceil")


@pytest.mark.parametrize(("text", "at"), [("floor(x)", 0), ("ceil(x)", 2), ("floor(2*x)", 1)])
def test_at_a_jump_no_form_holds_on_both_sides(text, at):
    node = sg.formula(text)
    assert form_at(node, Series(node, x, sp.sympify(at))) is None
