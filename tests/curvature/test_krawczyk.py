"""Boxes that contain exactly one zero of a gradient: it is inside to 30 digits, and none is found where there is none."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest

import symgd as sg
from symgd.curvature.krawczyk import RADIUS, box_of_zero
from symgd.derive.jacobian import gradients

ZEROS = [  # a formula, a rough place of a stationary point, and the point in closed form
    ("exp(x) - 2*x", [0.7], lambda: [mpmath.log(2)]),
    ("x**4/4 - 2*x**2/2", [1.41], lambda: [mpmath.sqrt(2)]),
    ("x**4/4 - 2*x**2/2", [-1.42], lambda: [-mpmath.sqrt(2)]),
    ("sin(x)", [1.6], lambda: [mpmath.pi / 2]),
    ("x*log(x)", [0.37], lambda: [mpmath.exp(-1)]),
    ("x**3/3 - 2*x + y**3/3 - 3*y", [1.4, 1.7], lambda: [mpmath.sqrt(2), mpmath.sqrt(3)]),
    ("x**3/3 - 2*x + y**3/3 - 3*y", [1.4, -1.7], lambda: [mpmath.sqrt(2), -mpmath.sqrt(3)]),
    ("exp(x + y) - 3*x - 3*y + (x - y)**2", [0.5, 0.5], lambda: [mpmath.log(3) / 2] * 2),
    ("x**2 + y**2 + z**2 + x*y - 7*z", [0.1, 0.0, 3.4], lambda: [0, 0, mpmath.mpf(7) / 2]),
]


def zero_near(text, place):
    formula = sg.formula(text)
    variables = list(formula.symbols)
    return variables, box_of_zero(gradients(formula, variables), variables, np.array(place))


@pytest.mark.parametrize(("text", "place", "exact"), ZEROS)
def test_a_zero_is_inside(text, place, exact):
    variables, box = zero_near(text, place)
    with mpmath.workdps(60):
        for node, value in zip(variables, exact(), strict=True):
            low, high = box[node]
            assert high - low == 2 * RADIUS
            assert mpmath.mpf(low.numerator) / low.denominator < value < mpmath.mpf(high.numerator) / high.denominator


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("x**4", [0.1]),  # the zero is threefold
        ("x**3", [0.0]),
        ("exp(x)", [0.0]),
        ("x**3/3 + x", [0.3]),
        ("(x - y)**2", [1.0, 1.0]),  # a line of zeros
        ("x**2*y**2", [0.0, 1.0]),
    ],
)
def test_what_is_not_one_zero_is_not_shown(text, place):
    assert zero_near(text, place)[1] is None


def test_the_box_does_not_depend_on_the_start():
    boxes = [zero_near("exp(x) - 2*x", [start])[1] for start in (0.5, 0.69, 0.9)]
    middles = [sum(box, Fraction(0)) / 2 for found in boxes for box in found.values()]
    assert max(middles) - min(middles) <= RADIUS
