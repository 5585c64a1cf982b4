"""The logarithm of eˣ − 1 does not overflow: code beside 60 digits."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import symgd as sg

mp = mpmath.mp

EXPM1 = [
    ("log(exp(x) - 1)", lambda x: mp.log(mp.expm1(x)), lambda x: 1 / -mp.expm1(-x)),
    ("log(2*exp(x) - 2)", lambda x: mp.log(2 * mp.expm1(x)), lambda x: 1 / -mp.expm1(-x)),
]


@pytest.mark.parametrize(("text", "value", "slope"), EXPM1, ids=[row[0] for row in EXPM1])
def test_the_logarithm_of_an_exponential_less_1(text, value, slope):
    code = sg.lambdify("x", [sg.formula(text), sg.gradient(text, "x")])
    for x in (1e-300, 1e-9, 0.3, 0.999, 1.001, 40.0, 800.0, 1e200):
        with mpmath.workdps(60):
            expected = [float(value(mp.mpf(x))), float(slope(mp.mpf(x)))] if x < 1e9 else [x, 1.0]
        assert code(x) == pytest.approx(expected, rel=2e-15, abs=0)
    with np.errstate(all="ignore"):
        assert np.isnan(code(-1.0)[0])
