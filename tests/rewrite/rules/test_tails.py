"""Functions beside the number that they approach keep their digits in the tails: code beside 60 digits."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import symgd as sg

mp = mpmath.mp


def _normal(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def _bell(x):
    return mp.exp(-(x**2) / 2) / mp.sqrt(2 * mp.pi)


def _mills(x):
    return _bell(x) / _normal(x)


def _gelu(x):
    return x * _normal(x)


def _gelu_slope(x):
    return _normal(x) + x * _bell(x)


def _erf_slope(x):
    return 2 * mp.exp(-(x**2)) / mp.sqrt(mp.pi)


LEFT = [-30, -10, -1, 0, 2, 9]
FAR_LEFT = [-1e5, *LEFT]

# formula, its value, its slope, places, relative error allowed: x² roundings, by which the tails move with x
TAILS = [
    ("erf(sqrt(2)*x/2)/2 + 1/2", _normal, _bell, LEFT, 2e-13),
    ("1/2 + erf(x/sqrt(2))/2", _normal, _bell, LEFT, 2e-13),
    ("(1 + erf(x/sqrt(2)))/2", _normal, _bell, LEFT, 2e-13),
    ("1/2 - erf(-x/sqrt(2))/2", _normal, _bell, LEFT, 2e-13),
    ("log(erf(sqrt(2)*x/2)/2 + 1/2)", lambda x: mp.log(_normal(x)), _mills, FAR_LEFT, 2e-13),
    ("log(1/2 + erf(x/sqrt(2))/2)", lambda x: mp.log(_normal(x)), _mills, FAR_LEFT, 2e-13),
    ("log(1/2 - erf(x/sqrt(2))/2)", lambda x: mp.log(_normal(-x)), lambda x: -_mills(-x), [-9, 0, 10, 30, 1e5], 2e-13),
    ("log(3 + 3*erf(x))", lambda x: mp.log(3 * mp.erfc(-x)), lambda x: _erf_slope(x) / mp.erfc(-x), [-1e5, -9, 0, 2], 1e-13),
    ("2 - erfc(x)", lambda x: mp.erfc(-x), _erf_slope, [-20, -10, -1, 0, 3], 2e-13),
    ("5*erf(x) - 5", lambda x: -5 * mp.erfc(x), lambda x: 5 * _erf_slope(x), [-3, 0, 1, 10, 20], 2e-13),
    ("1 - erf(x)", mp.erfc, lambda x: -_erf_slope(x), [-3, 0, 1, 10, 20], 2e-13),
    ("3 - 3*erfc(x)", lambda x: 3 * mp.erf(x), lambda x: 3 * _erf_slope(x), [1e-20, 1e-9, 0.1, 3], 1e-14),
    ("x*(1 + erf(x/sqrt(2)))/2", _gelu, _gelu_slope, LEFT, 2e-13),
    ("x/2 + x*erf(x/sqrt(2))/2", _gelu, _gelu_slope, LEFT, 2e-13),
    ("x*(0.5 + 0.5*erf(x/sqrt(2)))", _gelu, _gelu_slope, LEFT, 2e-13),
    ("4*tanh(x) - 4", lambda x: -8 / (1 + mp.exp(2 * x)), lambda x: 4 / mp.cosh(x) ** 2, [-3, 0, 20, 300], 2e-13),
    ("x + x*tanh(x)", lambda x: 2 * x / (1 + mp.exp(-2 * x)), None, [-300, -20, -1, 0, 3], 2e-13),
    ("x*exp(x) - x", lambda x: x * mp.expm1(x), None, [1e-20, 1e-9, 2, -30], 1e-14),
    ("x - x*cos(x)", lambda x: 2 * x * mp.sin(x / 2) ** 2, None, [1e-20, 1e-9, 2, -3], 1e-14),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "slope", "places", "error"), TAILS, ids=[row[0] for row in TAILS])
def test_tails(text, value, slope, places, error):
    for formula, exact in ((sg.formula(text), value), (sg.gradient(text, "x"), slope)):
        code = sg.lambdify("x", formula)
        for x in places if exact is not None else ():
            with mpmath.workdps(60):
                expected = float(exact(mp.mpf(x)))
            assert code(float(x)) == pytest.approx(expected, rel=error, abs=0), x


def test_factors_and_terms_beside():
    code = sg.lambdify(["x", "y"], "x**2 + 3*x*y*erf(y) + sqrt(x) + 3*y*x")
    assert code(1e-40, -10.0) == pytest.approx(1e-20 - 30e-40 * 2.0884875837625447e-45, rel=1e-15)
    code = sg.lambdify(["x", "y"], "x*exp(y) - x + x*erf(y)*exp(y)")
    assert code(2.0, 1e-9) == pytest.approx(2 * (1e-9 + 0.5e-18 + 2e-9 / np.sqrt(np.pi) * (1 + 1e-9)), rel=1e-15)


def test_vectors_beside_a_number():
    loss = sg.formula("sum(v + v*erf(s))", shapes={"v": "n", "s": ""})
    code = sg.lambdify(["v", "s"], sg.gradient(loss, "v"))
    assert code(np.ones(3), -10.0) == pytest.approx(np.full(3, 2.0884875837625447e-45), rel=1e-13, abs=0)


@pytest.mark.parametrize("text", ["2*erf(x) + 1", "y + x*erf(x)", "erf(x) + 2", "1 + x*cos(x)", "exp(x) + 1"])
def test_other_sums_stay(text):
    code = sg.lambdify(["x", "y"], text)
    point = {"x": np.float64(0.3), "y": np.float64(0.7)}
    erf = float(mpmath.erf(0.3))
    spaces = {"erf": lambda x: erf, "cos": np.cos, "exp": np.exp}
    assert code(**point) == pytest.approx(eval(text, spaces, point), rel=1e-15)
