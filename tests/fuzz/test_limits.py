from __future__ import annotations

import mpmath
import pytest

from tests.fuzz.limits import OutOfTime, time_limit


def compute_for_ever():
    mpmath.mp.prec = 103
    while True:
        pass


def test_a_call_that_takes_too_long_leaves_the_precision_as_it_was():
    with pytest.raises(OutOfTime), time_limit(0.05):
        compute_for_ever()
    assert mpmath.mp.prec == 53
