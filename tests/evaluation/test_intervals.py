from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.errors import SymgdError
from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.high_precision import evaluate_precisely
from symgd.evaluation.intervals import Intervals, bounds_over_box, enclose, ends_of
from tests.formulas import scalar_formulas


@settings(max_examples=150, deadline=None)
@given(scalar_formulas(), st.fractions(-3, 3, max_denominator=64), st.fractions(-3, 3, max_denominator=64))
def test_the_true_value_lies_inside(formula, a, b):
    x, y = sg.scalar("x"), sg.scalar("y")
    point = {x: a, y: b}
    try:
        box = enclose(formula, point, digits=30)
    except SymgdError:
        return
    with mpmath.workdps(60):
        true = evaluate_precisely(
            [formula], {node: mpmath.mpf(v.numerator) / v.denominator for node, v in point.items()}, digits=80
        )[0][()]
        assert mpmath.mpf(box.a) <= true + mpmath.mpf(10) ** -70 and true - mpmath.mpf(10) ** -70 <= mpmath.mpf(box.b)


@pytest.mark.parametrize("text", ["log(x)", "1/x", "sqrt(x - 1/3)", "log(x**2)"])
def test_what_is_not_certain_is_refused(text):
    with pytest.raises(SymgdError):
        enclose(sg.formula(text), {sg.scalar("x"): Fraction(0)})


def _interval(low, high):
    return mpmath.iv.mpf([low, high])


CONDITIONS = [  # a touches b: what is not certain is refused
    ("x < y", (0, 1), (1, 2), None), ("x < y", (1, 2), (0, 1), False), ("x < y", (0, 1), (2, 3), True),
    ("x <= y", (0, 1), (1, 2), True), ("x <= y", (1, 2), (0, 1), None), ("x <= y", (2, 3), (0, 1), False),
    ("equal(x, y)", (0, 1), (1, 2), None), ("equal(x, y)", (1, 2), (0, 1), None), ("equal(x, y)", (0, 1), (2, 3), False),
    ("equal(x, y)", (2, 3), (0, 1), False), ("equal(x, y)", (1, 1), (1, 1), True),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "a", "b", "expected"), CONDITIONS)
def test_conditions_on_intervals_that_touch(condition, a, b, expected):
    x, y = sg.scalar("x"), sg.scalar("y")
    formula = sg.formula(f"where({condition}, 1, 0) + 0*x*y")
    box = {x: tuple(map(Fraction, a)), y: tuple(map(Fraction, b))}
    if expected is None:
        with pytest.raises(SymgdError, match="not decided"):
            bounds_over_box(formula, box)
    else:
        assert bounds_over_box(formula, box) == (expected, expected)


BOXES = [
    ("x**2", (-3, 1), (0, 9)), ("x**2", (-1, 3), (0, 9)), ("x**4", (-2, 1), (0, 16)),
    ("abs(x)", (-3, 1), (0, 3)), ("abs(x)", (-1, 3), (0, 3)),
    ("abs(x)", (-3, -1), (1, 3)), ("sqrt(x)", (0, 4), (0, 2)), ("x**(3/2)", (0, 4), (0, 8)), ("sqrt(x)", (0, 0), (0, 0)),
    ("1/x", (1, 2), (0.5, 1)), ("sign(x)", (0, 1), (0, 1)), ("sign(x)", (-1, 0), (-1, 0)), ("sign(x)", (-1, 1), (-1, 1)),
    ("maximum(x, 1/2)", (0, 1), (0.5, 1)), ("maximum(x, 1/2)", (1, 2), (1, 2)), ("maximum(x, 1/2)", (0, 0.25), (0.5, 0.5)),
    ("minimum(x, 1/2)", (0, 1), (0, 0.5)), ("minimum(x, 1/2)", (1, 2), (0.5, 0.5)), ("minimum(x, 1/2)", (0, 0.25), (0, 0.25)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "box", "expected"), BOXES)
def test_bounds_over_boxes_around_0(text, box, expected):
    for pieces in (1, 256):
        found = bounds_over_box(sg.formula(text), {sg.scalar("x"): tuple(map(Fraction, box))}, pieces)
        assert [float(end) for end in found] == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_more_pieces_give_closer_bounds():
    formula, box = sg.formula("x - x**2"), {sg.scalar("x"): (Fraction(0), Fraction(1))}
    assert float(bounds_over_box(formula, box, 1)[1]) == pytest.approx(1)
    assert float(bounds_over_box(formula, box, 256)[1]) < 0.26


REFUSED = [
    ("x**y", (0, 1), (0, 1)), ("x**y", (-1, 1), (1, 2)), ("1/x", (0, 1), (0, 1)), ("1/x", (-1, 0), (0, 1)),
    ("acos(x)", (0, 2), (0, 1)), ("asin(x)", (-2, 0), (0, 1)), ("atanh(x)", (0, 2), (0, 1)), ("acosh(x)", (0, 2), (0, 1)),
    ("x**(-1/2)", (0, 1), (0, 1)), ("sqrt(x)", (-1, 1), (0, 1)), ("log(x)", (0, 1), (0, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "a", "b"), REFUSED)
def test_functions_are_not_enclosed_up_to_their_boundary(text, a, b):
    box = {sg.scalar("x"): tuple(map(Fraction, a)), sg.scalar("y"): tuple(map(Fraction, b))}
    with pytest.raises(SymgdError):
        bounds_over_box(sg.formula(text), box)


@pytest.mark.parametrize("entry", [(0, 1), (-1, 0), (-1, 1)])
def test_a_pivot_is_certainly_not_0(entry):
    with pytest.raises(SymgdError, match="no pivot"):
        Intervals().pivot([_interval(*entry)])
    assert Intervals().pivot([_interval(*entry), _interval(1, 2)]) == 1
    assert Intervals().pivot([_interval(-2, -1)]) == 0


@pytest.mark.parametrize("name", ["atan", "erf", "erfc", "asin", "asinh", "expm1", "sinh"])
def test_values_between_the_ends_of_monotone_functions(name, monkeypatch):
    monkeypatch.setitem(enclose.__globals__, "by_ball", lambda *args: None)  # as without python-flint
    x = sg.scalar("x")
    formula = sg.formula(f"{name}(x)")
    for place in (Fraction(k, 32) for k in range(1, 24)):
        found = enclose(formula, {x: place}, digits=30)
        (value,) = evaluate_precisely([formula], {x: place}, digits=90)
        with mpmath.workdps(90):
            low, high = ends_of(found)
            assert low <= value[()] <= high
            assert high - low <= abs(value[()]) * mpmath.mpf(10) ** -25
