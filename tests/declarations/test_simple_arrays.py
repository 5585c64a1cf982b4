"""Simple arrays at which functions of tensors are judged: equal, single, large and negative entries, and other sizes."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

import numpy as np

import symgd as sg
from symgd.declarations.place import Place
from symgd.declarations.simple_arrays import simple_arrays, threshold_arrays


def judged(node, array, numbers=()):
    """Return what is asked of an example: one real argument at one place."""
    return SimpleNamespace(
        seed=3,
        places=[Place({node: array}, {"n": len(array)})],
        real=((0, node),),
        numbers=tuple(map(Fraction, numbers)),
        shape_of=lambda arg, sizes: (sizes["n"],) * arg.rank,
    )


def arrays_of(node, array, numbers=()):
    return [np.asarray(place.values[node]) for place in simple_arrays(judged(node, array, numbers))]


def test_a_vector_is_tried_at_equal_single_large_and_negative_entries():
    v = sg.tensor("v", "n")
    found = arrays_of(v, np.array([0.3, -1.2, 0.7]), [7])
    for expected in ([0, 0, 0], [-1, -1, -1], [1e6, 1e6, 1e6], [50, 0, 0], [-1, -2, -3], [7, 7, 7], [6, 6, 6], [30, -120, 70]):
        assert any(array.shape == (3,) and np.allclose(array, expected) for array in found), expected
    assert {len(array) for array in found} == {2, 3, 4}


def test_what_is_declared_of_a_matrix_holds_at_every_array():
    S = sg.tensor("S", "n n", symmetric=True)
    P = sg.tensor("P", "n n", pd=True)
    usual = np.array([[2.0, 0.5], [0.5, 1.0]])
    assert all(np.array_equal(array, array.T) for array in arrays_of(S, usual))
    assert all(np.linalg.eigvalsh(array).min() > 0 for array in arrays_of(P, usual))


def test_arrays_of_the_numbers_in_a_formula_leave_out_what_is_huge():
    example = judged(sg.tensor("v", "n"), np.ones(2), [2, 10**13])
    assert [array.tolist() for array in threshold_arrays(example, (2,))] == [[2, 2], [-2, -2]]


def test_there_are_none_without_a_place():
    example = judged(sg.tensor("v", "n"), np.ones(2))
    example.places = []
    assert not list(simple_arrays(example))
