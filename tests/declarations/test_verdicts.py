"""No verdict on convexity rests on a false fact, wherever it is false; right facts are believed. All by hand."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.errors import DeclarationError
from symgd.extend import Curvature, Sign, elementwise

CONVEX = {"curvature": Curvature.CONVEX}
AT_NUMBERS = {"curvature": lambda node, x, y: Curvature.CONVEX if y.low == y.high else Curvature.UNKNOWN}
FALSE = [  # a definition, what is declared, the formula, and the field that is wrong
    # the other argument is a number of the formula
    (lambda x, y: x**2 * (26 - y), AT_NUMBERS, "f(x, 30)", "curvature"),
    (lambda x, y: x * y - sg.exp(-((y - 25) ** 2)) * x**2, {"linear_in": (0,)}, "f(x, 25)", "linear_in"),
    (lambda x, y: x**2 - 2 * sg.exp(-((y - 25) ** 2)) * x**2 + 10**6 * y**2, CONVEX, "f(x, 25)", "curvature"),
    (lambda x, y: x**2 * (y - 25) ** 2, {"strict": True, **AT_NUMBERS}, "f(x, 25)", "strict"),
    # only at a threshold
    (
        lambda x: sg.where(sg.abs(x - 2) <= 0, -1, 1) + 0 * x,
        {"sign": Sign.POSITIVE, "kinks": lambda x: (x - 2,), "at_kink": "it jumps there"},
        "f(a)*x**2",
        "sign",
    ),
    # thresholds that are computed
    (lambda x: x**2 - sg.abs(x - sg.exp(20)), CONVEX, "f(x)", "kinks"),
    (lambda x: x + sg.maximum(x - sg.exp(17), 0) ** 2, {"linear_in": (0,)}, "f(x)", "linear_in"),
    (lambda x: x - sg.maximum(x - sg.exp(16), 0) ** 2, CONVEX, "f(x)", "curvature"),
    (lambda x: sg.where(x < sg.exp(17), x, 2 * sg.exp(17) - x), CONVEX, "f(x)", "kinks"),
    # kinks that are small beside the second derivative
    (lambda x: x**2 - sg.maximum(x - 1000, 0) / 1000, {"strict": True, **CONVEX}, "f(x)", "kinks"),
    (lambda x: sg.exp(x) - sg.maximum(x - 5, 0) / 10**4, CONVEX, "f(x)", "kinks"),
    (
        lambda x: x**2 - sg.maximum(x - 1000, 0) / 1000,
        {"kinks": lambda x: (x - 1000,), "at_kink": "its slope at 1000 is 2000", **CONVEX},
        "f(x)",
        "curvature",
    ),
    # in the plane of two inputs
    (lambda x, y: x**2 + y**2 - 3 * sg.exp(-((x - 5) ** 2) - (y - 5) ** 2), CONVEX, "f(x, y)", "curvature"),
    (lambda x, y: 1 - 2 * sg.exp(-((x - 5) ** 2) - (y - 5) ** 2), {"sign": Sign.POSITIVE}, "f(a, b)*x**2", "sign"),
]
TRUE = [
    (
        lambda x: x**2 + sg.abs(x - 1) / 10**9,
        {"kinks": lambda x: (x - 1,), "at_kink": "its slope at 1 is 2", **CONVEX},
        "f(x)",
        "STRONGLY_CONVEX",
    ),
    (lambda x: sg.exp(sg.exp(x)), CONVEX, "f(x)", "CONVEX"),
    (lambda x: sg.exp(x**6), CONVEX, "f(x)", "CONVEX"),
    (lambda x, y: x**2 * (y - 25) ** 2, AT_NUMBERS, "f(x, 24)", "CONVEX"),
]


@pytest.mark.parametrize(("definition", "declared", "text", "field"), FALSE)
def test_a_verdict_does_not_rest_on_a_false_fact(definition, declared, text, field):
    elementwise("f", definition=definition, **declared)
    with pytest.raises(DeclarationError) as caught:
        sg.convexity(text, ["x", "y"] if text == "f(x, y)" else "x")
    assert caught.value.field == field


@pytest.mark.parametrize(("definition", "declared", "text", "kind"), TRUE)
def test_a_right_fact_is_believed(definition, declared, text, kind):
    elementwise("f", definition=definition, **declared)
    verdict = sg.convexity(text, "x")
    assert verdict.kind.name in (kind, "STRICTLY_CONVEX", "STRONGLY_CONVEX")
    assert verdict.check()
