"""Differences of large numbers keep their digits by asymptotic series: code beside 60 digits."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import symgd as sg

mp = mpmath.mp


def _erfcx_slope(x):
    return 2 * x * mp.exp(x**2) * mp.erfc(x) - 2 / mp.sqrt(mp.pi)


FAR = [0.5, 3.0, 11.9, 12.1, 20.0, 50.0, 1e3, 1e5, 1e8]
ERFCX = [
    ("erfcx(x)", _erfcx_slope, FAR),
    ("3*erfcx(2*x)", lambda x: 6 * _erfcx_slope(2 * x), FAR),
    ("erfcx(x + 1)", lambda x: _erfcx_slope(x + 1), FAR),
    ("erfcx(x)*x", lambda x: x * _erfcx_slope(x) + mp.exp(x**2) * mp.erfc(x), [0.5, 3.0]),
    ("erfcx(-x)", lambda x: -_erfcx_slope(-x), [0.5, 3.0, 5.0]),
]


@pytest.mark.parametrize(("text", "slope", "places"), ERFCX, ids=[row[0] for row in ERFCX])
def test_slopes_of_erfcx(text, slope, places):
    code = sg.lambdify("x", sg.gradient(text, "x"))
    for x in places:
        with mpmath.workdps(60):
            expected = float(slope(mp.mpf(x)))
        assert code(x) == pytest.approx(expected, rel=3e-14, abs=0), x


def test_slopes_of_erfcx_in_vectors_and_of_products():
    loss = sg.formula("sum(c*erfcx(y*v))", shapes={"c": "n", "y": "", "v": "n"})
    code = sg.lambdify(["c", "y", "v"], sg.gradient(loss, "v"))
    c, y, v = np.array([1.0, -2.0, 3.0]), 2.0, np.array([0.25, 50.0, 1e5])
    with mpmath.workdps(60):
        expected = [float(mp.mpf(a) * 2 * _erfcx_slope(2 * mp.mpf(b))) for a, b in zip(c, v, strict=True)]
    assert code(c, y, v) == pytest.approx(expected, rel=3e-14, abs=0)


DIGAMMAS = [
    ("loggamma(x) - loggamma(x + y)", lambda x, y: mp.digamma(x) - mp.digamma(x + y), 3e-15),
    ("loggamma(x) - loggamma(x + 1/3)", lambda x, y: mp.digamma(x) - mp.digamma(x + mp.mpf(1) / 3), 3e-14),
    ("y*log(beta(x, y))", lambda x, y: y * (mp.digamma(x) - mp.digamma(x + y)), 3e-15),
    ("log(beta(2*x, 3*y))", lambda x, y: 2 * (mp.digamma(2 * x) - mp.digamma(2 * x + 3 * y)), 3e-15),
    ("beta(x, y)", lambda x, y: mp.beta(x, y) * (mp.digamma(x) - mp.digamma(x + y)), 3e-10),
    ("beta(y, x)", lambda x, y: mp.beta(x, y) * (mp.digamma(x) - mp.digamma(x + y)), 3e-10),
    ("beta(x + 1, 3)", lambda x, y: mp.beta(x + 1, 3) * (mp.digamma(x + 1) - mp.digamma(x + 4)), 3e-10),
]
"""Of the errors allowed, 3·10⁻¹⁰ is that of SciPy's beta itself; its slope over it is the row above."""


@pytest.mark.parametrize(("text", "slope", "error"), DIGAMMAS, ids=[row[0] for row in DIGAMMAS])
def test_differences_of_digammas(text, slope, error):
    gradient = sg.gradient(text, "x")
    names = [one.name for one in gradient.symbols]
    code = sg.lambdify(names, gradient)
    for x in (0.5, 3.0, 31.0, 100.0, 1e5, 1e8, 1e12):
        for y in (0.5, 2.0, 7.25):
            with mpmath.workdps(60):
                expected = float(slope(mp.mpf(x), mp.mpf(y)))
            allowed = error if x > 30 else max(error, 2e-14)
            assert code(*({"x": x, "y": y}[name] for name in names)) == pytest.approx(expected, rel=allowed, abs=0), (x, y)


OTHERS = [
    "digamma(x) - 2*digamma(x + 1)", "digamma(x) - digamma(y)", "x*erfcx(x) - 2/sqrt(pi)", "log(x)*erfcx(0*log(x)) - y",
]  # fmt: skip


@pytest.mark.parametrize("text", OTHERS)
def test_other_sums_stay(text):
    from symgd.rewrite.asymptotic_differences import with_differences_far_out

    loss = sg.formula(text)
    assert with_differences_far_out(loss) is loss
