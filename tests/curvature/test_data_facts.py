"""What data show of an input is proven: signs, bounds, symmetry, definiteness at the edge of rounding."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.curvature.data_facts import definiteness_of_symmetric_part, with_facts_of


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


def spread(size, least, seed=0):
    """A symmetric matrix with a known smallest eigenvalue, nearly, and others between 1 and 2."""
    rng = np.random.default_rng(seed)
    rotation = np.linalg.qr(rng.normal(size=(size, size)))[0]
    matrix = rotation @ np.diag([least, *rng.uniform(1, 2, size=size - 1)]) @ rotation.T
    return (matrix + matrix.T) / 2


@pytest.mark.parametrize("size", [3, 24, 25, 40])
@pytest.mark.parametrize(("least", "definite"), [(0.5, True), (1e-6, True), (-1e-6, False), (-3, False)])
def test_definiteness_of_matrices_of_all_sizes(size, least, definite):
    matrix = spread(size, least)
    assert definiteness_of_symmetric_part(matrix) == (definite, definite)
    tilted = matrix + np.triu(np.ones((size, size)), 1) - np.tril(np.ones((size, size)), -1)
    assert definiteness_of_symmetric_part(tilted) == (definite, definite)
    assert definiteness_of_symmetric_part(-matrix) == (False, False)


@pytest.mark.parametrize("size", [25, 40])
def test_a_large_matrix_at_the_edge_of_rounding_is_left_open(size):
    for least in (0.0, 1e-18, -1e-18):
        assert definiteness_of_symmetric_part(spread(size, least)) == (False, False)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([[0]], (True, False)), ([[1]], (True, True)), ([[-1]], (False, False)), ([[0, 2], [-2, 0]], (True, False)),
        ([[1, 2], [0, 1]], (True, False)), ([[1, 3], [0, 1]], (False, False)), ([[1, 5], [-4, 1]], (True, True)),
        ([[1, 1, 0], [1, 1, 0], [0, 0, -1]], (False, False)), ([[1, 1, 0], [1, 1, 1], [0, 1, 5]], (False, False)),
        ([[2, -1, 0], [-1, 2, -1], [0, -1, 2]], (True, True)), ([[1, -1, 0], [-1, 2, -1], [0, -1, 1]], (True, False)),
    ],
)  # fmt: skip
def test_symmetric_parts_by_hand(rows, found):
    assert definiteness_of_symmetric_part(np.array(rows, dtype=float)) == found
