"""Signs of products and quotients: each factor by the cheapest means, and again from what the premises of a step state."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd.curvature.algebra.quotients import Quotient
from symgd.curvature.algebra.signs import Given, Signs
from symgd.curvature.proof import Premises
from symgd.errors import UnsupportedError
from symgd.evaluation.effort import Effort
from tests.curvature.random_sums import TERMS, as_text, value_of
from tests.curvature.regions import region_of, signs_of

SIGNS = [  # text, bounds, sign, is never 0
    ("(x**2 + 1)*(y**2 + x*y + 2)*0 + (x**2 - x + 1)*exp(y)", {}, 1, True),
    ("x**2*(x - 3)**2", {}, 1, False),
    ("-(x - y)**2", {}, -1, False),
    ("(x - 1)*(x - 2)", {"x": (2,)}, 1, True),
    ("x*y", {}, None, None),
    ("x**3*exp(x)", {"x": (None, 0)}, -1, True),
]


@pytest.mark.parametrize(("text", "bounds", "sign", "strict"), SIGNS)
def test_signs_by_factors(text, bounds, sign, strict):
    bounds = {name: tuple(-float("inf") if end is None else end for end in ends) for name, ends in bounds.items()}
    signs, polynomial = signs_of(text, **bounds)
    found = signs.of(polynomial)
    assert (None if found is None else found.sign) == sign
    if found is None:
        return
    assert (not found.touching) == strict
    premises = Premises(step.statement for step in found.steps)
    again = Given(signs.region, premises).of(polynomial)
    assert (again.sign, again.touching) == (found.sign, found.touching)
    assert premises.are_all_used


def test_nothing_is_given_where_the_premises_say_nothing():
    signs, polynomial = signs_of("x**2 - x + 1")
    assert signs.of(polynomial).sign == 1
    assert Given(signs.region, Premises([])).of(polynomial) is None


def test_a_quotient_changes_its_sign_with_odd_powers_below():
    signs, polynomial = signs_of("x", x=(1,))
    above, below = signs.region.elementary.number(1), {-polynomial: 1}
    assert signs.of_quotient(Quotient(above.top, below)).sign == -1
    assert signs.of_quotient(Quotient(above.top, {-polynomial: 2})).sign == 1
    assert signs.of_quotient(Quotient(above.top - above.top)).sign == 0


@settings(max_examples=40, deadline=None)
@given(TERMS, st.fractions(-2, 2, max_denominator=3), st.fractions(Fraction(1, 3), 2, max_denominator=3))
def test_a_sign_that_is_shown_holds(terms, low, width):
    try:
        region, polynomial = region_of(as_text(terms) + " + 0*x", wrt=["x"], x=(low, low + width))
    except (UnsupportedError, AssertionError):
        return
    region.elementary.effort, region.share = Effort(100_000), 0.1
    if not polynomial:
        return
    found = Signs(region).of(polynomial)
    if found is None:
        return
    for k in range(1, 40):
        value = value_of(terms, low + width * Fraction(k, 40))
        assert value * found.sign >= -(mpmath.mpf(10) ** -40)
        assert found.touching or abs(value) > mpmath.mpf(10) ** -40
    assert all(step.check() for start in found.steps for step in start.walk())


SHOWN = [  # text, bounds, sign, whether it is never 0, by calculus
    ("exp(x) - 1 - x - x**2/2", {"x": (0, 5)}, 1, True),
    ("exp(x) - 1 - x", {}, 1, False),
    ("x - sin(x)", {"x": (0, 3)}, 1, True),
    ("1 - cos(x)", {}, 1, False),
    ("log(1 + x) - x", {"x": (0, 4)}, -1, True),
    ("sqrt(1 + x**2) - 1", {}, 1, False),
    ("(x - 1)**2*(x + 2)", {"x": (-2, 2)}, 1, False),
    ("(x - 1)**2*(x + 2)", {"x": (1, 2)}, 1, True),
    ("x*y - 1", {"x": (1, 2), "y": (1, 2)}, 1, True),
    ("x**2 + y**2 - 2*x*y", {}, 1, False),
    ("x**2 + y**2 - 2*x*y + 1/1000", {}, 1, True),
    ("exp(x) + exp(y) - 1/2", {"x": (0, 1)}, 1, True),
    ("sin(x) - 1", {"x": (0, 1)}, -1, True),
]
OPEN = [  # what changes its sign, by a little
    ("exp(x) - 1 - x - x**2/2", {"x": ("-1/100", 5)}),
    ("exp(x) - 1001/1000 - x", {}),
    ("x - 1001*sin(x)/1000", {"x": (0, 3)}),
    ("999/1000 - cos(x)", {}),
    ("log(1 + x) - x + 1/1000", {"x": (0, 4)}),
    ("sqrt(1 + x**2) - 1001*x/1000", {}),
    ("(x - 1)**3*(x + 2)", {"x": (-2, 2)}),
    ("x*y - 1", {"x": ("999/1000", 2), "y": (1, 2)}),
    ("x**2 + y**2 - 2001*x*y/1000", {}),
    ("x**2 + y**2 - 2*x*y - 1/1000", {}),
    ("exp(x) + exp(y) - 1001/1000", {"x": (0, 1)}),
    ("sin(x) - 8/10", {"x": (0, 1)}),
]


def _exactly(bounds):
    return {name: tuple(Fraction(end) for end in ends) for name, ends in bounds.items()}


@pytest.mark.parametrize(("text", "bounds", "sign", "strict"), SHOWN)
def test_known_inequalities_are_shown(text, bounds, sign, strict):
    region, polynomial = region_of(text, **_exactly(bounds))
    found = Signs(region).of(polynomial)
    assert found.sign == sign
    assert strict or found.touching
    assert all(step.check() for start in found.steps for step in start.walk())


@pytest.mark.parametrize(("text", "bounds"), OPEN)
def test_inequalities_that_fail_by_a_little_are_not(text, bounds):
    region, polynomial = region_of(text, **_exactly(bounds))
    region.elementary.effort = Effort(300_000)
    assert Signs(region).of(polynomial) is None
    assert Signs(region).of(-polynomial) is None


ASSUMED = [  # a polynomial where (x − 1)·(y − 1) > 0, and its sign
    ("(x - 1)*(y - 1)", 1),
    ("-(x - 1)*(y - 1)", -1),
    ("(x - 1)**2*(y - 1)**2", 1),
    ("(x - 1)**3*(y - 1)**3", 1),
    ("(x - 1)**3*(y - 1)", 1),
    ("(x - 1)**2*(y - 1)", None),
    ("(x - 1)*(y - 1)*(1 + x**2)", 1),
    ("(x - 1)*(y - 2)", None),
    ("x*y", None),
]


@pytest.mark.parametrize(("text", "sign"), ASSUMED)
def test_products_whose_sign_the_domain_states(text, sign):
    signs, polynomial = signs_of(text, constraints=["(x - 1)*(y - 1) > 0"])
    found = signs.of(polynomial)
    assert (None if found is None else found.sign) == sign
    assert found is None or all(step.check() for step in found.steps)
