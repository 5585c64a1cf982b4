"""Claimed derivatives of code at one point."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg

CASES = [  # function, claimed gradient, place, verdict
    (lambda x: np.sum(x**2), lambda x: 2 * x, [1.0, 2.0], "RIGHT"),
    (lambda x: np.sum(x**2), lambda x: 2 * x + [0, 1e-3], [1.0, 2.0], "WRONG"),
    (lambda x: np.sum(np.abs(x)), np.sign, [0.0, 0.0], "KINK"),
    (lambda x: np.sum(np.abs(x)), lambda x: np.sign(x) + 2, [0.0, 0.0], "WRONG"),
    (lambda x: np.max(x), lambda x: np.ones(2), [1.0, 1.0], "WRONG"),
    (lambda x: np.max(x), lambda x: (x == x.max()) / np.sum(x == x.max()), [1.0, 1.0], "KINK"),
]


@pytest.mark.parametrize(("function", "claim", "place", "verdict"), CASES)
def test_verdicts(function, claim, place, verdict):
    def opaque(f):
        return lambda x: f(np.asarray(x, dtype=float))

    check = sg.check_gradient(opaque(function), opaque(claim), at=np.array(place))
    assert check.verdict.name == verdict
