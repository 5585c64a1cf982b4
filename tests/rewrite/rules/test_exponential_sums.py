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


def test_weights_of_any_sign_stay():
    code = sg.lambdify(["x", "y", "w"], "log(w*exp(x) + exp(y)) + log(exp(y) - w*exp(x)/(w*exp(x) + 1))")
    x, y, w = 0.5, 1.0, -0.25
    expected = np.log(w * np.exp(x) + np.exp(y)) + np.log(np.exp(y) - w * np.exp(x) / (w * np.exp(x) + 1))
    assert code(x, y, w) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("fact", [{"positive": True}, {"nonnegative": True}, {"negative": True}, {}], ids=str)
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x/sqrt(x**2 + 1) - 1", lambda x: x / mp.sqrt(x * x + 1) - 1),
        ("x/sqrt(x**2 + 1) + 1", lambda x: x / mp.sqrt(x * x + 1) + 1),
        ("sqrt(x**2 + 1) - x", lambda x: mp.sqrt(x * x + 1) - x),
        ("sqrt(x**2 + 1) + x", lambda x: mp.sqrt(x * x + 1) + x),
    ],
)
def test_a_root_beside_what_it_nearly_is_for_a_known_sign(text, value, fact):
    """The rule was applied to its own result without end where the sign of x is known."""
    code = sg.lambdify("x", sg.formula(text, facts={"x": fact}))
    for size in (1e-9, 0.5, 3.0, 1e7):
        for x in [size, -size] if not fact else [-size] if "negative" in fact else [size]:
            with mpmath.workdps(60):
                assert code(x) == pytest.approx(float(value(mp.mpf(x))), rel=1e-14, abs=0)
