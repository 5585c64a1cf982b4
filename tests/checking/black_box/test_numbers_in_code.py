"""Numbers of code: those that it may compare an input with, and no steps, tolerances or numbers of libraries."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from symgd.checking.black_box.numbers_in_code import numbers_in


def test_numbers_of_code_are_those_that_stand_in_it():
    def inner(u):
        return (lambda v: v if v > 2.5 else 3)(u) + 1e-8 + 1e9

    assert numbers_in(inner) == {Fraction(5, 2), Fraction(3), Fraction(0)}  # 1e-8 may be a tolerance around 0
    assert numbers_in(np.sin) == set()
