"""Points on boundaries: every condition of formula and claim is seen from both sides, at every entry."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.verify.boundaries import numbers_in


@pytest.mark.parametrize("size", [2, 3, 5, 8])
@pytest.mark.parametrize("seed", range(8))
def test_every_entry_sees_both_sides_of_a_condition(size, seed):
    v = sg.tensor("v", size)
    own = sg.gradient(v[0], v)
    assert sg.check_gradient(v[0], v, gradient=sg.where(v > 0, own, 2 * own), seed=seed).verdict.name == "WRONG"
    assert sg.check_gradient(v[0], v, gradient=sg.where(v > 0, own, own), seed=seed).verdict.name == "RIGHT"


@pytest.mark.parametrize(
    ("loss", "right"), [("exp(u)", np.exp), ("sin(u)", np.cos), ("u**3", lambda u: 3 * u**2), ("u**2", lambda u: 2 * u)]
)
@pytest.mark.parametrize("place", [2, -1, 0.5])
def test_code_that_is_wrong_at_one_point_is_wrong(loss, right, place):
    assert sg.check_gradient(loss, "u", gradient=lambda u: np.where(u == place, 100, right(u))).verdict.name == "WRONG"
    assert sg.check_gradient(loss, "u", gradient=lambda u: 100.0 if u == place else right(u)).verdict.name == "WRONG"
    assert sg.check_gradient(loss, "u", gradient=lambda u: np.where(u == place, right(u), right(u))).verdict.name == "RIGHT"


def test_numbers_of_code_are_those_that_stand_in_it():
    def inner(u):
        return (lambda v: v if v > 2.5 else 3)(u) + 1e-8 + 1e9

    assert numbers_in(inner) == {Fraction(5, 2), Fraction(3)}
    assert numbers_in(np.sin) == set()
