"""What data show of an input is proven: signs, bounds, symmetry, definiteness at the edge of rounding."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.curvature.data_facts import with_facts_of


def test_signs_and_bounds_are_those_of_the_entries():
    facts = with_facts_of(sg.tensor("v", "n"), np.array([0.1, 3.0, 2.0])).facts
    assert (facts.interval.low, facts.interval.high) == (Fraction(1, 10), 3)
    assert facts.is_nonzero
    assert not with_facts_of(sg.tensor("v", "n"), np.array([0.0, 1.0])).facts.is_nonzero


@pytest.mark.parametrize(
    ("matrix", "semidefinite", "definite"),
    [
        ([[2, 1], [1, 2]], True, True), ([[1, 1], [1, 1]], True, False), ([[1, 2], [2, 1]], False, False),
        ([[0.1, 0.3], [0.3, 0.9]], True, False), ([[0.1, 0.3], [0.3, 0.9000000000000001]], True, True),
        ([[0.1, 0.3], [0.3, 0.8999999999999999]], False, False), ([[0, 0], [0, 1]], True, False),
        ([[0, 1], [1, 0]], False, False),
    ],
)  # fmt: skip
def test_definiteness_is_exact(matrix, semidefinite, definite):
    """Determinants by hand: 0.1·0.9 − 0.3² = 0, and its neighbours have a sign."""
    facts = with_facts_of(sg.tensor("A", "n n"), np.array(matrix, dtype=float)).facts
    assert facts.is_symmetric
    assert facts.is_positive_semidefinite == semidefinite
    assert facts.is_positive_definite == definite


def test_what_is_not_symmetric_is_not_said_to_be():
    assert not with_facts_of(sg.tensor("A", "n n"), np.array([[1.0, 0.0], [1e-300, 1.0]])).facts.is_symmetric
