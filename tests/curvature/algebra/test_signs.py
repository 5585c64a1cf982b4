"""Signs of products and quotients: each factor by the cheapest means, and again from what the premises of a step state."""

from __future__ import annotations

import pytest

from symgd.curvature.algebra.quotients import Quotient
from symgd.curvature.algebra.signs import Given
from symgd.curvature.proof import Premises
from tests.curvature.regions import signs_of

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
