"""Roots and logarithms of sums of squares keep their digits where the squares leave the range: code beside 900 digits."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import symgd as sg

mp = mpmath.mp

# formula, its value by s = Σx² and n
ROOTS = [
    ("sqrt(2*sum(x**2))", lambda s, n: mp.sqrt(2 * s)),
    ("sqrt(x@x/3)", lambda s, n: mp.sqrt(s / 3)),
    ("sqrt(x@x/n)", lambda s, n: mp.sqrt(s / n)),
    ("sqrt(mean(x**2))", lambda s, n: mp.sqrt(s / n)),
    ("sqrt(5*mean(x**2))", lambda s, n: mp.sqrt(5 * s / n)),
    ("(x@x)**(1/4)", lambda s, n: mp.root(s, 4)),
    ("(2*x@x)**(-3/4)", lambda s, n: mp.root(2 * s, 4) ** -3),
    ("sqrt(1 + x@x)", lambda s, n: mp.sqrt(1 + s)),
    ("sqrt(mean(x**2) + 2)", lambda s, n: mp.sqrt(s / n + 2)),
    ("sqrt(3 + 2*sum(x**2))", lambda s, n: mp.sqrt(3 + 2 * s)),
    ("1/sqrt(x@x)", lambda s, n: 1 / mp.sqrt(s)),
    ("1/sqrt(1 + x@x)", lambda s, n: 1 / mp.sqrt(1 + s)),
    ("log(x@x)", lambda s, n: mp.log(s)),
    ("log(sum(x**2))", lambda s, n: mp.log(s)),
    ("log(mean(x**2))", lambda s, n: mp.log(s / n)),
    ("log2(3*x@x)", lambda s, n: mp.log(3 * s, 2)),
    ("log10(x@x/2)", lambda s, n: mp.log(s / 2, 10)),
]
PLACES = [
    [3.0, 4.0],
    [0.7, -1.3, 0.01],
    [3e200, 4e200],
    [3e-200, 4e-200],
    [1e300, -1e-300],
    [-2e-160, 1e-170, 3e-163],
]


@pytest.mark.parametrize(("text", "value"), ROOTS, ids=[row[0] for row in ROOTS])
def test_squares_may_leave_the_range(text, value):
    loss = sg.formula(text, shapes={"x": "n"})
    code = sg.lambdify(["x"], [loss, sg.gradient(loss, "x")])
    for place in PLACES:
        with np.errstate(over="ignore"):  # the slope of 1/‖x‖ leaves the range itself
            got, slopes = code(np.array(place))
        with mpmath.workdps(900):
            s, n = mp.fsum(mp.mpf(one) ** 2 for one in place), len(place)
            h = s / mp.mpf(10) ** 20  # relative error 1e-40
            slope = (value(s + h, n) - value(s - h, n)) / (2 * h)
            expected = [float(2 * slope * one) for one in place]
            assert got == pytest.approx(float(value(s, n)), rel=1e-14, abs=0)
        assert slopes == pytest.approx(expected, rel=1e-14, abs=1e-323)


@pytest.mark.parametrize("text", ["sqrt(2*sum(x**2))", "sqrt(x@x/n)", "sqrt(x@x/3)", "sqrt(1 + x@x)"])
def test_the_slope_at_zero_stays(text):
    loss = sg.formula(text, shapes={"x": "n"})
    assert sg.lambdify(["x"], sg.gradient(loss, "x"))(np.zeros(3)).tolist() == [0.0, 0.0, 0.0]


def test_a_logarithm_has_no_slope_at_zero():
    with np.errstate(all="ignore"):
        slope = sg.lambdify(["x"], sg.gradient(sg.formula("log(x@x)", shapes={"x": "n"}), "x"))(np.zeros(3))
    assert np.isnan(slope).all()


def test_terms_of_any_sign_stay_below_the_root():
    loss = sg.formula("sqrt(x@x - 1) + log(-(x@x) + 30) + sqrt(a + x@x) + log(a*(x@x))", shapes={"x": "n", "a": ""})
    got = sg.lambdify(["x", "a"], loss)(np.array([3.0, 4.0]), -2.0 + 4)
    assert got == pytest.approx(np.sqrt(24) + np.log(5) + np.sqrt(27) + np.log(50), rel=1e-15)
    with np.errstate(all="ignore"):
        assert np.isnan(sg.lambdify(["x", "a"], sg.formula("log(a*(x@x))", shapes={"x": "n", "a": ""}))(np.ones(2), -1.0))
