"""Every function of entries at extreme inputs: code for the array API standard gives NumPy's values, or better ones."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator

import array_api_strict
import mpmath
import numpy as np
import pytest

import symgd as sg
from symgd.codegen.lambdify import compile_formulas
from symgd.errors import UnsupportedError
from symgd.graph.node import CONSTANT, Node
from symgd.graph.primitive import REGISTRY

INF, NAN = math.inf, math.nan
FAR = 1e5
"""From here on mpmath is not asked."""

DIGITS = 1e-12
"""The relative error that is allowed without a comparison with mpmath."""

ZEROS_AND_POLES = (0, 1, 2, -1, -2, -3, 1.4616321449683622, -0.5040830082644554, -1 / math.e, 0.5, 26.6, -26.6, math.pi / 2)
SPECIAL = [
    *(0.0, -0.0, 5e-324, -5e-324, 1e-310, 1e-300, -1e-300, 1e300, -1e300, INF, -INF, NAN, 1e4, -1e4, 171.5, -171.5, 710, -745),
    *range(-25, 26),
    *(place + distance for place in ZEROS_AND_POLES for distance in (0, 1e-7, -1e-7, 1e-12, -1e-12, 1e4, -1e4)),
    *(np.nextafter(place, side) for place in ZEROS_AND_POLES for side in (-INF, INF)),
]
DRAWN = np.random.default_rng(11)
SCALES = DRAWN.choice([-1, 1], 60) * 10.0 ** DRAWN.uniform(-12, 6, 60)
GRID = np.array([*SPECIAL, *SCALES], dtype=float)
SECOND = np.array([0.0, -0.0, 1e-300, 1e300, INF, -INF, NAN, 1, 2, 3, -1, -2, -4, 0.3, -0.75, 3.5, 12.25, 200, -171.5, -1e4])


def hurwitz(s: mpmath.mpf, a: mpmath.mpf) -> mpmath.mpf:
    """Return ζ(s, a); far below 0 by sums on both sides, because mpmath's own value is wrong at (2, -5000.25)."""
    if a > -50 or s != int(s):
        return mpmath.zeta(s, a)
    above = a - mpmath.floor(a)
    return mpmath.zeta(s, above) + (-1) ** int(s) * (mpmath.zeta(s, 1 - above) - mpmath.zeta(s, 1 - a))


EXACT: dict[str, Callable[..., object]] = {
    "relu": lambda x: max(x, 0),
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "logaddexp": lambda x, y: max(x, y) + mpmath.log1p(mpmath.exp(-abs(x - y))),
    "elu": lambda x, y: x if x > 0 else y * mpmath.expm1(x),
    "leaky_relu": lambda x, y: x if x > 0 else y * x,
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2,
    "erfcx": lambda x: mpmath.exp(x * x) * mpmath.erfc(x),
    "ndtr": mpmath.ncdf,
    "log_ndtr": lambda x: mpmath.log(mpmath.ncdf(x)),
    "ndtri": lambda p: mpmath.sqrt(2) * mpmath.erfinv(2 * p - 1),
    "sinc": mpmath.sincpi,
    "xlogy": lambda x, y: x * mpmath.log(y),
    "cbrt": mpmath.cbrt,
    "log2": lambda x: mpmath.log(x, 2),
    "gamma": mpmath.gamma,
    "loggamma": mpmath.loggamma,
    "digamma": mpmath.digamma,
    "polygamma": lambda n, x: (-1) ** (int(n) + 1) * mpmath.factorial(n) * hurwitz(n + 1, x) if n else mpmath.digamma(x),
    "beta": mpmath.beta,
    "zeta": lambda s, a: hurwitz(s, a) if s >= 1 else NAN,
    "lambertw": mpmath.lambertw,
    "pow": lambda x, y: x**y,
}

Deviation = tuple[str, Callable[[list[float]], bool], str]
STAYING: list[Deviation] = [
    ("gamma", lambda at: at[0] == 0, "the value at −0 is −∞, which older versions of SciPy give the other sign"),
    ("beta", lambda at: any(map(math.isnan, at)), "SciPy asks for poles before NaN"),
    ("zeta", lambda at: any(map(math.isnan, at)), "SciPy asks for the pole before NaN"),
    ("beta", lambda at: max(at) == INF, "the limit is 0, and SciPy gives NaN"),
    ("beta", lambda at: max(at) < 0 and min(at) < -(2**31), "the sign of a double pole: SciPy reads integers of 32 bits"),
    ("zeta", lambda at: at[0] >= 1e300 and at[1] > 1, "the limit is 0, and SciPy gives NaN"),
    ("polygamma", lambda at: at[0] > 170, "n! is above the largest float, and SciPy's other factor has no digits"),
    ("polygamma", lambda at: at[0] > 2**53, "SciPy takes the sign from the order + 1, which is rounded"),
]
"""Deviations that stay: the function, where, and why."""


def names_of_functions() -> list[str]:
    """Return the functions of entries, of one or two numbers, that have code for the standard."""
    names = []
    for name, record in REGISTRY.items():
        if record.is_elementwise and record.arity in (1, 2) and not record.is_boolean and record is not CONSTANT:
            try:
                compile_formulas(inputs_of(name), [formula_of(name)], "array_api")
            except UnsupportedError:
                continue
            names.append(name)
    return sorted(names)


def inputs_of(name: str) -> list[Node]:
    return [sg.scalar(letter) for letter in "xy"[: REGISTRY[name].arity]]


def formula_of(name: str) -> Node:
    return REGISTRY[name](*inputs_of(name))


def points_of(name: str) -> list[np.ndarray]:
    if REGISTRY[name].arity == 1:
        return [GRID]
    first, second = (side.ravel() for side in np.meshgrid(GRID, SECOND))
    return [np.concatenate([first, second]), np.concatenate([second, first])]


def values_of(inputs: list[Node], formula: Node, arrays: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return what code for NumPy and code for the standard give."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        expected = compile_formulas(inputs, [formula], as_list=False)(*arrays)
        found = compile_formulas(inputs, [formula], "array_api", as_list=False)(*map(array_api_strict.asarray, arrays))
    return np.asarray(found), np.asarray(expected)


def differing(found: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return the places where two values differ: by more than the digits, or where one is NaN or infinite."""
    with np.errstate(all="ignore"):
        is_near = np.abs(found - expected) <= DIGITS * np.abs(expected) + 1e-307
    return np.flatnonzero(~((found == expected) | (np.isnan(found) & np.isnan(expected)) | (is_near & np.isfinite(expected))))


def is_at_least_as_good(name: str, at: list[float], found: float, other: float) -> bool:
    """Whether a value is as near to mpmath's as another, or within the digits of it."""
    true = true_value(name, at)
    if math.isnan(true) or math.isnan(found) or math.isinf(true) or math.isinf(found):
        return found == true or (math.isnan(true) and math.isnan(found))
    error = abs(found - true)
    return error <= DIGITS * abs(true) + 1e-307 or (math.isfinite(other) and error <= abs(other - true))


def true_value(name: str, at: list[float]) -> float:
    reference = REGISTRY[name].reference
    function = EXACT.get(name) or getattr(mpmath, reference if isinstance(reference, str) else name)
    if not max(map(abs, at)) < (FAR if name in ("zeta", "polygamma") else INF):
        return NAN
    with mpmath.workdps(330 if name == "beta" and max(map(abs, at)) > FAR else 60):
        try:
            value = mpmath.mpmathify(function(*map(mpmath.mpf, at)))
        except (ValueError, ZeroDivisionError, OverflowError, NotImplementedError, mpmath.libmp.NoConvergence):
            return NAN
        return float(value.real) if mpmath.im(value) == 0 else NAN


def deviations(name: str) -> Iterator[str]:
    arrays = points_of(name)
    found, expected = values_of(inputs_of(name), formula_of(name), arrays)
    for k in differing(found, expected):
        at = [float(side[k]) for side in arrays]
        if any(name == stays and lies(at) for stays, lies, because in STAYING):
            continue
        if not is_at_least_as_good(name, at, float(found[k]), float(expected[k])):
            yield f"{name}{tuple(at)} is {found[k]!r}, {expected[k]!r} by NumPy and {true_value(name, at)} by mpmath"


@pytest.mark.parametrize("name", names_of_functions())
def test_values_at_extreme_inputs_are_numpys_or_better(name):
    assert list(deviations(name)) == []
