"""Slopes from values alone: the bound of the error holds, and kinks are told from steep places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import symgd as sg
from symgd.checking.black_box.complex_step import complex_slope
from symgd.checking.black_box.differences import Ladder, precise_slope
from symgd.checking.black_box.noise import measured_noise
from symgd.evaluation import multiprecision as mpmath

FUNCTIONS = {
    "sin": (np.sin, np.cos),
    "exp": (np.exp, np.exp),
    "cubic": (lambda x: x**3 - x, lambda x: 3 * x**2 - 1),
    "bell": (lambda x: np.exp(-(x**2)), lambda x: -2 * x * np.exp(-(x**2))),
    "arctan": (np.arctan, lambda x: 1 / (1 + x**2)),
}


def ladder(function, x):
    size = abs(x) or 1.0

    def along(step):
        return np.asarray(function(x + step))

    return Ladder(along, [(0.3 * size, 1e-14 * size)], measured_noise(along, size), size)


@pytest.mark.parametrize("name", FUNCTIONS)
@given(st.floats(1e-3, 10).flatmap(lambda x: st.sampled_from([x, -x])))
def test_the_bound_of_the_error_holds(name, x):
    function, slope = FUNCTIONS[name]
    found = ladder(function, x).slope()
    assert found.is_sure
    assert not found.is_kink
    assert abs(found.value - slope(x)) <= 10 * found.error
    assert found.error <= 1e-7 * (1 + abs(slope(x)))


@given(st.floats(0.1, 10), st.floats(-2, 2), st.floats(-2, 2))
def test_a_kink_has_two_slopes(x, left, right):
    if abs(left - right) < 0.01:
        return
    found = ladder(lambda v: np.where(v < x, left * (v - x), right * (v - x)), x).slope()
    assert found.is_kink
    assert found.left == pytest.approx(left, abs=1e-6)
    assert found.right == pytest.approx(right, abs=1e-6)


def test_a_kink_nearby_is_no_kink_here():
    for distance in (1e-3, 1e-5, 1e-6):
        found = ladder(lambda v, d=distance: np.abs(v - 1 - d), 1.0).slope()
        assert not found.is_kink
        assert found.value == pytest.approx(-1, abs=1e-5)


def test_what_changes_from_float_to_float_has_no_slope():
    rng = np.random.default_rng(0)
    assert not ladder(lambda v: rng.normal(), 1.0).slope().is_sure


def test_the_remainder_is_the_second_witness():
    steps = ladder(np.exp, 1.0)
    assert steps.remainder_order(float(np.e)) == pytest.approx(2, abs=0.2)
    assert steps.remainder_order(2.5) == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("noise", [1e-12, 1e-8, 1e-4])
def test_noise_is_measured_within_a_factor(noise):
    rng = np.random.default_rng(1)
    found = np.median([measured_noise(lambda step: np.sin(1 + step) + noise * rng.normal(), 1.0) for _ in range(30)])
    assert noise / 3 <= found <= 30 * noise


def test_smooth_functions_have_the_noise_of_rounding():
    assert measured_noise(lambda step: np.sin(1 + step), 1.0) < 1e-14


def test_stairs_are_seen():
    assert measured_noise(lambda step: np.float32(1 + step), 1.0) > 1e-8


def test_digits_that_cancel_do_not_pass_for_a_slope():
    """(1 − cos x)/x² loses 18 digits at 1e-9: 50 digits alone give a wrong slope, confidently."""
    x = mpmath.mpf("1e-9")

    def along(step):
        return (1 - mpmath.cos(x + step)) / (x + step) ** 2

    found = precise_slope(along, scale=x)
    assert found.is_sure
    assert abs(found.value + x / 12) < mpmath.mpf("1e-14") * x


def test_the_complex_step_has_all_digits_and_declines_what_takes_no_complex_numbers():
    slope = complex_slope(lambda x: np.sum(np.exp(x) * np.sin(x)), np.array([0.7]), np.array([1.0]))
    assert slope == pytest.approx(np.exp(0.7) * (np.sin(0.7) + np.cos(0.7)), rel=1e-15)
    assert complex_slope(lambda x: float(x[0]), np.array([0.7]), np.array([1.0])) is None
    assert complex_slope(lambda x: np.abs(x).sum(), np.array([0.7]), np.array([1.0])) is None


@pytest.mark.parametrize(
    ("function", "gradient", "at"),
    [
        (lambda x: -np.cbrt(x), lambda x: -1 / (3 * np.cbrt(x) ** 2), 0.0),
        (lambda x: np.cbrt(x - 1), lambda x: 1 / (3 * np.cbrt(x - 1) ** 2), 1.0),
        (lambda x: np.sqrt(np.abs(x)), lambda x: np.sign(x) / 2 / np.sqrt(np.abs(x)), 0.0),
        (lambda x: x * np.log(np.abs(x)) if x else 0.0, lambda x: np.log(np.abs(x)) + 1, 0.0),
    ],
)
def test_infinite_slopes_are_not_called_wrong(function, gradient, at):
    assert sg.check_gradient(function, gradient, at=at).verdict.name == "UNSURE"
