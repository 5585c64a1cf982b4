"""Stationary points against published ones, and against exact algebra."""

from __future__ import annotations

import math

import pytest
import sympy as sp

import symgd as sg
from symgd.errors import DomainError, SymgdError

# Himmelblau 1972: four minima of value 0, one maximum, four saddles
HIMMELBLAU = "(x**2 + y - 11)**2 + (x + y**2 - 7)**2"
MINIMA = [(3.0, 2.0), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)]


def test_himmelblau():
    points = sg.stationary_points(HIMMELBLAU)
    natures = [str(point.nature) for point in points]
    assert natures.count("minimum") == 4
    assert natures.count("saddle") == 4
    assert natures.count("maximum") == 1
    for x, y in MINIMA:
        assert any(math.hypot(float(p.point["x"]) - x, float(p.point["y"]) - y) < 1e-5 for p in points if p.value == 0)
    (highest,) = (point for point in points if str(point.nature) == "maximum")
    assert abs(float(highest.value) - 181.616522) < 1e-5  # Jamil & Yang 2013


def test_thirty_digits_are_right():
    (point,) = sg.stationary_points("exp(x) - 2*x")
    assert abs(point.point["x"] - sp.log(2).evalf(40)) < sp.Float("1e-29")
    assert not point.is_exact


def test_one_variable_is_complete_and_exact():
    points = sg.stationary_points("(x**2 - 2)**2")
    assert points.is_complete
    assert {(point.point["x"], str(point.nature)) for point in points} == {
        (sp.sqrt(2), "minimum"),
        (-sp.sqrt(2), "minimum"),
        (sp.Integer(0), "maximum"),
    }
    assert len(sg.stationary_points("x**3 + x")) == 0
    assert [point.point["x"] for point in sg.stationary_points("(x**2 - 2)**2", domain={"x": "(0, inf)"})] == [sp.sqrt(2)]


@pytest.mark.parametrize(
    ("text", "at", "nature"),
    [
        ("x**2 + y**2", {"x": 0, "y": 0}, "minimum"),
        ("-x**2 - y**4 - y**2", {"x": 0, "y": 0}, "maximum"),
        ("x*y", {"x": 0, "y": 0}, "saddle"),
        ("x**2*y", {"x": 0, "y": 3}, "degenerate"),
        ("x**4", {"x": 0}, "minimum"),
        ("x**5", {"x": 0}, "saddle"),
        ("cos(x)", {"x": 0}, "maximum"),
        ("cosh(x) - x**2/2", {"x": 0}, "minimum"),
        ("x**2 + y**2 + z**2 - x*y*z", {"x": 2, "y": 2, "z": 2}, "saddle"),
        ("exp(x) - x", {"x": "0"}, "minimum"),
        ("sin(x)*exp(y) - y*sin(x)", {"x": 0, "y": 0}, None),
    ],
)
def test_classify(text, at, nature):
    if nature is None:
        with pytest.raises(DomainError, match="not stationary"):
            sg.classify(text, at)
        return
    assert str(sg.classify(text, at).nature) == nature


def test_bad_input():
    with pytest.raises(SymgdError, match="not stationary"):
        sg.classify("x**2", {"x": 1})
    with pytest.raises(SymgdError, match="has no value for y"):
        sg.classify("x*y", {"x": 1})
    with pytest.raises(SymgdError, match="formulas of scalars"):
        sg.stationary_points(sg.formula("sum(x**2)", shapes={"x": "n"}))
    with pytest.raises(SymgdError, match="a has no value"):
        sg.stationary_points("a*x**2", "x")
    assert sg.stationary_points("x**2").to_dict()["is_complete"]


@pytest.mark.parametrize("text", ["x**2 - 3*abs(x)", "maximum(x**2, -x**2)", "sign(x) + x**2", "where(x > 0, -x**2, x**2)"])
def test_kinks_and_jumps_are_refused(text):
    with pytest.raises(SymgdError, match="kinks or jumps"):
        sg.classify(text, {"x": 0})
    with pytest.raises(SymgdError, match="kinks or jumps"):
        sg.stationary_points(text)


def test_closed_ends_count_and_no_point_stands_twice():
    assert len(sg.stationary_points("x**2", domain={"x": (0, None)})) == 1
    assert len(sg.stationary_points("x**2", domain={"x": "(0, inf)"})) == 0
    assert len(sg.stationary_points("(x - y)**4 + x**2")) == 1
    with pytest.raises(SymgdError, match="constant"):
        sg.stationary_points("(x + 1)**2 - x**2 - 2*x")
