"""Functions for the array API standard against mpmath, all over their domains, and against NumPy and SciPy."""

from __future__ import annotations

from types import SimpleNamespace

import array_api_strict as xp
import mpmath
import numpy as np
import pytest
import scipy.special

from symgd.codegen.runtime import array_api_functions, array_api_gamma
from symgd.codegen.runtime import arrays as for_numpy
from symgd.codegen.runtime.copying import helpers_of

MODULES = (array_api_functions, array_api_gamma)
runtime = SimpleNamespace(**{name: helper for module in MODULES for name, helper in vars(module).items()})

WIDE = np.concatenate([np.geomspace(1e-300, 1e-3, 12), np.linspace(0.01, 12.3, 90), np.geomspace(13.1, 170, 12)])
BOTH = np.concatenate([-WIDE[::-1], WIDE])

CASES = {  # a function, mpmath's, where, relative error
    "_erf": (mpmath.erf, BOTH, 3e-15),
    "_erfc": (mpmath.erfc, BOTH[np.abs(BOTH) < 26], 1e-14),
    "_erfcx": (lambda x: mpmath.exp(x * x) * mpmath.erfc(x), BOTH[BOTH > -26], 1e-14),
    "_ndtr": (mpmath.ncdf, BOTH[BOTH > -36], 3e-13),
    "_log_ndtr": (
        lambda x: mpmath.log1p(-mpmath.erfc(x / mpmath.sqrt(2)) / 2) if x > 0 else mpmath.log(mpmath.ncdf(x)),
        np.concatenate([BOTH[BOTH < 36], [-1e5, -1e150]]),
        3e-13,
    ),
    "_ndtri": (
        lambda p: mpmath.sqrt(2) * mpmath.erfinv(2 * p - 1),
        np.concatenate([np.linspace(0.001, 0.999, 101), [1e-50, 1e-20, 1e-9, 0.5 + 1e-9, 1 - 1e-12]]),
        1e-13,
    ),
    "_gelu": (lambda x: x * mpmath.ncdf(x), BOTH[BOTH > -36], 3e-13),
    "_erfinv": (mpmath.erfinv, np.concatenate([np.linspace(-0.999, 0.999, 101), [1e-300, 1e-8, 1 - 1e-12, 1e-15 - 1]]), 1e-14),
    "_gamma": (mpmath.gamma, BOTH[(np.abs(BOTH) > 1e-300) & (BOTH > -100)], 2e-14),
    "_loggamma": (mpmath.loggamma, np.concatenate([WIDE, [1 + 1e-9, 2 - 1e-9, 0.9999999, 1e5, 1e300]]), 3e-14),
    "_digamma": (mpmath.digamma, BOTH[(np.abs(BOTH) > 1e-300) & (BOTH > -100)], 2e-13),
    "_lambertw": (
        lambda x: mpmath.lambertw(x).real,
        np.concatenate([WIDE, -np.linspace(1e-9, 0.3678, 50), [1e300, -0.367879, -0.36787944, -0.36787944117044236]]),
        1e-13,
    ),
    "_erfcx_right": (lambda x: mpmath.exp(x * x) * mpmath.erfc(x), WIDE, 2e-15),
    "_erf_near_zero": (mpmath.erf, BOTH[np.abs(BOTH) <= 1], 2e-15),
    "_exp_of_minus_square": (lambda x: mpmath.exp(-x * x), BOTH[np.abs(BOTH) < 26], 2e-15),
    "_sin_of_pi": (mpmath.sinpi, BOTH, 1e-14),
    "_gamma_right": (mpmath.gamma, WIDE[WIDE >= 0.5], 1e-14),
    "_stirling_rest": (
        lambda x: mpmath.loggamma(x) - (x - mpmath.mpf(1) / 2) * mpmath.log(x) + x - mpmath.log(2 * mpmath.pi) / 2,
        np.linspace(10, 200, 30),
        1e-14,
    ),
}
PAIRS = [(a, b) for a in (0.3, 1.0, 4.5, 12.0, 300.0) for b in (0.01, 2.0, 9.9, 40.0, 1e6)] + [(-0.5, 2.25), (-3.2, -0.4)]
BELOW = [(-171.5, 0.3), (-171.5, 2.0), (-0.5, 200.25), (-100.5, 400.0), (-2.5, -3.2), (-1e-160, -2e-160), (-1e-9, 0.3)]
BELOW += [
    (-0.75, 1e300),
    (-2.5, 1e80),
    (-2.0, 2.0),
    (-1e-7, 1.0),
    (-1.0000001, 2.0),
    (2.0, -10.0),
    (-25.0, 24.0),
    (-40.0, 3.0),
    (-1e9, 2.0),
    (-0.75, 0.75 - 1e-9),
]
CASES_OF_TWO = {
    "_beta": (mpmath.beta, PAIRS + BELOW, 2e-12),
    "_zeta_right": (mpmath.zeta, [(s, a) for s in (1.01, 2.0, 7.5, 40.0, 160.0) for a in (1e-3, 0.7, 3.0, 33.0, 1e9)], 1e-13),
    "_zeta": (
        mpmath.zeta,
        [(s, a) for s in (1.01, 2.0, 3.5, 30.0) for a in (0.2, 1.0, 5.5)]
        + [(3.0, -2.5), (2.0, 200.0)]
        + [(5.0, -171.5), (2.0, -50.25), (4.0, -1e-9), (2.0, 1e300), (1e3, 1.0), (7.0, -3.0000001)],
        1e-13,
    ),
    "_polygamma": (
        mpmath.polygamma,
        [(n, x) for n in (0, 1, 2, 5) for x in (0.1, 1.0, 7.5, 60.0)] + [(1, -1.3), (2, -0.7)],
        1e-12,
    ),
}


def test_every_function_is_tested_here():
    with open(__file__, encoding="utf-8") as file:
        text = file.read()
    names = {name for module in MODULES for name in helpers_of(module, "compat", "compat")}
    others = names - {*CASES, *CASES_OF_TWO}
    assert [name for name in others if f"runtime.{name}(" not in text] == []


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", CASES)
def test_a_function_agrees_with_mpmath(name):
    true, points, tolerance = CASES[name]
    with mpmath.workdps(60):
        expected = [float(true(mpmath.mpf(float(x)))) for x in points]
    found = np.asarray(getattr(runtime, name)(xp, xp.asarray(points)))
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=1e-300)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", CASES_OF_TWO)
def test_a_function_of_two_agrees_with_mpmath(name):
    true, points, tolerance = CASES_OF_TWO[name]
    with mpmath.workdps(330 if name == "_beta" else 60):  # -0.75 + 1e300
        expected = [float(mpmath.re(true(mpmath.mpf(a), mpmath.mpf(b)))) for a, b in points]
    a, b = (xp.asarray(np.array(side, dtype=float)) for side in zip(*points, strict=True))
    np.testing.assert_allclose(np.asarray(getattr(runtime, name)(xp, a, b)), expected, rtol=tolerance)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_at_the_ends_of_their_domains():
    def at(name, *points):
        return np.asarray(getattr(runtime, name)(xp, xp.asarray(list(points))))

    inf, nan = np.inf, np.nan
    np.testing.assert_array_equal(at("_erf", -inf, inf, nan), [-1, 1, nan])
    np.testing.assert_array_equal(at("_erfc", -inf, inf, nan), [2, 0, nan])
    np.testing.assert_array_equal(at("_erfcx", -40.0, inf, nan), [inf, 0, nan])
    np.testing.assert_array_equal(at("_erfinv", -1.0, 1.0, 2.0), [-inf, inf, nan])
    np.testing.assert_array_equal(at("_gamma", 0.0, -1.0, 180.0, inf, nan), [inf, nan, inf, inf, nan])
    np.testing.assert_array_equal(at("_loggamma", 0.0, -0.5, 1.0, 2.0, inf), [inf, nan, 0, 0, inf])
    np.testing.assert_array_equal(at("_digamma", 0.0, -1.0, nan), [-inf, nan, nan])
    np.testing.assert_array_equal(at("_lambertw", 0.0, -0.5, inf), [0, nan, inf])
    np.testing.assert_array_equal(at("_erfcx", -inf, -1e4), [inf, inf])
    np.testing.assert_array_equal(at("_gelu", 1e4, -1e4, 1e300, nan), [1e4, 0, 1e300, nan])
    np.testing.assert_array_equal(at("_gamma", -0.0, -inf), [-inf, nan])
    np.testing.assert_array_equal(at("_digamma", -0.0, inf), [inf, inf])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_functions_of_two_at_the_ends_of_their_domains():
    """SciPy's values; ζ(∞, 2) is 0, which SciPy does not know."""
    inf, nan = np.inf, np.nan
    ends = {
        "_zeta": [(inf, 1.0, 1), (inf, 2.0, 0), (0.5, 1.0, nan), (-25.0, 1.0, nan), (1.0, 2.0, inf), (2.0, inf, 0),
                  (3.5, -2.0, inf), (3.5, -2.5, nan), (nan, 2.0, nan), (3.5, nan, nan), (2.0, -1e155, inf), (2.0, 0.0, inf)],
        "_beta": [(-1.0, 0.3, inf), (0.0, 0.0, inf), (-2.0, 3.0, inf), (-3.0, -3.0, -inf), (inf, 2.0, 0), (nan, 0.3, nan),
                  (-1.5, 0.5, 0), (5e-324, 5e-324, inf), (-inf, 2.0, inf), (0.0, inf, inf), (-1.5, nan, nan), (-1.5, inf, inf)],
        "_polygamma": [(1.0, inf, 0), (2.0, nan, nan), (1.0, -3.0, inf), (2.0, -3.0, -inf), (0.5, 2.0, nan), (0.0, inf, inf)],
    }  # fmt: skip
    for name, cases in ends.items():
        first, second, expected = np.array(cases, dtype=float).T
        found = getattr(runtime, name)(xp, xp.asarray(first), xp.asarray(second))
        np.testing.assert_array_equal(np.asarray(found), expected, err_msg=name)


def test_the_type_of_the_argument_stays():
    x = xp.asarray([0.3, 2.0], dtype=xp.float32)
    for name in CASES:
        if name != "_erfinv":
            assert getattr(runtime, name)(xp, x).dtype == xp.float32, name


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_beta_function_of_positive_numbers_and_its_reciprocal():
    a, b = (xp.asarray(np.array(side)) for side in zip(*PAIRS[:25], (1e-160, 1e-160), (6e-309, 1.46), strict=True))
    expected = [float(mpmath.beta(*pair)) for pair in [*PAIRS[:25], (1e-160, 1e-160), (6e-309, 1.46)]]
    unit = xp.ones_like(a)
    assert_same(runtime._beta_right(xp, a, b, unit, unit), expected, rtol=2e-12, atol=0)
    assert_same(runtime._beta_right(xp, a, b, -unit, 2 * unit), 2 / np.array(expected), rtol=2e-12, atol=0)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_digamma_keeps_its_digits_beside_its_zeros():
    zeros = np.array([1.4616321449683622, -0.5040830082644554])
    x = np.concatenate([zeros + distance for distance in (0, 1e-12, -1e-7, 0.03, -0.049, 0.06, 0.19, -0.21)])
    with mpmath.workdps(40):
        expected = [float(mpmath.digamma(mpmath.mpf(float(place)))) for place in x]
    assert_same(runtime._digamma(xp, xp.asarray(x)), expected, rtol=1e-13, atol=0)
    assert_same(runtime._digamma_near_zero(xp, xp.asarray([1.5, 3.0]), xp.asarray([7.0, 7.0])), [0.03648997397857652, 7.0])


def assert_same(found, expected, rtol=1e-13, atol=1e-14):
    np.testing.assert_allclose(np.asarray(found), expected, rtol=rtol, atol=atol)


ENTRIES = np.array([-1000.0, -30.0, -1.5, -0.0, 0.0, 1e-9, 0.7, 40.0, 1000.0])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_functions_of_entries():
    x = xp.asarray(ENTRIES)
    half = xp.full_like(x, 0.5)
    assert_same(runtime._relu(xp, x), np.maximum(ENTRIES, 0))
    assert_same(runtime._leaky_relu(xp, x, half), np.where(ENTRIES > 0, ENTRIES, ENTRIES / 2))
    assert_same(runtime._elu(xp, x, half), np.where(ENTRIES > 0, ENTRIES, np.expm1(np.minimum(ENTRIES, 0)) / 2))
    assert_same(runtime._softplus(xp, x), np.logaddexp(0, ENTRIES), atol=0)
    assert_same(runtime._sigmoid(xp, x), scipy.special.expit(ENTRIES), atol=0)
    assert_same(runtime._silu(xp, x), ENTRIES * scipy.special.expit(ENTRIES), atol=0)
    assert_same(runtime._sech(xp, x), for_numpy._sech(ENTRIES), atol=0)
    assert_same(
        runtime._heaviside(xp, xp.asarray([-1.0, 0.0, 2.0, np.nan]), half[0]), np.heaviside([-1.0, 0.0, 2.0, np.nan], 0.5)
    )
    a, b = np.array([0.0, 0.0, 2.0, 0.0]), np.array([0.0, 3.0, 3.0, np.nan])
    assert_same(runtime._xlogy(xp, xp.asarray(a), xp.asarray(b)), scipy.special.xlogy(a, b))
    assert_same(runtime._sinc(xp, xp.asarray([0.0, 0.3, -1.7])), np.sinc([0.0, 0.3, -1.7]))
    assert_same(
        runtime._cbrt(xp, xp.asarray([0.0, -8.0, 1e300, 3e-300, np.inf])), np.cbrt([0.0, -8.0, 1e300, 3e-300, np.inf]), atol=0
    )
