"""A structure, put together from its parts again, is the matrix it was recognised in."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.structures.recognition import recognise
from symgd.structures.restored_matrix import matrix_of
from symgd.structures.structure import StructureKind
from tests.structures.reading import LOSSES, evaluated, hessian_of, values_for

WITHOUT = {StructureKind.BANDED, StructureKind.SPARSE, StructureKind.FACTORED, StructureKind.DENSE}
"""Structures whose parts are not put together again."""


@pytest.mark.parametrize("name", LOSSES)
def test_the_parts_make_up_the_matrix(name):
    matrix, _, _ = hessian_of(name)
    structure, _ = recognise(matrix)
    restored = matrix_of(structure)
    assert (restored is None) == (structure.kind in WITHOUT)
    if restored is not None:
        values = values_for(matrix, restored)
        expected = evaluated(matrix, values)
        found = np.broadcast_to(evaluated(restored, values), expected.shape)
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("shape", ["n", "m n"])
def test_zero_is_restored(shape):
    x = sg.tensor("x", shape)
    structure, _ = recognise(sg.hessian(sg.sum(x), "x"))
    assert structure.kind is StructureKind.ZERO
    restored = matrix_of(structure)
    assert restored.shape == (*x.shape, *x.shape)
    assert str(restored).startswith("zeros(")
