"""The sign of a polynomial whose terms agree."""

from __future__ import annotations

import pytest

from symgd.curvature.algebra.terms import sign_by_terms, vanishes_rarely
from tests.curvature.regions import region_of

SIGNS = [  # text, bounds, sign, is never 0
    ("x**2 + 1", {}, 1, True),
    ("-x**2 - exp(x)", {}, -1, True),
    ("x**2 + x**4", {}, 1, False),
    ("x + x**3", {"x": (0,)}, 1, True),
    ("pi*x**2", {}, 1, False),
    ("x**2 - 1", {}, None, None),
    ("x + 1", {}, None, None),
    ("x - x**2", {"x": (0,)}, None, None),
]


@pytest.mark.parametrize(("text", "bounds", "sign", "strict"), SIGNS)
def test_terms_of_one_sign_show_it(text, bounds, sign, strict):
    region, polynomial = region_of(text, **bounds)
    found = sign_by_terms(region, polynomial)
    assert (None if found is None else found.sign) == sign
    if found is not None:
        assert (not found.touching) == strict
        assert all(step.check() for step in found.steps)


def test_a_sum_of_squares_of_different_variables_vanishes_rarely():
    assert vanishes_rarely(*region_of("x**2 + y**2"))
    assert not vanishes_rarely(*region_of("x**2 + x**2*y**2"))
    assert not vanishes_rarely(*region_of("x + y"))


@pytest.mark.parametrize(
    ("text", "rarely"),
    [
        ("x**2 + y**2", True),
        ("x**2 + y**4*exp(y)", True),
        ("x**2*z**2 + y**2", True),
        ("x**2 + sin(x)**2 + 0*y", False),  # 0 on the whole plane x = 0
        ("x**2 + atan(x)**2 + 0*y", False),
        ("x**2 + a**2 + 0*y", False),  # the parameter a may be 0
        ("x**2 + x**2*y**2", False),
    ],
)
def test_terms_of_one_variable_vanish_together(text, rarely):
    assert vanishes_rarely(*region_of(text, wrt=["x", "y", "z"])) == rarely
