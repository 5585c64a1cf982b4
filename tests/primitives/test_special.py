"""Compiled special functions against arithmetic of 50 digits, over negative, tiny, moderate and large arguments.

Versions of SciPy differ here: before 1.15 spherical Bessel functions have no value below 0.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import scipy

import symgd as sg
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.graph.primitive import REGISTRY
from symgd.primitives import bessel, error_function, gamma_family, logarithmic, normal_distribution, roots

POSITIVE = (1e-300, 1e-20, 1e-8, 1e-3, 0.3, 0.99, 1.5, 2.0, 4.7, 7.25, 14.0, 30.3, 100.5, 750.0, 1e4, 1e6)
LINE = (*sorted(-x for x in POSITIVE), 0.0, *POSITIVE)
OFF_THE_POLES = tuple(x for x in LINE if x % 1)
MODERATE = (0.0, *(x for x in LINE if 1e-20 <= abs(x) <= 1e4))
WHOLE = (0, 1, 2, 3, 10, 25)
ORDERS = (*WHOLE, -1, -2, 0.5, 1.5)
OF_WHOLE_ORDER, OF_ANY_ORDER = (WHOLE, LINE[1:-1]), (ORDERS, tuple(x for x in MODERATE if x >= 0))

POINTS = {
    "beta": ((0.3, 0.99, 1.5, 2.0, 7.25, 30.3, -0.3, -1.5, -7.25), (1e-8, 0.3, 2.0, 7.25, 30.3, -0.3, -1.25)),
    "besseli": OF_ANY_ORDER,
    "besselie": OF_ANY_ORDER,
    "besselj": OF_ANY_ORDER,
    "besselk": OF_ANY_ORDER,
    "besselke": OF_ANY_ORDER,
    "bessely": OF_ANY_ORDER,
    "cbrt": (LINE,),
    "digamma": (OFF_THE_POLES,),
    "erf": (LINE,),
    "erfc": (LINE,),
    "erfcx": (LINE,),
    "erfinv": ((-0.99, -0.3, -1e-20, 0.0, 1e-20, 1e-3, 0.3, 0.99, 1 - 1e-12),),
    "gamma": (OFF_THE_POLES,),
    "gammainc": ((0.3, 1.0, 2.5, 30.3), (1e-8, 0.3, 2.0, 7.25, 30.3, 100.5)),
    "gammaincc": ((0.3, 1.0, 2.5, 30.3), (1e-8, 0.3, 2.0, 7.25, 30.3, 100.5)),
    "hypot": (LINE, LINE),
    "lambertw": (LINE,),
    "loggamma": (POSITIVE,),
    "log_ndtr": (LINE,),
    "ndtr": (LINE,),
    "ndtri": ((1e-300, 1e-20, 1e-8, 0.01, 0.3, 0.5, 0.7, 0.99, 1 - 1e-12),),
    "polygamma": (WHOLE[:4], tuple(x for x in OFF_THE_POLES if x % 1 != 0.5)),  # between two poles it has a zero
    "sinc": (OFF_THE_POLES,),
    "spherical_jn": OF_WHOLE_ORDER,
    "xlogy": (LINE, POSITIVE),
    "zeta": ((1.001, 1.5, 2.0, 7.25, 30.3), POSITIVE[3:-3]),
}
"""The points of each argument of every special function."""


def test_every_special_function_has_points():
    modules = (bessel, error_function, gamma_family, logarithmic, normal_distribution, roots)
    text = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in modules)
    assert set(POINTS) == {name for name in REGISTRY if f'    "{name}",\n' in text}


@pytest.mark.parametrize("name", POINTS)
def test_compiled_values(name):
    record = REGISTRY[name]
    inputs = [sg.scalar(letter) for letter in "xy"[: len(POINTS[name])]]
    formula = record(*inputs)
    places = list(itertools.product(*POINTS[name]))
    with np.errstate(all="ignore"):
        found = sg.lambdify(inputs, formula)(*(np.array(column, dtype=float) for column in zip(*places, strict=True)))
    compared = 0
    for place, got in zip(places, found, strict=True):
        true = evaluate_precisely([formula], dict(zip(inputs, place, strict=True)))[0].item()
        if not isinstance(true, mpmath.mpf) or not mpmath.isfinite(true):
            continue  # outside the domain
        compared += 1
        if abs(true) > np.finfo(float).max:
            is_lost = name == "bessely" and scipy.__version__.startswith("1.13.")  # says NaN where Y overflows
            assert got == np.sign(float(true)) * np.inf or is_lost, place
            continue
        allowed = 10 * record.accuracy * max(1, *map(abs, place)) * abs(true) + mpmath.mpf("1e-300")
        assert abs(mpmath.mpf(float(got)) - true) <= allowed, (place, got, float(true))
    assert compared > len(places) / 4


@pytest.mark.parametrize("order", range(5))
@pytest.mark.parametrize("x", [-30.25, -7.25, -1e-3, 0.0, 1e-3, 7.25])
def test_spherical_bessel_functions_of_a_given_order(order, x):
    formula = sg.formula(f"spherical_jn({order}, x)")
    slope = sg.gradient(formula, "x")
    found = sg.lambdify(["x"], [formula, slope])(x)
    with mpmath.workdps(50):
        half = mpmath.mpf(1) / 2

        def value(z):  # the power series, DLMF 10.53.1
            return (
                mpmath.sqrt(mpmath.pi)
                / 2
                * (z / 2) ** order
                / mpmath.gamma(order + 3 * half)
                * mpmath.hyp0f1(order + 3 * half, -(z**2) / 4)
            )

        expected = value(mpmath.mpf(x)), mpmath.diff(value, mpmath.mpf(x))
    np.testing.assert_allclose(found, [float(one) for one in expected], rtol=1e-11, atol=1e-15)


def test_a_spherical_bessel_function_below_zero():
    assert sg.lambdify(["x"], sg.formula("spherical_jn(1, x)"))(-7.25) == pytest.approx(0.0626752794736, rel=1e-11)
