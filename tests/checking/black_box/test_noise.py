"""The noise of a function: nothing of a smooth one, the errors of the others, for each entry."""

from __future__ import annotations

import numpy as np
import pytest

from symgd.checking.black_box.noise import measured_noise

SMOOTH = {
    "constant": lambda v: 3.0 + 0 * v,
    "zero": lambda v: 0.0 * v,
    "linear": lambda v: 2 * v - 1,
    "cubic": lambda v: v**3 - v,
    "exponential": np.exp,
    "sine": np.sin,
    "steep": lambda v: np.exp(20 * v),
    "logarithm": np.log,
}
EPS = np.finfo(float).eps


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("name", SMOOTH)
def test_smooth_functions_have_no_noise_but_their_rounding(name, scale):
    """A relative error of a unit in the argument's last place comes with a condition of at most 20."""
    function = SMOOTH[name]
    place = 1.5 * scale

    def along(step):
        return np.asarray(function((place + step) / scale))

    size = abs(float(along(0.0)))
    assert measured_noise(along, place) <= 100 * EPS * size


@pytest.mark.parametrize("level", [1e-13, 1e-9, 1e-5, 1e-2])
@pytest.mark.parametrize("size", [1e-8, 1.0, 1e8])
def test_errors_are_measured_within_a_factor_wherever_they_lie(level, size):
    rng = np.random.default_rng(5)
    found = [
        float(measured_noise(lambda step: size * (np.cos(0.3 + step) + level * rng.standard_normal()), 0.3)) for _ in range(20)
    ]
    assert level * size <= np.median(found) <= 6 * level * size


def test_every_entry_has_its_own_noise():
    rng = np.random.default_rng(2)

    def along(step):
        smooth = np.sin(1 + step)
        return np.array([[smooth, smooth + 1e-3 * rng.standard_normal()], [0.0, 1e-6 * rng.standard_normal()]])

    found = measured_noise(along, 1.0)
    assert found.shape == (2, 2)
    assert found[0, 0] < 1e-14
    assert 3e-4 < found[0, 1] < 3e-2
    assert found[1, 0] == 0
    assert 3e-7 < found[1, 1] < 3e-5


@pytest.mark.parametrize("factor", [-1.0, 2.0, 1024.0, 2.0**-40])
def test_noise_grows_with_the_function(factor):
    def along(step):
        return np.float32(np.sin(1 + step)).astype(float)

    assert measured_noise(lambda step: factor * along(step), 1.0) == pytest.approx(abs(factor) * measured_noise(along, 1.0))


@pytest.mark.parametrize("place", np.linspace(1.0, 1.9, 7))
def test_the_stairs_of_float32_are_noise(place):
    """They are wider than a few units in the last place of float64, and narrower than the widest steps."""
    unit = 2.0**-24
    found = float(measured_noise(lambda step: np.float32(place + step).astype(float), 1.0))
    assert unit / 4 <= found <= 100 * unit


@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
def test_where_a_value_is_missing_nothing_is_known(hole):
    assert measured_noise(lambda step: np.asarray(hole if step > 0 else 1.0), 1.0) == np.inf
    found = measured_noise(lambda step: np.array([1.0, hole if step > 0 else 1.0]), 1.0)
    assert found[0] == 0
    assert found[1] == np.inf


@pytest.mark.parametrize("scale", [1e-100, 1.0, 1e100])
def test_the_function_is_asked_next_to_the_point_only(scale):
    asked = []

    def along(step):
        asked.append(step)
        return np.asarray(1.0)

    measured_noise(along, scale)
    assert len(asked) <= 24
    assert 0.0 in asked
    assert max(map(abs, asked)) <= 2.0**-22 * scale
    assert min(abs(step) for step in asked if step) >= 2 * EPS * scale
