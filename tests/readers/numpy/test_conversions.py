"""Python's float and int, and the functions of math, in traced functions."""

from __future__ import annotations

import math
from math import exp, log

import numpy as np
import pytest

import symgd as sg
from symgd.errors import SymgdError
from symgd.readers.numpy.conversions import OF_MATH, is_only_called

x = sg.tensor("x", "3")
POINTS = [np.array(point) for point in ([0.3, 0.6, 0.9], [0.5, 0.25, 0.75])]

FUNCTIONS = [
    lambda x: float(x[0]) * 2,
    lambda x: float(x[0] > 0.4) + float("2.5") + float(3) + int("11", 2) + int(2.5),
    lambda x: int(5 * x[0]) + int(-5 * x[1]) + x[2],
    lambda x: [float(v) ** 2 for v in x],
    lambda x: float(x[:1]) if isinstance(x, list) else float(x[0]),
    lambda x: exp(x[0]) + log(x[1]) + log(x[2], 2) + math.log(x[0], x[1]),
    lambda x: math.fsum(x) + math.prod(x) + math.prod(x, start=2) + math.hypot(*x) + math.hypot(x[0], x[1]),
    lambda x: math.dist(x, [1, 2, 3]) + math.sqrt(4) + math.pi,
    lambda x: math.floor(7 * x[0]) + math.ceil(7 * x[1]) + math.trunc(-7 * x[2]),
    lambda x: math.atan2(x[0], x[1]) + math.pow(x[0], x[1]) + math.copysign(x[0], -2.0) + math.degrees(x[1]),
]  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_formula_has_the_values_of_the_function(function):
    compiled = sg.lambdify([x], sg.formula(function, x))
    for point in POINTS:
        np.testing.assert_allclose(compiled(point), function(point), rtol=1e-14)


ONE_ARGUMENT = sorted(
    function.__name__ for function in OF_MATH.values()
    if function.__name__ not in ("isnan", "isfinite", "isinf", "fsum", "prod", "dist", "hypot", "atan2", "pow", "copysign")
)  # fmt: skip


@pytest.mark.parametrize("name", ONE_ARGUMENT)
def test_every_function_of_math_has_its_values(name):
    original = getattr(math, name)
    shift = 1 if name == "acosh" else 0
    formula = sg.formula(lambda x: original(x[0] + shift), x)
    for point in POINTS:
        np.testing.assert_allclose(sg.lambdify([x], formula)(point), original(point[0] + shift), rtol=1e-14)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: float(x), r"shape \(3,\) is no number"),
        (lambda x: math.exp(x), r"shape \(3,\) is no number"),
        (lambda x: math.isnan(x[0]), "no derivative for numpy.isnan"),
        (lambda x: sum(range(int(x[0]))), "integer"),
        (lambda x: float(x[0]) if isinstance(x[0], float) else x, "leave float"),
        (lambda x: sum(map(float, x)), "leave float"),
        (lambda x: math.fmod(x[0], 2), "leave float"),
    ],
)
def test_what_has_no_formula_is_refused(function, message):
    with pytest.raises(SymgdError, match=message):
        sg.formula(function, x)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda x: float(x), True),
        (lambda x: [float(v) for v in x], True),
        (lambda x: x, True),
        (lambda x: isinstance(x, float), False),
        (lambda x: x.astype(float) + float(x), False),
        (lambda x: [isinstance(v, float) for v in x], False),
        (lambda x: lambda y: np.zeros(3, dtype=float), False),
    ],
)
def test_a_name_that_is_only_called_is_told_from_others(function, expected):
    assert is_only_called("float", function.__code__) is expected


def test_types_keep_their_meaning_where_they_are_not_called():
    assert str(sg.formula(lambda x: x if isinstance(2.0, float) and float("1") == 1 else 2 * x, x)) == "x"
    assert str(sg.formula(lambda x: np.zeros(3, dtype=float) + x.astype(float), x)) == "[0, 0, 0] + x"
