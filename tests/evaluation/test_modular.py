"""Values modulo a prime: exact where the formula is algebra, blind to what other functions are."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.evaluation.modular import PRIME, UndefinedError, evaluate_modulo

A, B, x = sg.tensor("A", "m n"), sg.tensor("B", "n n"), sg.tensor("x", "n")
SIZES = {"m": 2, "n": 3}


def values(*formulas):
    return evaluate_modulo(formulas, SIZES)[0]


def test_contractions_are_those_of_whole_numbers():
    a, b, v, product = values(A, B, x, A @ B @ x)
    expected = a.astype(object) @ b.astype(object) @ v.astype(object)
    assert product.tolist() == [int(entry) % PRIME for entry in expected]


def test_a_system_is_solved_modulo_the_prime():
    b, v, solution, inverse = values(B, x, sg.solve(B, x), sg.inv(B))
    assert ((b.astype(object) @ solution.astype(object) - v) % PRIME == 0).all()
    assert ((b.astype(object) @ inverse.astype(object) - np.eye(3, dtype=int)) % PRIME == 0).all()


def test_a_chain_of_sixty_products():
    chain = x
    for _ in range(60):
        chain = B @ chain
    start, matrix, result = values(x, B, sg.simplify(x @ chain))
    vector = start.astype(object)
    for _ in range(60):
        vector = matrix.astype(object) @ vector % PRIME
    assert result == int(start.astype(object) @ vector) % PRIME


def test_long_sums_do_not_overflow():
    v = sg.tensor("v", 100_000)
    entries, total = values(v, v @ v)
    assert total == sum(int(entry) ** 2 for entry in entries) % PRIME


def test_other_functions_are_oracles():
    p, q = sg.scalar("p"), sg.scalar("q")
    one, same, other, swapped = values(sg.atan2(p, q), sg.atan2(p + 0 * q, q), sg.exp(p), sg.atan2(q, p))
    assert one == same
    assert len({one, other, swapped}) == 3
    v, entries = values(x, sg.sin(x))
    assert len(set(entries.tolist())) == len(set(v.tolist())) == 3


def test_declared_facts_hold_at_the_point():
    y, s = sg.tensor("Y", "m n", one_hot=True), sg.tensor("S", "n n", symmetric=True)
    w = sg.tensor("w", "n", sums_to=1)
    rows, matrix, weights = values(y, s, w)
    assert rows.sum(axis=1).tolist() == [1, 1]
    assert (matrix == matrix.T).all()
    assert weights.sum() % PRIME == 1


def test_a_division_by_zero_has_no_value():
    with pytest.raises(UndefinedError):
        values(sg.diag(x) ** -1)
