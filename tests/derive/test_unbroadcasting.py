from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.derive.unbroadcasting import unbroadcast
from tests.primitives.library_comparison import compiled


@pytest.mark.parametrize(
    ("adjoint", "shape", "lead"),
    [
        ((2, 3), (2, 3), 0), ((2, 3), (3,), 0), ((2, 3), (1, 3), 0), ((2, 3), (2, 1), 0), ((2, 3), (1, 1), 0), ((2, 3), (), 0),
        ((4, 2, 3), (1, 3), 0),
        ((4, 2, 3), (2, 3), 1), ((4, 2, 3), (3,), 1), ((4, 2, 3), (2, 1), 1), ((4, 2, 3), (), 1), ((5, 4, 2, 3), (3,), 2),
        ((5, 4, 2, 3), (1, 3), 1), ((2, 1), (1,), 0),
    ],
)  # fmt: skip
def test_an_adjoint_is_summed_over_what_was_stretched(adjoint, shape, lead):
    array = np.arange(float(np.prod(adjoint))).reshape(adjoint)
    result = unbroadcast(sg.tensor("t", adjoint), shape, lead)
    target = (*adjoint[:lead], *shape)
    assert result.shape == target
    front, rest = adjoint[:lead], adjoint[lead:]
    expected = np.zeros(target)
    for place in np.ndindex(*adjoint):
        inner = place[lead:][len(rest) - len(shape) :]
        expected[(*place[: len(front)], *(0 if size == 1 else k for k, size in zip(inner, shape, strict=True)))] += array[place]
    assert np.array_equal(compiled(result, {"t": array}), expected)
