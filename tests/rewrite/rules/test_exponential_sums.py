"""Logarithms and quotients of weighted exponentials do not overflow: code beside 60 digits."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import symgd as sg

mp = mpmath.mp

# formula, its value and the places, of x, y, z and the weights v and w
SUMS = [
    ("log((exp(x) + exp(y) + exp(z))/3)", lambda x, y, z, v, w: mp.log((mp.exp(x) + mp.exp(y) + mp.exp(z)) / 3)),
    ("log((exp(x) + exp(y))/2)", lambda x, y, z, v, w: mp.log((mp.exp(x) + mp.exp(y)) / 2)),
    ("log(w*exp(x) + v*exp(y))", lambda x, y, z, v, w: mp.log(w * mp.exp(x) + v * mp.exp(y))),
    ("log(w*exp(x) + v*exp(y) + 3*exp(z))", lambda x, y, z, v, w: mp.log(w * mp.exp(x) + v * mp.exp(y) + 3 * mp.exp(z))),
    ("log(3*(exp(x) + w))", lambda x, y, z, v, w: mp.log(3 * (mp.exp(x) + w))),
    ("log(1 + w*exp(x))", lambda x, y, z, v, w: mp.log(1 + w * mp.exp(x))),
    ("log(2*exp(x) + 3)", lambda x, y, z, v, w: mp.log(2 * mp.exp(x) + 3)),
    ("w*exp(x)/(w*exp(x) + v*exp(y))", lambda x, y, z, v, w: w * mp.exp(x) / (w * mp.exp(x) + v * mp.exp(y))),
]
POINTS = [(0.5, -0.25, 2.0), (1000.0, 999.0, 998.0), (-1000.0, -999.0, -1001.0), (-40.0, 900.0, 800.0), (40.0, -900.0, -800.0)]
WEIGHTS = [(0.5, 3.0), (1e-3, 1e5)]


@pytest.mark.parametrize(("text", "value"), SUMS, ids=[row[0] for row in SUMS])
def test_weighted_exponentials(text, value):
    facts = {name: {"positive": True} for name in "vw" if name in text}
    loss = sg.formula(text, facts=facts)
    names = [one.name for one in loss.symbols]
    wrt = [name for name in ("x", "w") if name in names]
    code = sg.lambdify(names, [loss, *(sg.gradient(loss, name) for name in wrt)])
    for point in POINTS:
        for weights in WEIGHTS:
            at = dict(zip("xyzvw", (*point, *weights), strict=True))
            with np.errstate(over="ignore", under="ignore"):
                got = code(*(at[name] for name in names))
            with mpmath.workdps(2500):
                exact = {name: mp.mpf(one) for name, one in at.items()}
                expected = [value(**exact)]
                for name in wrt:
                    step = mp.mpf(10) ** -1500
                    less, more = ({**exact, name: exact[name] + sign * step} for sign in (-1, 1))
                    expected.append((value(**more) - value(**less)) / (2 * step))
                scale = max(1, *(abs(one) for one in point))  # by which a rounding of x moves the logarithm's argument
                for one, other in zip(got, expected, strict=True):
                    assert float(one) == pytest.approx(float(other), rel=4e-16 * scale, abs=1e-300), (text, at)


def test_weights_of_any_sign_stay():
    code = sg.lambdify(["x", "y", "w"], "log(w*exp(x) + exp(y)) + log(exp(y) - w*exp(x)/(w*exp(x) + 1))")
    x, y, w = 0.5, 1.0, -0.25
    expected = np.log(w * np.exp(x) + np.exp(y)) + np.log(np.exp(y) - w * np.exp(x) / (w * np.exp(x) + 1))
    assert code(x, y, w) == pytest.approx(expected, rel=1e-14)
