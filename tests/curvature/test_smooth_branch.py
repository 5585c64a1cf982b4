from __future__ import annotations

from fractions import Fraction

import pytest

import symgd as sg
from symgd.curvature.smooth_branch import smooth_branch
from symgd.errors import DomainError, SymgdError, UnsupportedError

x, y = sg.scalar("x"), sg.scalar("y")

BRANCHES = [  # a formula, bounds of x, and the formula that it is between them
    ("abs(x)", (1, 2), "x"), ("abs(x)", (-2, -1), "-x"), ("abs(x)", (0, 2), "x"), ("abs(x)", (-2, 0), "-x"),
    ("relu(x - 1)", (1, 2), "x - 1"), ("relu(x - 1)", (0, 1), "0"), ("sign(x)", (1, 2), "1"), ("sign(x)", (-2, -1), "-1"),
    ("floor(x)", (1, Fraction(3, 2)), "1"), ("ceil(x)", (Fraction(3, 2), 2), "2"), ("heaviside(x)", (1, 2), "1"),
    ("ceil(x)", (1.25, 1.5), "2"), ("ceil(x)", (-1.5, -1.25), "-1"), ("floor(x)", (-1.5, -1.25), "-2"),
    ("ceil(x)", (-0.5, 0), "0"), ("floor(x)", (-1, -0.5), "-1"), ("ceil(3*x)", (0.4, 0.5), "2"),
    ("floor(3*x/2)", (Fraction(3, 4), 1), "1"), ("ceil(exp(x))", (0.1, 0.5), "2"), ("floor(x)*abs(x)", (1, 1.5), "x"),
    ("maximum(x, x**2)", (2, 3), "x**2"), ("minimum(x, x**2)", (2, 3), "x"), ("maximum(x, 2*x)", (0, 3), "2*x"),
    ("where(x > 0, log(x), log(-x))", (1, 2), "log(x)"), ("where(x > 0, log(x), log(-x))", (-2, -1), "log(-x)"),
    ("where(x <= 0, abs(x + 9), 1/x)", (-1, 0), "x + 9"), ("where(x == 5, 1, x)", (1, 2), "x"), ("elu(x)", (1, 2), "x"),
    ("where(abs(x) < 3, where(x > 0, x, 7), 8)", (1, 2), "x"), ("hypot(x, 1)", (-1, 1), "sqrt(1 + x**2)"),
    ("where(exp(x) > 1/2, x, 7)", (-0.5, 2), "x"), ("abs(x**2 - x + 1)", (-4, 4), "x**2 - x + 1"),
    ("leaky_relu(x, 1/2)", (1, 2), "x"),
    ("where(1 < 2, x, abs(x))", (-1, 1), "x"), ("abs(sin(1))*x", (-1, 1), "abs(sin(1))*x"),
    ("atan2(x, 1)", (-1, 1), "atan2(x, 1)"),
    ("atan2(1, x)", (-1, 1), "atan2(1, x)"), ("sinc(x)", (-1, 1), "sinc(x)"), ("gamma(x)", (1, 2), "gamma(x)"),
]  # fmt: skip


def box_of(ends):
    return {x: tuple(map(Fraction, ends))}


def middle_of(ends):
    return {x: (sum(map(Fraction, ends)) / 2,) * 2}


@pytest.mark.parametrize(("text", "ends", "expected"), BRANCHES)
def test_the_branch_on_a_box(text, ends, expected):
    found = smooth_branch(sg.formula(text), box_of(ends), middle_of(ends))
    gap = sg.simplify(found - sg.formula(expected))
    assert str(found) == expected or gap.equals_number(0)


BROKEN = [
    ("abs(x)", (-1, 2), DomainError, "kink at x = 0"), ("sign(x)", (0, 2), DomainError, "kink or a jump at x = 0"),
    ("floor(x)", (Fraction(1, 2), 1), DomainError, "jumps at x = 1"),
    ("ceil(x)", (1, Fraction(3, 2)), DomainError, "jumps at x = 1"), ("ceil(x)", (0.5, 1.25), DomainError, "jumps at x = 1"),
    ("ceil(x)", (0.75, 1.5), DomainError, "jumps at x = 1"), ("floor(x)", (0.75, 1.125), DomainError, "jumps at x = 1"),
    ("where(x > 1, x, 1)", (0, 2), DomainError, "changes its branch at x = 1"),
    ("1/x", (-1, 2), DomainError, "smooth at x = 0"),
    ("atan2(x, -1)", (-1, 2), DomainError, "jumps at x = 0"), ("asin(x)", (-1, 2), DomainError, "not smooth at x = 1"),
    ("acosh(x)", (0, 3), DomainError, "not smooth at x = 1"), ("(x**2)**(3/2)", (-1, 2), DomainError, "not smooth at x = 0"),
    ("x**x", (-1, 2), DomainError, "not smooth at x = 0"), ("log1p(x)", (-1, 2), None, ""),
    ("log1p(x)", (-2, 2), DomainError, "x = -1"),
    ("gamma(x)", (Fraction(-1, 2), 2), SymgdError, "gamma"), ("abs(besselj(0, x))", (1, 2), UnsupportedError, "is not decided"),
    ("cbrt(x)", (-1, 2), DomainError, "x = 0"),
    ("sign(atanh(x))", (Fraction(1, 4), 2), DomainError, r"atanh\(x\) is not smooth"),
    ("floor(atan(log(x))/9 + 1/2)", (-1, Fraction(5, 4)), DomainError, r"log\(x\) is not smooth at x = 0"),
    ("where(exp(sqrt(x)) > 0, x, 1)", (-1, 2), DomainError, r"sqrt\(x\) is not smooth at x = 0"),
    ("maximum(9, sin(log(x)))", (-1, 2), DomainError, r"log\(x\) is not smooth at x = 0"),
    ("hypot(x, x)", (-1, 2), DomainError, "not smooth at x = 0"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "ends", "error", "message"), BROKEN)
def test_a_break_inside_is_named(text, ends, error, message):
    if error is None:  # the end of the domain is an end of the box
        assert smooth_branch(sg.formula(text), box_of(ends), middle_of(ends)) is sg.formula(text)
        return
    with pytest.raises(error, match=message):
        smooth_branch(sg.formula(text), box_of(ends), middle_of(ends))


@pytest.mark.parametrize(("point", "is_fine"), [(0, False), (Fraction(1, 10**9), True), (2, True)])
def test_on_a_face_of_the_box_a_root_may_vanish_but_not_at_the_point(point, is_fine):
    formula, place = sg.formula("x**(5/2)"), {x: (Fraction(point),) * 2}
    if is_fine:
        assert smooth_branch(formula, box_of((0, 2)), place) is formula
    else:
        with pytest.raises(DomainError, match="x = 0"):
            smooth_branch(formula, box_of((0, 2)), place)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abs(x + y)", "x + y"),
        ("maximum(x, -y)", "x"),
        ("abs(x - y)", None),
        ("sqrt(x*y)", "sqrt(x*y)"),
        ("floor(x/(1 + y))", None),
        ("atan2(y - 1, x - 1)", None),
        ("atan2(y - 1, x)", "atan2(y - 1, x)"),
    ],
)
def test_branches_in_several_variables(text, expected):
    box = {x: (Fraction(1, 2), Fraction(2)), y: (Fraction(0), Fraction(2))}
    point = {x: (Fraction(1),) * 2, y: (Fraction(1, 2),) * 2}
    if expected is None:
        with pytest.raises(SymgdError, match="between the point of expansion and the ends of the box"):
            smooth_branch(sg.formula(text), box, point)
    else:
        assert str(smooth_branch(sg.formula(text), box, point)) == expected


def test_deep_formulas_need_no_deep_stack(monkeypatch):
    monkeypatch.setitem(smooth_branch.__globals__, "PIECES", 2)
    node = x
    for _ in range(3_000):
        node = sg.atan(-node) + x
    with pytest.raises(SymgdError, match="maximum"):
        smooth_branch(sg.maximum(node, 0), box_of((-9, 9)), middle_of((-9, 9)))
